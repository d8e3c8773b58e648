"""Compares two values for every unit and period, and tells every difference with the cells it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from steelyard.bureau.folder import Bureau, texts
from steelyard.bureau.runs.behind import counted, rows_around
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import system_of
from steelyard.bureau.runs.totals import totals_of
from steelyard.bureau.structures.arithmetic import arithmetic, evaluated
from steelyard.bureau.subjects.choosing import as_it_was
from steelyard.bureau.subjects.registers import organisation
from steelyard.bureau.telling import Progress, silent
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.expressions.nodes import Aggregate, Node, walk
from steelyard.engine.expressions.resolving import resolve
from steelyard.engine.expressions.schema import schema_of
from steelyard.engine.expressions.windows import windowed
from steelyard.engine.model.facts import FactTable
from steelyard.engine.model.reconciliation import Reconciliation, Side
from steelyard.engine.organisation import Organisation
from steelyard.engine.periods import Period, PeriodSystem
from steelyard.engine.planning.listing import listing
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.planning.totals import Wanted, arrivals, window_days
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.engine.reading import read
from steelyard.engine.shape import shaped
from steelyard.lake.record.behind import Spot, standing
from steelyard.lake.record.snapshot import Snapshot, snapshot

CATALOGUE.add(
    {
        "reconcile-missing": (
            "没有 {folder}：先在那里建一个 .yaml 文件，写明哪两个数应当一致，"
            "样子见 examples/council_tax/reconcile/workbook.yaml",
            "there is no {folder}: write a .yaml file there that says which two numbers must agree; "
            "examples/council_tax/reconcile/workbook.yaml shows how it looks",
        ),
        "reconcile-levels": (
            "机构登记表中没有层级“{levels}”；有：{allowed}",
            "the register of units has no level '{levels}'; it has: {allowed}",
        ),
        "reconcile-periods": (
            "from 与 to 应是同一种周期（{kind}），且 from 不晚于 to；现为 {first} 与 {last}",
            "from and to must be periods of the kind {kind}, from not after to; they are {first} and {last}",
        ),
    }
)


@dataclass(frozen=True)
class Difference:
    """One unit in one period; None where a side has no rows."""

    unit: str
    name: str
    period: str
    left: Fraction | None
    right: Fraction | None
    left_spots: tuple[Spot, ...]
    right_spots: tuple[Spot, ...]

    @property
    def size(self) -> Fraction | None:
        return None if self.left is None or self.right is None else self.left - self.right

    @property
    def one_sided(self) -> bool:
        return self.size is None


@dataclass(frozen=True)
class Outcome:
    """``exact``, ``within`` (not exact, inside the tolerance) and ``apart`` (where both must differ, and do) count
    what held, of ``compared`` in all; the rest are ``differences``, ``one_sided`` of them with one side only."""

    rule: Reconciliation
    compared: int
    exact: int
    within: int
    apart: int
    differences: tuple[Difference, ...]

    @property
    def one_sided(self) -> int:
        return sum(found.one_sided for found in self.differences)


def reconcile(bureau: Bureau, order: Order, progress: Progress = silent) -> tuple[Outcome, ...]:
    """Every document in ``reconcile/`` of the bureau's folder, in order. Raises `Refused`."""
    tables, system = bureau.tables(), system_of(bureau.book())
    folder = bureau.root / "reconcile"
    if not folder.is_dir():
        raise refuse("reconcile-missing", Place(str(folder)), folder=folder)
    rules = read_reconciliations(texts(folder))
    facts = snapshot(bureau.record, as_of_batch=order.as_of_batch, known_at=order.known_at)
    org = organisation(facts)
    outcomes = []
    for rule in rules:
        progress(f"核对 {rule.name}", f"comparing {rule.name}")
        outcomes.append(_Comparison(rule, tables, facts, org, _periods(rule, system), order).outcome())
    return tuple(outcomes)


def read_reconciliations(files: Sequence[tuple[str, str]]) -> list[Reconciliation]:
    """Raises `Refused` with the problems of all files."""
    rules: list[Reconciliation] = []
    problems: list[Problem] = []
    for name, text in files:
        try:
            rules += [shaped(Reconciliation, document) for document in read(text, name)]
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return rules


def _periods(rule: Reconciliation, system: PeriodSystem) -> tuple[Period, ...]:
    first, last = (system.parse(text, rule.place(key)) for key, text in (("from", rule.first), ("to", rule.last)))
    if {first.kind, last.kind} != {rule.every} or first.start > last.start:
        params = {"kind": rule.every, "first": rule.first, "last": rule.last}
        raise refuse("reconcile-periods", rule.place("from"), **params)
    found = [first]
    while found[-1] != last:
        found.append(found[-1].next)
    return tuple(found)


@dataclass(frozen=True)
class _Comparison:
    rule: Reconciliation
    tables: Mapping[str, FactTable]
    facts: Snapshot
    organisation: Organisation
    periods: tuple[Period, ...]
    order: Order

    def outcome(self) -> Outcome:
        units = self._units()
        left, right = (_Answers(self, side, units) for side in (self.rule.left, self.rule.right))
        held: Counter[str] = Counter()
        differences = []
        for t, period in enumerate(self.periods):
            for unit in units:
                pair = left.value(unit, t), right.value(unit, t)
                if pair == (None, None) or (None in pair and self.rule.one_sided == "skip"):
                    continue
                if (found := self._found(*pair)) is None:
                    differences.append(self._difference(unit, period, left, right, t))
                else:
                    held[found] += 1
        compared = held.total() + len(differences)
        return Outcome(self.rule, compared, held["exact"], held["within"], held["apart"], tuple(differences))

    def _found(self, left: Fraction | None, right: Fraction | None) -> str | None:
        """How two values keep the rule; None where they do not, or where one of them is missing."""
        if left is None or right is None:
            return None
        near = abs(left - right) <= self.rule.tolerance.value
        if self.rule.must == "differ":
            return None if near else "apart"
        return None if not near else "exact" if left == right else "within"

    def _units(self) -> list[str]:
        units = self.organisation.units
        known = {row.level for rows in units.values() for row in rows}
        if set(self.rule.levels) - known:
            params = {"levels": "、".join(sorted(set(self.rule.levels) - known)), "allowed": "、".join(sorted(known))}
            raise refuse("reconcile-levels", self.rule.place("levels"), **params)
        return sorted(code for code, rows in units.items() if rows[-1].level in self.rule.levels)

    def _difference(self, unit: str, period: Period, left: _Answers, right: _Answers, t: int) -> Difference:
        return Difference(
            unit,
            self.organisation.units[unit][-1].name,
            str(period),
            left.value(unit, t),
            right.value(unit, t),
            tuple(left.spots(unit, period)),
            tuple(right.spots(unit, period)),
        )


class _Answers:
    """One side for all units and periods."""

    def __init__(self, work: _Comparison, side: Side, units: Sequence[str]) -> None:
        self.work, self.units = work, {unit: at for at, unit in enumerate(units)}
        self.tree: Node = arithmetic(windowed(side.value, {}))
        self.totals = tuple(dict.fromkeys(node for node in walk(self.tree) if isinstance(node, Aggregate)))
        subjects = Subjects.alone(units) if side.of == "own" else self._below(units)
        self.members: dict[str, list[str]] = {unit: [] for unit in units}
        for code, unit in subjects.members:
            self.members[str(unit)].append(str(code))
        wanted = dict.fromkeys([*self.totals, *(arrivals(total) for total in self.totals)])
        (found,) = totals_of(work.facts, work.tables, [Wanted(list(wanted), work.periods, subjects)], work.order)
        self.columns: Mapping[Aggregate, Numbers] = {total: found.column(total) for total in wanted}

    def value(self, unit: str, t: int) -> Fraction | None:
        """None where one of the totals has no rows at all."""
        index = t * len(self.units) + self.units[unit]
        if any(not self.columns[arrivals(total)].fraction(index) for total in self.totals):
            return None
        return evaluated(self.tree, {total: self.columns[total].fraction(index) for total in self.totals})

    def spots(self, unit: str, period: Period) -> Iterator[Spot]:
        schemas = {name: schema_of(table) for name, table in self.work.tables.items()}
        for total in (resolve(total, schemas) for total in self.totals):
            table, schema, days = self.work.tables[total.table], schemas[total.table], window_days(total.window, period)
            if table.unit is not None and table.date is not None:
                names = listing(schema, [total], days).names
                rows = rows_around(self.work.facts, table, self.members[unit], days, names)
                yield from sorted(standing(self.work.facts, table, counted(total, schema, rows)))

    def _below(self, units: Sequence[str]) -> Subjects:
        """Only the lowest units count: what stands between may have rows that say the same again."""
        above = as_it_was(self.work.organisation, self.work.periods)
        lowest = set(above) - set(above.values())
        rolled = Subjects.rolled(units, above)
        return Subjects(rolled.codes, tuple((code, unit) for code, unit in rolled.members if code in lowest))
