"""What changed rules would do: two books over one record, their rules field by field, their scores unit by unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Generic, TypeVar

from steelyard.bureau.asking.checking import passed
from steelyard.bureau.folder import Bureau, texts
from steelyard.bureau.people.changing import PlansChanged, plans_changed
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran, run_book
from steelyard.bureau.telling import Progress
from steelyard.engine.expressions.wording import Vocabulary
from steelyard.engine.model.book import RuleBook, read_book
from steelyard.engine.problems import Language
from steelyard.engine.shape import Written
from steelyard.engine.wording.differences import Difference, differences
from steelyard.engine.wording.vocabulary import vocabulary

Number = TypeVar("Number", Decimal, Fraction)


@dataclass(frozen=True, slots=True)
class Changed:
    """One rule, plan or general part that differs; new and dropped ones have one difference, themselves."""

    kind: str
    id: str
    name: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Moved(Generic[Number]):
    """One unit in one period before and after. Totals are None where a unit has none; places count from 1, 0 is
    none."""

    unit: str
    name: str
    class_name: str
    period: str
    totals: tuple[Number | None, Number | None]
    places: tuple[int, int]
    entered: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def gain(self) -> Number | int:
        """New total less old total; 0 where there is no total on one side."""
        old, new = self.totals
        return 0 if old is None or new is None else new - old

    @property
    def climbed(self) -> int:
        """Places gained; 0 where the unit has no place on one side."""
        old, new = self.places
        return old - new if old and new else 0

    @property
    def moved(self) -> bool:
        return self.totals[0] != self.totals[1] or self.places[0] != self.places[1] or bool(self.entered or self.left)


One = TypeVar("One", bound=Moved[Any])


def largest_first(units: Iterable[One]) -> tuple[One, ...]:
    """Those for whom anything changes, largest move of places first, then of points, then by code."""
    found = [unit for unit in units if unit.moved]
    return tuple(sorted(found, key=lambda unit: (-abs(unit.climbed), -abs(unit.gain), unit.unit, unit.period)))


@dataclass(frozen=True)
class Comparison:
    """``units`` are all assessed ones, the moved first to ask for; ``persons``: whose own plans would be others."""

    changed: tuple[Changed, ...]
    units: tuple[Moved[Fraction], ...]
    persons: tuple[PlansChanged, ...] = ()

    @property
    def moved(self) -> tuple[Moved[Fraction], ...]:
        return largest_first(self.units)


def compare(old: Bureau, new: Path, order: Order, progress: Progress, language: Language = "zh") -> Comparison:
    """The bureau's own rules against those in another folder, over the record of the bureau.

    ``new`` is a bureau's folder or a folder of rule files. Raises `Refused` as a run does.
    """
    tables = old.tables()
    book, other = (passed(old, found, tables) for found in (old.book(), new_book(new)))
    named = vocabulary(other, tables)
    changed = tuple(changes(book, other, named, language))
    plain = replace(order, uncertainty=False, history=False)
    before = run_book(old, plain, book, tables, progress)
    after = run_book(old, plain, other, tables, progress)
    return Comparison(changed, tuple(moves(before, after)), tuple(_persons(before, after)))


def _persons(before: Ran, after: Ran) -> Iterator[PlansChanged]:
    """Plans for persons that rest on the compared one, where they or it say something else."""
    for id, plan in sorted(after.book.persons.items()):
        old = before.book.persons.get(id)
        if old is None or (old.plan, plan.plan) != (before.plan.id, after.plan.id):
            continue
        if (old, before.plan) != (plan, after.plan):
            yield plans_changed(after.snapshot, (before.book, old), (after.book, plan))


def new_book(folder: Path) -> RuleBook:
    inside = folder / "rules"
    return read_book(texts(inside if inside.is_dir() else folder))


def changes(old: RuleBook, new: RuleBook, names: Vocabulary, language: Language) -> Iterator[Changed]:
    """General part, indicators, plans and plans for persons that differ, in the order of the new book."""
    if old.defaults is not None and new.defaults is not None:
        found = differences(old.defaults, new.defaults, names, language)
        if found:
            yield Changed("book", new.defaults.book, new.defaults.name, tuple(found))
    yield from _nouns("indicator", old.indicators, new.indicators, names, language)
    yield from _nouns("plan", old.plans, new.plans, names, language)
    yield from _nouns("persons", old.persons, new.persons, names, language)


def _nouns(
    kind: str, old: Mapping[str, Written], new: Mapping[str, Written], names: Vocabulary, language: Language
) -> Iterator[Changed]:
    for id in dict.fromkeys([*new, *old]):
        before, after = old.get(id), new.get(id)
        if before is None or after is None:
            name = str(getattr(after or before, "name", id))
            one_sided = Difference((), None if before is None else name, None if after is None else name)
            yield Changed(kind, id, name, (one_sided,))
        else:
            found = differences(before, after, names, language)
            if found:
                yield Changed(kind, id, str(getattr(after, "name", id)), tuple(found))


def moves(before: Ran, after: Ran) -> Iterator[Moved[Fraction]]:
    """Every unit that either plan assesses, in order of periods and codes."""
    places = [_places(before), _places(after)]
    names = {**before.names, **after.names}
    for period, unit in sorted(set(places[0]) | set(places[1])):
        old, new = (_at(ran, found.get((period, unit))) for ran, found in zip((before, after), places, strict=True))
        yield Moved(
            unit,
            names.get(unit, ""),
            new.class_name or old.class_name,
            period,
            (old.total, new.total),
            (old.place, new.place),
            tuple(name for name in new.lists if name not in old.lists),
            tuple(name for name in old.lists if name not in new.lists),
        )


def _places(ran: Ran) -> dict[tuple[str, str], int]:
    panel, count = ran.result.panel, len(ran.result.panel.subjects)
    return {
        (panel.periods[index // count], panel.subjects[index % count]): index
        for index in range(panel.size)
        if panel.assessed[index]
    }


@dataclass(frozen=True, slots=True)
class _Standing:
    class_name: str = ""
    total: Fraction | None = None
    place: int = 0
    lists: tuple[str, ...] = ()


def _at(ran: Ran, index: int | None) -> _Standing:
    """How one unit stands in a run; nothing where it is not assessed."""
    if index is None:
        return _Standing()
    result = ran.result
    names = {cut.list: cut.name for cut in result.plan.lists}
    return _Standing(
        result.panel.class_names[int(result.panel.classes[index])],
        result.total.fraction(index),
        int(result.places.place[index]),
        tuple(names[name] for name in sorted(result.lists) if result.lists[name][index]),
    )
