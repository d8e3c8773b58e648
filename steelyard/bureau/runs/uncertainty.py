"""How much of a score is chance: sampling noise of the counted cases, carried through the scoring to the total.

Every total is taken as a sum of independent cases (compound Poisson): a count varies by its own size, a sum by the sum
of squares, an average by the scatter of its cases; a share of cases varies as its part and its rest do, which is the
binomial. Each is moved up and down by one standard error and the item scored again, so that steps, caps and floors are
seen. Nothing here moves a point; it says how far places could be apart by luck.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.evaluate import Result
from steelyard.engine.explaining.change import leaves
from steelyard.engine.explaining.explanation import aggregates
from steelyard.engine.explaining.replaying import replay
from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node
from steelyard.engine.model.facts import FactTable
from steelyard.engine.weighing.items import Weighed
from steelyard.engine.weighing.scope import Scope

Floats = npt.NDArray[np.float64]
_COUNTED = ("count", "distinct")
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=", "in")


def squares(total: Aggregate) -> tuple[Aggregate, ...]:
    """What must be added up beside a total to know its scatter."""
    if total.kind not in ("sum", "avg") or total.per or total.argument is None:
        return ()
    square = replace(total, kind="sum", argument=Call("*", (total.argument, total.argument)))
    if total.kind == "sum":
        return (square,)
    known = Call("not", (Call("is_null", (total.argument,)),))
    where = known if total.where is None else Call("and", (total.where, known))
    return square, replace(total, kind="count", argument=None, where=where)


def with_squares(totals: Iterable[Aggregate]) -> tuple[Aggregate, ...]:
    """All totals that an evaluation with uncertainty wants."""
    wanted: dict[Aggregate, None] = {}
    for total in totals:
        wanted.update(dict.fromkeys((total, *squares(total))))
    return tuple(wanted)


@dataclass(frozen=True)
class Errors:
    """Standard errors, shape (n,): of each indicator's points and of the total.

    ``unmeasured``: indicators that rest on rows which are totals themselves (``rows: totals``); how many such rows
    there are says nothing of chance. One of them is enough to leave the error of the total unknown.
    """

    indicators: Mapping[str, Floats]
    total: Floats
    unmeasured: frozenset[str] = frozenset()

    @property
    def measured(self) -> bool:
        return not self.unmeasured


def errors(result: Result, tables: Iterable[FactTable] = ()) -> Errors:
    """Indicators are taken as independent given the unit; a plan's weights and caps scale them."""
    totals = {word for table in tables if table.rows == "totals" for word in (table.table, table.name)}
    unmeasured = frozenset(id for id, weighed in result.indicators.items() if totals and _read(weighed) & totals)
    if unmeasured:
        nothing = np.zeros(result.panel.size)
        return Errors(dict.fromkeys(result.indicators, nothing), nothing, unmeasured)
    found = {id: item_error(weighed, result.scope) for id, weighed in result.indicators.items()}
    weights = {entry.indicator: _weight(result, entry.indicator) for entry in result.plan.entries}
    variance = sum((found[id] * weights[id]) ** 2 for id in weights)
    return Errors(found, np.sqrt(np.asarray(variance, dtype=np.float64) + np.zeros(result.panel.size)))


def _read(weighed: Weighed) -> set[str]:
    """The tables that an item reads, in any class and part, by the words of the rule."""
    rules = [weighed, *(variant for _, variant in weighed.variants)]
    rules += [] if weighed.common is None else [weighed.common]
    return {total.table for rule in rules for leaf in (rule, *leaves(rule)) for total in aggregates(leaf)}


def _weight(result: Result, id: str) -> Floats | float:
    """Points of the total for one point of the indicator."""
    entry = next(entry for entry in result.plan.entries if entry.indicator == id)
    full = result.indicators[id].full
    if entry.weight is None or full is None:
        return 1.0
    return float(entry.weight.value * result.plan.total.value) / np.maximum(floats(full), 1e-9)


def item_error(weighed: Weighed, scope: Scope) -> Floats:
    """Of an item, its parts together; classes with a rule of their own by that rule."""
    if weighed.variants:
        error = np.zeros(scope.size)
        for name, variant in weighed.variants:
            error = np.where(scope.panel.in_class(name), item_error(variant, scope), error)
        return error
    parts = [leaf_error(leaf, scope) for leaf in leaves(weighed) if leaf.points is not None]
    return np.sqrt(np.sum([part**2 for part in parts], axis=0)) if parts else np.zeros(scope.size)


def leaf_error(leaf: Weighed, scope: Scope) -> Floats:
    """One scored item: half the difference between one standard error up and down, for each independent source."""
    variance = np.zeros(scope.size)
    if sources := _sources(aggregates(leaf), scope):
        moved = [source.moved(sign, scope) for source in sources for sign in (1, -1)]
        points = replay(leaf, scope).side_by_side(moved)
        for half in _half_differences(points, len(sources)):
            variance += half**2
    return np.sqrt(variance)


@dataclass(frozen=True)
class _Source:
    """Totals that move together: a part moves its whole, a rest only the whole."""

    moving: tuple[Aggregate, ...]
    error: Floats

    def moved(self, sign: int, scope: Scope) -> dict[Aggregate, Numbers]:
        return {total: _shifted(scope.total(total), sign * self.error) for total in self.moving}


def _sources(totals: Sequence[Aggregate], scope: Scope) -> list[_Source]:
    """Each total moves with all that contain its cases, by the cases that are in none of its parts."""
    sources = []
    for total in totals:
        wholes = [other for other in totals if other != total and inside(total, other)]
        sources.append(_Source((total, *wholes), _rest_error(total, totals, scope)))
    return [source for source in sources if source.error.any()]


def _rest_error(whole: Aggregate, totals: Sequence[Aggregate], scope: Scope) -> Floats:
    """Of the cases in no part; parts of parts are counted once, parts that overlap leave no less than nothing."""
    parts = [part for part in totals if part != whole and inside(part, whole)]
    largest = [part for part in parts if not any(part != other and inside(part, other) for other in parts)]
    variance = _error(whole, scope) ** 2
    for part in largest:
        variance = variance - _error(part, scope) ** 2
    return np.sqrt(np.maximum(variance, 0))


def inside(part: Aggregate, whole: Aggregate) -> bool:
    """Whether every case of the part is a case of the whole, as far as the conditions show it."""
    if part.where is None or replace(part, where=None) != replace(whole, where=None):
        return False
    mine = _conditions(part.where)
    return all(one in mine or _implied(one, mine) for one in _conditions(whole.where))


def _conditions(where: Node | None) -> tuple[Node, ...]:
    match where:
        case None:
            return ()
        case Call(op="and", args=args):
            return tuple(one for arg in args for one in _conditions(arg))
        case _:
            return (where,)


def _implied(wanted: Node, held: Sequence[Node]) -> bool:
    """``rating is not null`` goes without saying where ``rating`` is compared with something."""
    match wanted:
        case Call(op="not", args=(Call(op="is_null", args=(Name() as column,)),)):
            return any(isinstance(one, Call) and one.op in _COMPARISONS and column in one.args for one in held)
        case _:
            return False


def _error(total: Aggregate, scope: Scope) -> Floats:
    """Standard error of one total; order statistics (percentiles, firsts) are taken as they are."""
    if total.kind in _COUNTED:
        return np.sqrt(np.maximum(floats(scope.total(total)), 1.0))
    beside = squares(total)
    try:
        square, *others = (floats(scope.total(one)) for one in beside)
    except (KeyError, ValueError):  # nothing can stand beside it, or it was not asked for
        return np.zeros(scope.size)
    if total.kind == "sum":
        return np.sqrt(square)
    cases = np.maximum(others[0], 1.0)
    return np.sqrt(np.maximum(square / cases - floats(scope.total(total)) ** 2, 0) / cases)


def _shifted(column: Numbers, by: Floats) -> Numbers:
    """Moved by a float, in millionths; a total of cases never falls below nothing."""
    step = Numbers(np.rint(by * 1_000_000).astype(np.int64), 1_000_000, np.zeros(len(by), dtype=np.uint8))
    moved = column + step
    return Numbers(np.maximum(moved.numerator, 0), moved.denominator, moved.state)


def _half_differences(points: Numbers, sources: int) -> Floats:
    """(sources, n) from the points of each source moved up and moved down, one after the other."""
    known, found = (every.reshape(sources, 2, -1) for every in (points.known, floats(points)))
    return np.where(known.all(axis=1), (found[:, 0] - found[:, 1]) / 2, 0.0)


def floats(column: Numbers) -> Floats:
    """For statistics only: never for a number that is published as a score."""
    return np.where(column.known, column.numerator.astype(np.float64) / np.asarray(column.denominator, np.float64), 0.0)
