"""One person's account as a ledger: stages with day shares, what each carried, own indicators, and the sum."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from steelyard.bureau.naming import bearer
from steelyard.bureau.people.assessing import People
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.waivers import waivers
from steelyard.bureau.showing import decimal
from steelyard.engine.allotting.telling import told
from steelyard.engine.expressions.wording import figure
from steelyard.engine.persons.carrying import reasons
from steelyard.engine.persons.influence import influence
from steelyard.engine.persons.weighing import Entry, PersonScore, StageScore
from steelyard.engine.problems import CATALOGUE, Language, refuse
from steelyard.engine.shape import suggestion

CATALOGUE.add(
    {
        "person-not-assessed": (
            "个人计划 {plan} 在 {period} 没有考评“{person}”：{why_zh}{suggestion}",
            "plan {plan} does not assess '{person}' in {period}: {why_en}{suggestion}",
        ),
        "persons-no-plan": (
            "没有以计划“{plan}”为依据的个人计划（persons），或所给周期不是自年初起；请检查规则与 --period",
            "no plan for persons rests on plan '{plan}', or the period does not begin with the year; check both",
        ),
    }
)

WHY = {
    "unassessed": ("任职单位都没有得分", "none of the units has a score"),
    "unknown": (
        "登记表中没有此人，或本期没有任职；请用人员代码或姓名",
        "not registered, or on no post; use code or name",
    ),
}
ROLES = {"lead": ("主办", "lead"), "assist": ("协办", "assisting")}
DIGITS = 6
"""Decimals shown of numbers that are exact fractions; what is added up is exact."""


def person_of(people: People, ran: Ran, written: str) -> str:
    """The code of somebody assessed, from code or name.

    Raises `Refused` (``person-not-assessed``; ``name-of-several`` with the codes of all on a post who bear the name).
    """
    everybody = [*people.scores, *people.unassessed]
    code = written
    if written not in everybody:
        code = bearer(written, everybody, lambda person: ran.everybody.persons[person].name) or written
    if code in people.scores:
        return code
    why = WHY["unassessed" if code in people.unassessed else "unknown"]
    raise refuse(
        "person-not-assessed",
        plan=people.plan.id,
        period=people.period,
        person=written,
        why_zh=why[0],
        why_en=why[1],
        suggestion=suggestion(written, [*people.scores]),
    )


def account(people: People, ran: Ran, person: str, language: Language) -> Iterator[str]:
    """The ledger, one line each; the parts add up to the total."""
    yield from _Ledger(people, ran, person, language).lines()


class _Ledger:
    def __init__(self, people: People, ran: Ran, person: str, language: Language) -> None:
        self.people, self.ran, self.person, self.zh = people, ran, person, language == "zh"
        self.score: PersonScore = people.scores[person]

    def lines(self) -> Iterator[str]:
        yield from self._head()
        for number, stage in enumerate(self.score.stages, start=1):
            yield from self._stage(number, stage)
        yield from self._own()
        yield self._sum()
        yield from self._influence()
        yield from self._waived()

    def _head(self) -> Iterator[str]:
        people, index = self.people, list(self.people.scores).index(self.person)
        name = self.ran.everybody.persons[self.person].name
        yield f"{name}（{self.person}） {people.period} · {people.plan.name}"
        place, size = int(people.places.place[index]), int(people.places.size[index])
        duty, total = people.duties[self.person], shown(self.score.total)
        grade = None if people.grades is None else people.grades.word(index)
        if self.zh:
            yield f"总分 {total}；“{duty}” {size} 人中第 {place} 名" + (f"；等次 {grade}" if grade else "")
        else:
            yield f"total {total}; place {place} of {size} with duty '{duty}'" + (f"; grade {grade}" if grade else "")

    def _stage(self, number: int, scored: StageScore) -> Iterator[str]:
        stage, last = scored.stage, scored.stage.end - timedelta(days=1)
        post, unit = self.ran.everybody.posts[stage.post].name, self.ran.names.get(stage.unit, stage.unit)
        span = f"{stage.start}～{last}"
        if self.zh:
            yield f"阶段{number} {span} {unit}（{stage.unit}）{post}：{stage.days} 天，占 {scored.weight}"
        else:
            yield f"stage {number} {span} {unit} ({stage.unit}) {post}: {stage.days} days, {scored.weight}"
        if not scored.entries:
            yield (
                "  本单位不在本计划考评之内，这些天不计"
                if self.zh
                else "  the unit has no score; these days do not count"
            )
            return
        yield f"  {'阶段成绩截至' if self.zh else 'score frozen at'} {scored.frozen}"
        yield from (f"  {self._entry(entry)}" for entry in scored.entries)
        yield from self._reasons(scored)
        worth = f"{shown(scored.points)} × {scored.weight}"
        worth += comes_to(read(scored.points) * scored.weight, scored.carried)
        yield f"  {'带入' if self.zh else 'carried'}: {worth}"

    def _reasons(self, scored: StageScore) -> Iterator[str]:
        """Where points were divided within bounds, why each part is worth what it is."""
        plan, stage, terms = self.people.plan, scored.stage, self.people.terms
        carried = [entry.indicator for entry in scored.entries if entry.indicator]
        own = sum((full for _, full in self.score.own.values()), Fraction(0))
        post, answers = self.ran.everybody.posts[stage.post], terms.answers(stage.post, stage.start)
        for part in reasons(plan, post, carried, answers, terms.earlier, own):
            yield f"  {'分值' if self.zh else 'points'} {told(part, 'zh' if self.zh else 'en')}"

    def _entry(self, entry: Entry) -> str:
        sum_of = "单位总分" if self.zh else "total of the unit"
        name = self.ran.book.indicators[entry.indicator].name if entry.indicator else sum_of
        code = f"（{entry.indicator}）" if entry.indicator else ""
        share = f"{shown(entry.unit_points)}/{shown(entry.unit_full)}"
        exact = read(entry.worth) * read(entry.unit_points) / read(entry.unit_full) if entry.unit_full else Fraction(0)
        if entry.vetoed:
            exact = Fraction(0)
        return f"{name}{code}: {shown(entry.worth)} × {share}{self._answers(entry)}{comes_to(exact, entry.points)}"

    def _answers(self, entry: Entry) -> str:
        """As what the post was confirmed, where the plan asks for it."""
        if entry.assigned is None:
            return ""
        zh, en = ROLES[entry.assigned.role]
        told = (
            f"（{zh}，份额 {shown(entry.assigned.share)}）"
            if self.zh
            else f" ({en}, share {shown(entry.assigned.share)})"
        )
        if entry.vetoed:
            told += "低于否决线，不得分" if self.zh else " below the line of the veto: nothing"
        return told

    def _own(self) -> Iterator[str]:
        if not self.score.own:
            return
        typed = len(self.people.inputs.by_hand(True))
        if typed:
            yield (
                f"本人指标（{typed} 项取自手工填报）"
                if self.zh
                else f"own indicators ({typed} of them filled in by hand)"
            )
        else:
            yield "本人指标（自动取数，无须填报）" if self.zh else "own indicators (from facts, nothing entered)"
        nothing = "没有此类事项" if self.zh else "nothing to count"
        for id, (points, full) in self.score.own.items():
            got = nothing if points is None else shown(points)
            yield f"  {self.people.own.weighed[id].name}（{id}）: {got} / {shown(full)}"
        yield f"  {'合计' if self.zh else 'together'}: {self._together()}"

    def _together(self) -> str:
        """How the own points come together where some indicators do not apply."""
        marks = self.score.own.values()
        got = sum((points for points, _ in marks if points is not None), Fraction(0))
        applied = sum((full for points, full in marks if points is not None), Fraction(0))
        full = sum((full for _, full in marks), Fraction(0))
        total = self.score.own_points
        if applied == full or self.people.plan.own_empty == "zero":
            return shown(total)
        if self.people.plan.own_empty == "full" or not applied:
            return f"{shown(got)} + {shown(full - applied)}{comes_to(read(got) + read(full - applied), total)}"
        exact = read(got) * read(full) / read(applied)
        return f"{shown(got)} × {shown(full)}/{shown(applied)}{comes_to(exact, total)}"

    def _sum(self) -> str:
        parts = [*(stage.carried for stage in self.score.stages), self.score.own_points]
        added = comes_to(sum(map(read, parts), Fraction(0)), self.score.total)
        return f"{'总分' if self.zh else 'total'}: {' + '.join(map(shown, parts))}{added}"

    def _influence(self) -> Iterator[str]:
        for unit in dict.fromkeys(stage.stage.unit for stage in self.score.stages if stage.entries):
            exact = influence(self.score, unit)
            more = shown(exact) if read(exact) == exact else f"≈ {shown(exact)}"
            name = self.ran.names.get(unit, unit)
            if self.zh:
                yield f"影响度：{name}（{unit}）总分每多 1 分，本人多 {more} 分"
            else:
                yield f"influence: one more point of {name} ({unit}) is worth {more}"

    def _waived(self) -> Iterator[str]:
        """What the plan does by special permission, and who gave it."""
        for one in waivers(self.people.plan, self.ran.book):
            text = one.statement.text.of("zh" if self.zh else "en")
            yield f"{one.title.of('zh' if self.zh else 'en')}{'：' if self.zh else ': '}{text}"


def shown(value: Fraction | None) -> str:
    return "—" if value is None else figure(read(value))


def read(value: Fraction) -> Fraction:
    """The number as it is shown."""
    return Fraction(decimal(value, DIGITS))


def comes_to(left: Fraction, right: Fraction | None) -> str:
    """`` = 18.75``, or `` ≈ 26.034247`` where the shown number is not exactly what the shown ones before it make."""
    return f" {'=' if right is None or left == read(right) else '≈'} {shown(right)}"
