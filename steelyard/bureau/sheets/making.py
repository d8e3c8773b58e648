"""From a result to the analysis sheets of its units (指标分析报告单)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

import steelyard
from steelyard.analysis.lists import Membership as Verdicts
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.saving import manifest_of
from steelyard.bureau.runs.waivers import waivers
from steelyard.bureau.sheets.classes import ClassFigures, IndicatorPeers
from steelyard.bureau.sheets.figures import at, count, measure, plain
from steelyard.bureau.sheets.history import History
from steelyard.bureau.sheets.losses import Losses
from steelyard.bureau.sheets.standing import Group
from steelyard.bureau.showing import decimal
from steelyard.engine.arithmetic.numbers import State
from steelyard.engine.explaining.change import leaves
from steelyard.engine.explaining.explanation import variant_of
from steelyard.engine.expressions.nodes import Name, walk
from steelyard.engine.model.plan import Entry
from steelyard.engine.model.plan import Group as Family
from steelyard.engine.scoring.recipe import Step
from steelyard.engine.weighing.items import Weighed
from steelyard.reports.sheet import (
    Adjustment,
    FamilyScore,
    IndicatorRow,
    ListKind,
    ListState,
    LostPoints,
    Membership,
    PlaceView,
    RowState,
    RunView,
    Statement,
    UnitSheet,
    Words,
)

NO_REMEDY = Statement(Words("单一变化无法挽回全部失分", "no single change would have kept all of it"))
_RATE, _POINTS = Decimal("0.0001"), Decimal("0.01")  # as shown, so that a shown distance is that of shown numbers
_AMOUNTS = {"难度调整后": Words("难度调整", "difficulty adjustment")}  # what a step moved, not what it came to
_OUTSIDE = int(State.OUTSIDE)  # looked up once: a member of an enumeration takes longer than the question
_NOT_HERE = int(State.EMPTY), _OUTSIDE
_STATES: Mapping[int, RowState] = {State.KNOWN: "scored", State.AWAITED: "no_data"}
POINTS_PLACES = 12
"""The most decimals that a book may round points to: a sheet has all of them."""
REMEDIES = 5
"""Losses of a sheet that come with a remedy; ``steelyard explain`` gives it for any."""


class Sheets:
    """Everything that the sheets of one period share is worked out once."""

    def __init__(self, results: Results, groups: Sequence[Group], period: str) -> None:
        self.results, self.result, self.ran = results, results.result, results.ran
        self.groups = [group for group in groups if group.period == period]
        self.period = period
        self.losses = Losses(self.result.scope, self.ran.vocabulary)
        self.view = self._view()

    def __iter__(self) -> Iterator[UnitSheet]:
        for group in self.groups:
            figures = ClassFigures(self.result, self.ran.plan.groups, group)
            past = None if self.ran.history is None else History(self.ran.history, self.result, group)
            for row, index in enumerate(group.index):
                yield self._sheet(figures, row, int(index), past)

    def _view(self) -> RunView:
        ran, manifest = self.ran, manifest_of(self.results)
        last = max((batch.known_at for batch in ran.snapshot.batches), default=None)
        return RunView(
            title=Words(ran.plan.name),
            period=self.period,
            plan=Words(ran.plan.name),
            rule_version=ran.plan.id,
            engine_version=steelyard.__version__,
            as_of="" if last is None else last.isoformat(timespec="minutes"),
            completeness=Decimal(1),
            provisional=False,
            digest=self.results.digest,
            number=manifest["run"],
            root=manifest["root"],
            rules=manifest["rules"],
            waivers=tuple(waivers(ran.plan, ran.book)),
        )

    def _sheet(self, figures: ClassFigures, row: int, index: int, past: History | None) -> UnitSheet:
        code, group = self.result.panel.subjects[index % len(self.result.panel.subjects)], figures.group
        marks = {entry.indicator: self._full(entry, index) for entry in self.ran.plan.entries}
        rows = [
            self._row(seen, figures, index, marks) for seen in figures.indicators if not _of_others(seen.weighed, index)
        ]
        return UnitSheet(
            code=code,
            name=Words(self.ran.names.get(code, code)),
            parent=Words(self.ran.names.get(self.ran.parents.get(code) or "", "")),
            class_name=Words(group.name),
            run=self.view,
            total=_points(self.result.total.fraction(index)),
            full=decimal(self.ran.plan.total.value),
            machine_share=self._machine_share(index, marks),
            place=_place(group, row),
            peers=figures.total,
            peer_totals=tuple(plain(float(score)) for score in group.standing.scores),
            families=tuple(self._families(figures, index, marks)),
            indicators=tuple(rows),
            losses=tuple(self._lost(rows, index)),
            adjustments=tuple(self._adjustments(index)),
            memberships=tuple(self._memberships(group, row)),
            earlier=None if past is None else past.earlier(code),
            rankings=() if past is None else past.views(row),
            history=() if past is None else past.months(code),
            cautions=self.view.waivers,
        )

    def _machine_share(self, index: int, marks: Mapping[str, Decimal]) -> Decimal:
        """The part of the unit's full marks that no person's judgement decides (C39)."""
        everything = sum(marks.values(), Decimal(0))
        judged = sum((marks[id] for id in self._judged if self._is_judged(id, index)), Decimal(0))
        return Decimal(1) if not everything else ((everything - judged) / everything).quantize(_RATE, ROUND_HALF_UP)

    @cached_property
    def _judged(self) -> tuple[str, ...]:
        """Indicators in which a person judges somebody."""
        forms = {id: (one, *(own for _, own in one.variants)) for id, one in self.result.indicators.items()}
        wanted = [entry.indicator for entry in self.ran.plan.entries]
        return tuple(id for id in wanted if any(_by_people(form) for form in forms[id]))

    def _is_judged(self, id: str, index: int) -> bool:
        return _by_people(variant_of(self.result.indicators[id], self.result.scope, index))

    def _families(self, figures: ClassFigures, index: int, marks: Mapping[str, Decimal]) -> Iterator[FamilyScore]:
        for seen in figures.sums:
            entries = seen.family.indicators
            if all(_of_others(self.result.indicators[entry.indicator], index) for entry in entries):
                continue
            full = sum((marks[entry.indicator] for entry in entries), Decimal(0))
            peers, shown = (seen.rates, _RATE) if full else (seen.points, _POINTS)
            yield FamilyScore(
                Words(seen.family.name),
                _points(seen.together.fraction(index)),
                full,
                peers.mean.quantize(shown, ROUND_HALF_UP) if peers else Decimal(0),
                peers.best.quantize(shown, ROUND_HALF_UP) if peers else Decimal(0),
            )

    def _full(self, entry: Entry, index: int) -> Decimal:
        """What the indicator can bring to this unit's total; nothing where it does not apply."""
        weighed = self.result.indicators[entry.indicator]
        if weighed.points is not None and weighed.points.state[index] in _NOT_HERE:
            return Decimal(0)
        if entry.weight is not None:
            return _points(entry.weight.value * self.ran.plan.total.value)
        return _points(at(weighed.full, index))

    def _row(
        self, seen: IndicatorPeers, figures: ClassFigures, index: int, marks: Mapping[str, Decimal]
    ) -> IndicatorRow:
        weighed = seen.weighed
        return IndicatorRow(
            id=seen.entry.indicator,
            name=Words(weighed.name),
            family=Words(seen.family.name),
            points=_points(seen.part.fraction(index)),
            full=marks[seen.entry.indicator],
            value=measure(at(seen.value, index), weighed),
            numerator=count(seen.above, index),
            denominator=count(seen.below, index),
            target=measure(at(seen.target, index), weighed),
            peers=seen.value_peers,
            peer_points=seen.mean,
            place=int(seen.places[index]) or None,
            class_size=len(figures.group.index),
            state=self._state(weighed, index),
        )

    def _state(self, weighed: Weighed, index: int) -> RowState:
        state = State.KNOWN if weighed.points is None else int(weighed.points.state[index])
        return _STATES.get(state, "not_applicable")

    def _lost(self, rows: Sequence[IndicatorRow], index: int) -> Iterator[LostPoints]:
        """Every lost point with its reason; the largest also with what would have kept them."""
        lost = sorted((row for row in rows if row.lost > 0), key=lambda row: (-row.lost, row.id))
        for order, row in enumerate(lost):
            weighed, basis = self.result.indicators[row.id], Words(self.ran.book.indicators[row.id].basis)
            kept = self.losses.remedy(weighed, index, Fraction(row.lost)) if order < REMEDIES else None
            remedy = kept or NO_REMEDY if order < REMEDIES else None
            yield LostPoints(row.id, row.name, row.lost, self.losses.reason(weighed, index), basis, remedy)

    def _adjustments(self, index: int) -> Iterator[Adjustment]:
        """What happened between the families and the total, in the order applied."""
        for group in self.ran.plan.groups:
            if moved := self._group(group, index) - self._parts(group, index):
                yield Adjustment(self._bound(group, moved), _points(moved), Words(""))
        before: Fraction | None = None
        rounded = [*((step, column) for step, column in self.result.steps if step.name in ("points", "total"))]
        for step, column in rounded:
            value = at(column, index)
            if before is not None and value is not None:
                moved = value - before - self._shown_already(step, index)
                if moved:
                    yield Adjustment(_AMOUNTS.get(step.zh, Words(step.zh, step.en)), _points(moved), Words(""))
            before = value

    def _shown_already(self, step: Step, index: int) -> Fraction:
        """Bonus and malus join the total in a step of their own, but they stand among the families."""
        names = {node.text for node in walk(step.tree) if isinstance(node, Name)}
        groups = [group for group in self.ran.plan.groups if f"group:{group.name}" in names]
        return sum((self._group(group, index) for group in groups), Fraction(0))

    def _group(self, group: Family, index: int) -> Fraction:
        """What a family brings, after its own limits."""
        return at(self.result.column(f"group:{group.name}"), index) or Fraction(0)

    def _parts(self, group: Family, index: int) -> Fraction:
        """What its indicators bring together."""
        parts = [at(self.result.column(f"part:{entry.indicator}"), index) for entry in group.indicators]
        return sum((part for part in parts if part is not None), Fraction(0))

    def _bound(self, group: Family, moved: Fraction) -> Words:
        """What moved a family away from the sum of its indicators."""
        if self.ran.plan.alignment is not None and group.role == "base":
            zh, en = "部门间对齐", "alignment of departments"
        else:
            zh, en = ("封顶", "cap") if moved < 0 else ("保底", "floor")
        return Words(f"{group.name}：{zh}", f"{group.name}: {en}")

    def _memberships(self, group: Group, row: int) -> Iterator[Membership]:
        for cut in self.ran.plan.lists:
            member = group.lists.get(cut.list)
            if member is not None:
                kind: ListKind = "honour" if cut.honour else "alarm"
                unset = cut.at_least is None and not member.listed.any()
                yield Membership(
                    Words(cut.name),
                    kind,
                    _cut(group.standing.place[member.listed], cut.bottom is not None),
                    "unset" if unset else _listed(group, member, row),
                    plain(float(member.chance[row])) if group.measured and not unset else None,
                    cut.bottom is not None,
                )


def _points(value: Fraction | None) -> Decimal:
    """Published points with all their decimals."""
    return decimal(value, POINTS_PLACES)


def _by_people(weighed: Weighed) -> bool:
    """Whether a person judges any part of it."""
    return any(leaf.rule.score is not None and leaf.rule.score.judgement is not None for leaf in leaves(weighed))


def _of_others(weighed: Weighed, index: int) -> bool:
    """Whether an indicator is for other classes only: the sheet does not speak of it."""
    return weighed.points is not None and weighed.points.state[index] == _OUTSIDE


def _listed(group: Group, member: Verdicts, row: int) -> ListState:
    if not group.measured:
        return "listed" if member.listed[row] else "out"
    return member.state[row]


def _cut(places: npt.NDArray[np.int64], bottom: bool) -> int:
    """The last place of a list from the top, the first one of a list from the bottom; 0 for a list of nobody."""
    if not len(places):
        return 0
    return int(places.min() if bottom else places.max())


def _place(group: Group, row: int) -> PlaceView:
    standing = group.standing
    better = standing.scores[standing.scores > standing.scores[row]]
    return PlaceView(
        place=int(standing.place[row]),
        low=int(standing.low[row]),
        high=int(standing.high[row]),
        confidence=plain(standing.coverage) if group.measured else None,
        shared=int((standing.place == standing.place[row]).sum()),
        group=int((standing.group == standing.group[row]).sum()),
        class_size=len(group.index),
        to_next=plain(float(better.min() - standing.scores[row])) if len(better) else None,
    )
