"""From a result to the analysis sheets of its units (指标分析报告单)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import cast

import numpy as np

import steelyard
from steelyard.bureau.figures import at, count, decimal, measure, peer_stats, places_within, plain, rate
from steelyard.bureau.history import History
from steelyard.bureau.losses import Losses, vocabulary
from steelyard.bureau.results import Results
from steelyard.bureau.standing import Group
from steelyard.engine.arithmetic.numbers import Mask, Numbers, State
from steelyard.engine.expressions.nodes import Node
from steelyard.engine.model.plan import Entry
from steelyard.engine.model.plan import Group as Family
from steelyard.engine.weighing.items import Weighed
from steelyard.reports.sheet import (
    Adjustment,
    FamilyScore,
    IndicatorRow,
    ListKind,
    LostPoints,
    Membership,
    PeerStats,
    PlaceView,
    RowState,
    RunView,
    UnitSheet,
    Words,
)


class Sheets:
    """Everything that the sheets of one period share is worked out once."""

    def __init__(self, results: Results, groups: Sequence[Group], period: str) -> None:
        self.results, self.result, self.ran = results, results.result, results.ran
        self.groups = [group for group in groups if group.period == period]
        self.period = period
        self.losses = Losses(self.result.scope, vocabulary(self.ran.tables))
        self.view = self._view()

    def __iter__(self) -> Iterator[UnitSheet]:
        for group in self.groups:
            past = None if self.ran.history is None else History(self.ran.history, self.result, group)
            members = np.zeros(self.result.panel.size, dtype=np.bool_)
            members[group.index] = True
            for row, index in enumerate(group.index):
                yield self._sheet(group, members, row, int(index), past)

    def _view(self) -> RunView:
        ran = self.ran
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
        )

    def _sheet(self, group: Group, members: Mask, row: int, index: int, past: History | None) -> UnitSheet:
        code = self.result.panel.subjects[index % len(self.result.panel.subjects)]
        total = self.result.total
        families = [self._family(family, members, index) for family in self.ran.plan.groups]
        rows = [
            self._row(entry, family, members, index) for family in self.ran.plan.groups for entry in family.indicators
        ]
        return UnitSheet(
            code=code,
            name=Words(self.ran.names.get(code, code)),
            parent=Words(self.ran.names.get(self.ran.parents.get(code) or "", "")),
            class_name=Words(group.name),
            run=self.view,
            total=decimal(total.fraction(index)),
            full=decimal(self.ran.plan.total.value),
            machine_share=self._machine_share(),
            place=self._place(group, row),
            peers=cast(PeerStats, peer_stats(total, members)),
            peer_totals=tuple(plain(float(score)) for score in group.standing.scores),
            families=tuple(families),
            indicators=tuple(rows),
            losses=tuple(sorted(self._lost(rows, index), key=lambda loss: (-loss.points, loss.indicator))),
            adjustments=tuple(self._adjustments(index)),
            memberships=tuple(self._memberships(group, row)),
            earlier=None if past is None else past.earlier(code),
            rankings=() if past is None else past.views(row),
            history=() if past is None else past.months(code),
        )

    def _machine_share(self) -> Decimal:
        """The part of the full marks that no person's judgement decides (C39)."""
        marks = {True: Decimal(0), False: Decimal(0)}
        for weighed in self.result.indicators.values():
            judged = weighed.rule.score is not None and weighed.rule.score.judgement is not None
            marks[judged] += decimal(None if weighed.full is None else weighed.full.fraction(0))
        everything = marks[True] + marks[False]
        return Decimal(1) if not everything else (marks[False] / everything).quantize(Decimal("0.0001"))

    def _place(self, group: Group, row: int) -> PlaceView:
        standing = group.standing
        better = [float(score) for score in standing.scores if score > standing.scores[row]]
        return PlaceView(
            place=int(standing.place[row]),
            low=int(standing.low[row]),
            high=int(standing.high[row]),
            confidence=plain(standing.coverage),
            shared=int((standing.place == standing.place[row]).sum()),
            group=int((standing.group == standing.group[row]).sum()),
            class_size=len(group.index),
            to_next=plain(min(better) - float(standing.scores[row])) if better else None,
        )

    def _family(self, family: Family, members: Mask, index: int) -> FamilyScore:
        parts = [self._part(entry) for entry in family.indicators]
        sums = parts[0]
        for part in parts[1:]:
            sums = sums + part
        peers = peer_stats(sums, members)
        return FamilyScore(
            Words(family.name),
            decimal(sums.fraction(index)),
            sum((self._full(entry, index) for entry in family.indicators), Decimal(0)),
            peers.mean if peers else Decimal(0),
            peers.best if peers else Decimal(0),
        )

    def _part(self, entry: Entry) -> Numbers:
        return cast(Numbers, self.result.column(f"part:{entry.indicator}"))

    def _full(self, entry: Entry, index: int) -> Decimal:
        """What the indicator can bring to this unit's total; nothing where it does not apply."""
        weighed = self.result.indicators[entry.indicator]
        if weighed.points is not None and weighed.points.state[index] in (State.EMPTY, State.OUTSIDE):
            return Decimal(0)
        if entry.weight is not None:
            return decimal(entry.weight.value * self.ran.plan.total.value)
        return decimal(at(weighed.full, index))

    def _row(self, entry: Entry, family: Family, members: Mask, index: int) -> IndicatorRow:
        weighed = self.result.indicators[entry.indicator]
        value = weighed.value if isinstance(weighed.value, Numbers) else None
        behind = rate(_value_tree(weighed))
        part = self._part(entry)
        peers = peer_stats(part, members)
        return IndicatorRow(
            id=entry.indicator,
            name=Words(weighed.name),
            family=Words(family.name),
            points=decimal(part.fraction(index)),
            full=self._full(entry, index),
            value=measure(None if value is None else value.fraction(index), weighed),
            numerator=None if behind is None else count(self.result.scope.total(behind[0]), index),
            denominator=None if behind is None else count(self.result.scope.total(behind[1]), index),
            target=measure(at(weighed.column("target"), index), weighed),
            peers=None if value is None else peer_stats(value, members, weighed.rule.direction == "higher"),
            peer_points=None if peers is None else peers.mean,
            place=int(places_within(part, members)[index]) or None,
            class_size=int(members.sum()),
            state=self._state(weighed, index),
        )

    def _state(self, weighed: Weighed, index: int) -> RowState:
        state = State.KNOWN if weighed.points is None else State(int(weighed.points.state[index]))
        match state:
            case State.KNOWN:
                return "scored"
            case State.AWAITED:
                return "no_data"
            case _:
                return "not_applicable"

    def _lost(self, rows: Sequence[IndicatorRow], index: int) -> Iterator[LostPoints]:
        for row in rows:
            if row.lost > 0:
                weighed = self.result.indicators[row.id]
                basis = Words(self.ran.book.indicators[row.id].basis)
                yield LostPoints(
                    row.id,
                    row.name,
                    row.lost,
                    self.losses.reason(weighed, index),
                    basis,
                    self.losses.remedy(weighed, index),
                )

    def _adjustments(self, index: int) -> Iterator[Adjustment]:
        """What happened between the families and the total, in the order applied."""
        before: Fraction | None = None
        rounded = [*((step, column) for step, column in self.result.steps if step.name in ("points", "total"))]
        for step, column in rounded:
            value = at(column, index)
            if before is not None and value is not None and value != before:
                yield Adjustment(Words(step.zh, step.en), decimal(value - before), Words(""))
            before = value

    def _memberships(self, group: Group, row: int) -> Iterator[Membership]:
        for cut in self.ran.plan.lists:
            member = group.lists.get(cut.list)
            if member is not None:
                kind: ListKind = "honour" if cut.honour else "alarm"
                yield Membership(
                    Words(cut.name),
                    kind,
                    self._cut(member.listed, group),
                    member.state[row],
                    plain(float(member.chance[row])),
                    cut.bottom is not None,
                )

    def _cut(self, listed: Mask, group: Group) -> int:
        places = group.standing.place[listed]
        return int(places.max()) if len(places) else 0


def _value_tree(weighed: Weighed) -> Node | None:
    return next((step.tree for step, _ in weighed.steps if step.name == "value"), None)
