"""Next year's plan as a draft: for every indicator retire, tighten, ease, mend or keep, each with this year's figures.

The draft is a text that anybody may change. People accept or refuse line by line; what they refuse stays as it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from steelyard.bureau.asking.checking import checked
from steelyard.bureau.folder import Bureau, Written
from steelyard.bureau.lab.following.spreading import spread
from steelyard.bureau.lab.following.targets import Shift, dated, shifts
from steelyard.bureau.lab.following.trees import Tree, brief, entries, trees_of, written
from steelyard.bureau.lab.quality.cards import Card, Lab
from steelyard.bureau.lab.quality.words import REASONS
from steelyard.bureau.lab.retiring import names
from steelyard.bureau.runs.running import Ran
from steelyard.engine.expressions.nodes import Node
from steelyard.engine.model.plan import Plan
from steelyard.engine.problems import Problem
from steelyard.reports.sheet import NO_WORDS, Words

Proposal = Literal["retire", "tighten", "ease", "mend", "keep", "new", "waiver"]
PROPOSALS: Mapping[str, Words] = {
    "retire": Words("停用", "Retire"), "tighten": Words("收紧", "Tighten"), "ease": Words("放宽", "Ease"),
    "mend": Words("修改", "Mend"), "keep": Words("保留", "Keep"), "new": Words("新增", "New"),
    "waiver": Words("特批延续", "Waiver goes on"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One proposal. ``because``: this year's figures; ``text``: the rule as it would be next year, where it changes."""

    id: str
    name: str
    proposal: Proposal
    because: Words
    change: Words = NO_WORDS
    text: str = ""
    refused: bool = False

    @property
    def decides(self) -> bool:
        """Whether accepting or refusing it changes the draft."""
        return self.proposal not in ("keep", "mend")


@dataclass(frozen=True, slots=True)
class NewRule:
    """A candidate for a new indicator: the text of its rule, and what speaks for it."""

    id: str
    name: str
    full: Decimal
    text: str
    because: Words


@dataclass(frozen=True, slots=True)
class NextYear:
    """``text``: the plan; ``rules``: identifier -> text of every indicator that changes or is new."""

    plan: str
    year: int
    text: str
    lines: tuple[Line, ...]
    rules: Mapping[str, str]

    def of(self, proposal: str) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.proposal == proposal)


def drafted(
    ran: Ran,
    lab: Lab,
    new: Sequence[NewRule] = (),
    refused: Collection[str] = (),
    rules: Sequence[tuple[str, str]] | None = None,
) -> NextYear:
    """From an opened run and what the lab found of it. ``refused``: identifiers of lines that people do not want;
    ``rules``: texts to go by, instead of those that the run froze."""
    trees = trees_of(rules or _texts(ran))
    year = int(ran.plan.year[-4:])
    lines = [_line(ran, card, trees, year) for card in lab.cards]
    lines += [Line(one.id, one.name, "new", one.because, _marks(one.full), one.text) for one in new]
    lines += [_waiver(waiver, year) for waiver in trees[ran.plan.id].get("waivers", ())]
    told = tuple(replace(line, refused=line.id in refused and line.decides) for line in lines)
    accepted = [line for line in told if not line.refused]
    changed = {line.id: line.text for line in accepted if line.text}
    plan = _plan(ran.plan, trees, accepted, {one.id: one.full for one in new}, year)
    return NextYear(str(plan["plan"]), year + 1, written(plan), told, changed)


def problems(bureau: Bureau, draft: NextYear) -> tuple[Problem, ...]:
    """What the check of the whole book says of the draft, in place of the rules that it changes."""
    here = bureau.written()
    gone = set(draft.rules) | {draft.plan}
    kept = [(f"{id}.yaml", written(tree)) for id, tree in trees_of(here.rules).items() if id not in gone]
    general = [(name, text) for name, text in here.rules if "\nbook:" in f"\n{text}"]
    texts = [*general[:1], *((f"{id}.yaml", text) for id, text in draft.rules.items()), ("next.yaml", draft.text)]
    return checked(bureau, instead=Written([*texts, *kept], here.facts, here.calendar)).problems


def _texts(ran: Ran) -> Sequence[tuple[str, str]]:
    source = ran.frozen or ran.written
    return ran.bureau.rules() if source is None else source.rules


def _line(ran: Ran, card: Card, trees: Mapping[str, Tree], year: int) -> Line:
    """A retirement that would take a condition of the plan with it is left to people."""
    figures = _figures(card)
    if card.verdict == "retire" and names(_conditions(ran.plan), [card.id]):
        why = Words("计划的否决、排名或难度条件引用它，停用须另写条件", "conditions of the plan name it")
        return Line(card.id, card.name, "keep", _joined(figures, _reasons(card), why))
    if card.verdict == "retire":
        return Line(card.id, card.name, "retire", _joined(_reasons(card), figures))
    tree = trees[card.id]
    found = shifts(ran, card.id, tree, year)
    if found:
        text = written({**tree, "target": dated(tree["target"], found, year)})
        proposal: Proposal = "tighten" if all(shift.tighter for shift in found) else "ease"
        return Line(card.id, card.name, proposal, _joined(*map(_met, found), figures), _change(found), text)
    proposal = "mend" if card.verdict == "mend" else "keep"
    return Line(card.id, card.name, proposal, _joined(_reasons(card), figures))


def _conditions(plan: Plan) -> Iterator[Node]:
    yield from (veto.when for veto in plan.veto)
    yield from plan.ranking.next
    if plan.difficulty is not None and plan.difficulty.off_when is not None:
        yield plan.difficulty.off_when


def _reasons(card: Card) -> Words:
    words = [REASONS[why] for why in card.reasons]
    return Words("、".join(one.zh for one in words), ", ".join(one.en for one in words))


def _figures(card: Card) -> Words:
    """The marks that decide: full marks, target, trend, chance, in the class with most units."""
    if not card.classes:
        return Words("本年没有可比的得分", "no comparable points this year")
    of = max(card.classes, key=lambda one: one.last.units)
    first = next((one.reached for one in of.figures if one.reached is not None), None)
    last = of.last
    told = [
        ("满分单位", "at full marks", last.full_share), ("达标单位", "met the target", last.attained),
        ("差异中偶然占", "of the differences are chance", last.noise_share),
        ("占总分差异", "of the variance of totals", last.variance_share),
    ]  # fmt: skip
    known = [(zh, en, share) for zh, en, share in told if share is not None]
    zh = [f"{name} {_share(share)}" for name, _, share in known]
    en = [f"{_share(share)} {name}" for _, name, share in known]
    if first is not None and last.reached is not None:
        zh.append(f"得分率 {first:.0%} → {last.reached:.0%}")
        en.append(f"score rate {first:.0%} → {last.reached:.0%}")
    return Words(f"{of.name}：{'，'.join(zh)}", f"{of.name}: {', '.join(en)}")


def _share(share: float) -> str:
    return f"{share:.1%}".replace("-0.0%", "0.0%")


def _met(shift: Shift) -> Words:
    name = shift.name or ""
    return Words(
        f"{name}{shift.met:.0%} 的单位达到 {shift.old}".strip(), f"{name} {shift.met:.0%} met {shift.old}".strip()
    )


def _change(found: Sequence[Shift]) -> Words:
    said = [f"{shift.name} {shift.old} → {shift.new}".strip() for shift in found]
    return Words("目标 " + "；".join(said), "target " + "; ".join(said))


def _marks(full: Decimal) -> Words:
    return Words(f"满分 {full}", f"{full} marks")


def _joined(*parts: Words) -> Words:
    there = [part for part in parts if part.zh]
    return Words("；".join(part.zh for part in there), "; ".join(part.en for part in there))


def _waiver(waiver: Mapping[str, Any], year: int) -> Line:
    """It ends with the year; whether it goes on somebody has to sign again."""
    id, finding = str(waiver.get("indicator", "")), str(waiver["finding"])
    name, until = str(waiver["authority"]), str(waiver["until"])
    because = Words(
        f"由{name}批准到 {until}，下一年须重新签批：{waiver['reason']}",
        f"granted by {name} until {until}, to be signed again: {waiver['reason']}",
    )
    return Line(f"waiver:{finding}:{id}", finding, "waiver", because, Words(f"到 {year + 1}-12-31", f"to {year + 1}"))


def _plan(old: Plan, trees: Mapping[str, Tree], lines: Sequence[Line], full: Mapping[str, Decimal], year: int) -> Tree:
    """The plan without what is retired, its marks spread over the others of its group, with what is new."""
    tree = dict(trees[old.id])
    gone = {line.id for line in lines if line.proposal == "retire"}
    waived = {line.id for line in lines if line.proposal == "waiver"}
    fresh = {line.id: full[line.id] for line in lines if line.proposal == "new"}
    groups = [{**group, "indicators": entries(group)} for group in tree["groups"]]
    groups = spread(groups, gone, fresh, trees)
    tree["groups"] = [
        {**group, "indicators": [brief(entry) for entry in group["indicators"]]}
        for group in groups
        if group["indicators"]
    ]
    kept = [one for one in tree.get("waivers", ()) if f"waiver:{one['finding']}:{one.get('indicator', '')}" in waived]
    tree["waivers"] = [{**one, "until": f"{year + 1}-12-31"} for one in kept if one.get("indicator") not in gone]
    return _moved(tree, year)


def _moved(tree: Tree, year: int) -> Tree:
    """Identifier, name and days of the next year."""
    this, following = str(year), str(year + 1)
    id = str(tree["plan"])
    tree["plan"] = id.replace(this, following) if this in id else f"{id}_{following}"
    tree["name"] = str(tree["name"]).replace(this, following)
    tree["year"] = str(tree["year"]).replace(this, following)
    if "since" in tree:
        tree["since"] = f"{following}-01-01"
    if not tree["waivers"]:
        del tree["waivers"]
    return tree
