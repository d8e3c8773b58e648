"""Every formula of a book with the place where it is written and the names that may stand in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from steelyard.engine.checking.applied import Applied, Formula
from steelyard.engine.checking.calculation import Calculations
from steelyard.engine.checking.functions import Kind
from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Node, Number, Text
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.item import Veto
from steelyard.engine.model.plan import AWAITED, Plan
from steelyard.engine.reading import Path
from steelyard.engine.shape import Written

CONDITIONS = frozenset({"when", "done", "off_when", "warn"})
"""Keys whose formula must be true or false."""
ROWS = frozenset({"where", "ratings"})
"""Keys whose formula speaks of single rows; they are looked at as part of the totals that they go into."""
ANY = frozenset({"value", "target", "checkpoints", "score"})
"""Top keys under which a formula need not be a number; what methods do with it is looked at step by step."""
PARTS = frozenset({"items", "by_class"})
"""Keys of a rule that hold rules of their own."""


def formulas_of(book: RuleBook, rules: Iterable[Applied], kinds: Calculations[Kind]) -> Iterator[Formula]:
    """In the order of the book: its general part, indicators, plans, plans for persons."""
    if book.defaults is not None and book.defaults.floor is not None:
        yield Formula(book.defaults.floor, book.defaults.place("floor"), "floor", "", {}, "number", constant=True)
    for rule in rules:
        yield from _of_rule(rule, kinds)
    for plan in book.plans.values():
        yield from _of_plan(plan, kinds)
    for persons in book.persons.values():
        for top, owner, path, tree in written(persons):
            fixed = top in (*_FIXED, "veto") or path[0] in ("full", "weight")
            yield Formula(tree, owner.place(*path), str(path[0]), persons.id, {}, _wants("", path), fixed)


def _of_rule(rule: Applied, kinds: Calculations[Kind]) -> Iterator[Formula]:
    *parts, whole = (kinds.last(run) for run in kinds.runs(rule))
    for top, owner, path, tree in written(rule.written, PARTS):
        if path[0] not in ROWS:
            inside = parts[0] if parts and top in ANY else whole  # what is scored checkpoint by checkpoint
            names = {name: kind for name, kind in inside.items() if _reachable(name, top)}
            yield Formula(tree, owner.place(*path), str(path[0]), rule.name, names, _wants(top, path))


def _wants(top: str, path: Path) -> Kind | None:
    if path[0] in CONDITIONS:
        return "condition"
    return None if top in ANY else "number"


_KNOWN = {
    "value": frozenset({"day"}),
    "target": frozenset({"day", "value"}),
    "full": frozenset({"day", "value", "target"}),
}


def _reachable(name: str, top: str) -> bool:
    """A value knows no other names yet, a target only the value, the full mark both."""
    return top not in _KNOWN or name in _KNOWN[top]


_BEFORE = ("points", "full")
_PLACED = ("points", "full", "exact", "total", "place", "class_size")
_AFTER = ("points", "full", "exact", "total")
_OF_PLAN: Mapping[str, tuple[str, ...]] = {"groups": (), "ranking": _AFTER, "grades": _AFTER}
_FIXED = ("total", "linked", "unit", "lists", "segments")


def _of_plan(plan: Plan, kinds: Calculations[Kind]) -> Iterator[Formula]:
    """Points and full marks of its indicators everywhere, sums and places only where they are known already."""
    names: dict[str, Kind] = {"day": "date"}
    for entry in plan.entries:
        names |= {f"{entry.indicator}.{what}": kind for what, kind in kinds.indicator(entry.indicator).items()}
    for top, owner, path, tree in written(plan):
        if tree == AWAITED:
            continue  # a word, not a formula
        late = isinstance(owner, Veto) and owner.zero is None
        known: dict[str, Kind] = dict.fromkeys(_PLACED if late else _OF_PLAN.get(top, _BEFORE), "number")
        fixed = top in _FIXED or path[0] in ("full", "weight")
        yield Formula(tree, owner.place(*path), str(path[0]), plan.id, {**names, **known}, _wants("", path), fixed)


Found = tuple[str, Written, Path, Node]


def written(noun: Written, without: frozenset[str] = frozenset()) -> Iterator[Found]:
    """Every formula in a noun: the noun's key that it stands under, its owner, its path below the owner, its tree."""
    for field, value in noun.__dict__.items():
        if field not in without:
            key = type(noun).model_fields[field].alias or field
            yield from ((key, owner, path, tree) for owner, path, tree in _inside(noun, (key,), value))


def _inside(owner: Written, path: Path, value: object) -> Iterator[tuple[Written, Path, Node]]:
    if isinstance(value, Number | Text | Day | Name | Call | Aggregate):
        yield owner, path, value
    elif isinstance(value, Written):
        yield from (found[1:] for found in written(value))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _inside(owner, (*path, str(key)), part)
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield from _inside(owner, (*path, index), part)
