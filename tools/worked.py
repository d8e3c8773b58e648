"""The worked examples of one case in words: clauses, results with their headings, and the arithmetic line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import cast

from steelyard.commands.explaining import equals, steps
from steelyard.engine.evaluate import Result
from steelyard.engine.explaining.explanation import Explanation, explain
from steelyard.engine.explaining.settling import shown as digits
from steelyard.engine.expressions.wording import Vocabulary, figure
from steelyard.engine.model.book import Defaults, RuleBook
from steelyard.engine.model.item import Indicator, Rule
from steelyard.engine.persons.weighing import PersonScore, StageScore
from steelyard.engine.problems import Language
from steelyard.engine.trying.cases import Cases, case_table
from steelyard.engine.trying.outcomes import Answer
from steelyard.engine.trying.tables import TextTable, table
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.wording.rules import paragraphs
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import vocabulary

_HEADINGS: Mapping[str, str] = {
    "example": "例",
    "unit": "单位",
    "indicator": "指标",
    "period": "周期",
    "value": "实际值",
    "points": "得分",
    "label": "结论",
    "total": "总分",
    "place": "位次",
    "grade": "等次",
    "segment": "分段",
    "coefficient": "难度系数",
    "person": "人员",
    "frozen": "成绩冻结于",
    "days": "日数",
    "weight": "日数占比",
}


@dataclass(frozen=True)
class Worked:
    """A case with everything that was calculated for it."""

    book: RuleBook
    cases: Cases
    answer: Answer

    @property
    def words(self) -> Vocabulary:
        tables = {name: case_table(self.cases, name) for name in self.cases.facts}
        plans = [f"group:{group.name}" for plan in self.book.plans.values() for group in plan.groups]
        groups = {name: name.removeprefix("group:") for name in plans}
        return vocabulary(self.book, tables).named({**self.cases.words, **groups})

    def clauses(self, language: Language) -> Iterator[str]:
        """Every indicator of the section as it would stand in an 考评细则."""
        teller = Teller(language, self.words, cast(Defaults, self.book.defaults))
        for at, indicator in enumerate(self.book.indicators.values()):
            if at:
                yield ""
            for line in paragraphs(teller, indicator):
                yield line.strip()

    def expected(self) -> Iterator[TextTable]:
        """The tables of results, without columns in which nothing stands."""
        yield self._table("expect")
        if self.cases.expect_persons:
            yield self._table("expect_persons")

    def _table(self, key: str) -> TextTable:
        return table(getattr(self.cases, key), self.cases.place(key))

    def heading(self, key: str) -> str:
        if key.startswith("list:"):
            return self.words.of(key, "zh").removeprefix("list:")
        return f"{_HEADINGS.get(key, key)} `{key}`" if key not in ("example", "unit", "person") else _HEADINGS[key]

    def shown(self, key: str, record: Mapping[str, str | None], cell: str) -> str:
        """Values as their rule shows them; names of indicators instead of identifiers."""
        if key == "indicator":
            return self.book.indicators[cell].name
        if key == "value" and self._rule(record).show == "percent" and cell != "无":
            return figure(Fraction(cell), "percent")
        return cell

    def _rule(self, record: Mapping[str, str | None]) -> Indicator:
        return self.book.indicators[record.get("indicator") or self.answer.first]

    def steps(self, language: Language) -> list[str]:
        """The arithmetic of every row that is an example, each a paragraph."""
        lines: list[str] = []
        for record in self._table("expect").records():
            if record.get("example"):
                lines += [*([""] if lines else []), *self._example(record, language)]
        for name in self._people():
            lines += [*([""] if lines else []), *_account(self.answer.accounts.people[name], self.book, language)]
        return lines

    def _people(self) -> list[str]:
        rows = self._table("expect_persons").records() if self.cases.expect_persons else []
        return list(dict.fromkeys(str(row["person"]) for row in rows if row.get("example")))

    def _example(self, record: Mapping[str, str | None], language: Language) -> Iterator[str]:
        index, result = self.answer.index(record), self.answer.result
        whole = result is not None and not record.get("indicator")
        weighed = _plan(cast(Result, result)) if whole else self.answer.indicator(self._id(record))
        found = explain(weighed, self.answer.scope, index, language, self.words)
        named = [str(record[key]) for key in ("unit", "period") if record.get(key)]
        if record.get("indicator"):
            named.append(self._rule(record).name)
        yield f"{'例' if language == 'zh' else 'example'} {record['example']}  {' '.join(named)}"
        yield from steps(_of_plan(found) if whole else _unsaid(found), language, "")

    def _id(self, record: Mapping[str, str | None]) -> str:
        return record.get("indicator") or self.answer.first


def _plan(result: Result) -> Weighed:
    """The steps of a plan in the form of an item, so that one function explains both."""
    names = {f"part:{id}": weighed.name for id, weighed in result.indicators.items()}
    own = [
        (replace(step, zh=names.get(step.name, step.zh), en=names.get(step.name, step.en)), column)
        for step, column in result.steps
    ]
    return Weighed(result.plan.id, result.plan.name, Rule(), tuple(own), tuple(result.indicators.values()))


_PLAIN = ("满分", "总分（未舍入）", "full mark", "total, not rounded")
"""Steps of a plan that tell a reader nothing new."""


def _of_plan(found: Explanation) -> Explanation:
    """Without the indicators, whose arithmetic is told in earlier chapters."""
    return replace(found, sentence="", parts=(), lines=tuple(line for line in found.lines if line.title not in _PLAIN))


def _unsaid(found: Explanation) -> Explanation:
    """Without the clauses, which stand above."""
    return replace(found, sentence="", parts=tuple(_unsaid(part) for part in found.parts))


def _account(score: PersonScore, book: RuleBook, language: Language) -> Iterator[str]:
    zh = language == "zh"
    yield score.person
    whole = sum(stage.stage.days for stage in score.stages)
    for stage in score.stages:
        yield from _stage(stage, whole, book, zh)
    total = "—" if score.total is None else figure(score.total)
    carried = "＋".join(digits(stage.carried, "points") for stage in score.stages)
    summed = sum((stage.carried for stage in score.stages), Fraction(0))
    middle = f" = {carried}" if len(score.stages) > 1 else ""
    yield f"  {'总分' if zh else 'total'}{middle}{f' → {total}' if middle and summed != score.total else f' = {total}'}"


def _stage(stage: StageScore, whole: int, book: RuleBook, zh: bool) -> Iterator[str]:
    held = stage.stage
    until = f"成绩冻结于 {stage.frozen}" if zh else f"score frozen at {stage.frozen}"
    yield f"  {held.unit} {held.post}（{held.days}{' 日' if zh else ' days'}，{until}）"
    for entry in stage.entries:
        name = book.indicators[entry.indicator].name if entry.indicator else ("单位总分" if zh else "the unit's total")
        figures = f"{figure(entry.worth)}×{figure(entry.unit_points)}÷{figure(entry.unit_full)}"
        exact = entry.at(entry.unit_points) == entry.points and not entry.vetoed
        if entry.vetoed:
            figures += "，低于协办否决线" if zh else ", below the line of the veto"
        yield f"    {name} = {figures}{' =' if exact else ' →'} {figure(entry.points)}"
    share = f"{held.days}÷{whole}" if Fraction(held.days, whole) == stage.weight else figure(stage.weight)
    yield f"    {'带入' if zh else 'carried'} = {figure(stage.points)}×{share}{equals(digits(stage.carried, 'points'))}"
