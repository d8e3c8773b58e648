"""减负: indicators and minutes of filling in for one unit of each class, before and now, and what absorbing saves."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.db.models import Count

from steelyard.bureau.folder import Bureau
from steelyard.engine.checking.door import context_of
from steelyard.engine.checking.policy.minutes import Load, filled_in, loads
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.plan import Plan
from steelyard.web.library.rules import bureau
from steelyard.web.people.models import Unit

Picked = Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Burden:
    """Of one class. ``before`` None: the plan was begun from none, or did not assess the class."""

    name: str
    level: str
    units: int
    before: Load | None
    now: Load

    @property
    def fewer(self) -> int | None:
        return None if self.before is None else self.before.indicators - self.now.indicators

    @property
    def saved(self) -> Decimal | None:
        """Minutes of all units together in a year."""
        return None if self.before is None else (self.before.minutes - self.now.minutes) * self.units

    @property
    def hours(self) -> Decimal | None:
        return None if self.saved is None else self.saved / 60


@dataclass(frozen=True)
class Carried:
    """An indicator that says who carries it, and still assesses others; what leaving them out would save."""

    indicator: str
    name: str
    carriers: Sequence[str]
    relieved: Sequence[str]
    units: int
    minutes: Decimal


def behind() -> Mapping[str, tuple[str, ...]]:
    """The tables filled in by hand behind every indicator of the book."""
    here = bureau()
    return _behind(here, here.rules_stamp())


@lru_cache(maxsize=2)
def _behind(here: Bureau, _stamp: Hashable) -> Mapping[str, tuple[str, ...]]:
    return filled_in(context_of(here.book(), here.tables()))


def minutes() -> Mapping[str, Decimal | None]:
    return {name: table.minutes for name, table in bureau().tables().items()}


def picked(plan: Plan | None) -> Picked:
    return [] if plan is None else [(entry.indicator, entry.only) for entry in plan.entries]


def burdens(plan: Plan, before: Plan | None) -> list[Burden]:
    """In the order of the plan's classes."""
    hand, taken, units = behind(), minutes(), _units()
    now = loads(plan.classes, picked(plan), hand, taken)
    old = {} if before is None else loads(before.classes, picked(before), hand, taken)
    return [Burden(name, *units.get(name, ("", 0)), old.get(name), now[name]) for name in plan.classes]


def _units() -> dict[str, tuple[str, int]]:
    """Number of the units of every class, and the level at which most of them stand."""
    rows = Unit.objects.filter(ended=None).exclude(class_name="").values_list("class_name", "level")
    found: dict[str, tuple[str, int]] = {}
    for name, level, count in rows.annotate(count=Count("pk")).order_by("-count", "level"):
        most, before = found.get(name, (level, 0))
        found[name] = (most, before + count)
    return found


def carried(plan: Plan, book: RuleBook) -> list[Carried]:
    """What could stay where it is carried; each as if it alone were absorbed."""
    hand, taken, units = behind(), minutes(), _units()
    all_of = list(picked(plan))
    whole, found = loads(plan.classes, all_of, hand, taken), []
    for at, (id, only) in enumerate(all_of):
        rule = book.indicators.get(id)
        classes = [name for name in plan.classes if not only or name in only]
        relieved = [name for name in classes if rule is not None and name not in rule.carried_by]
        if rule is not None and rule.carried_by and relieved:
            rest = loads(relieved, [one for other, one in enumerate(all_of) if other != at], hand, taken)
            saved = sum(
                ((whole[name].minutes - rest[name].minutes) * units.get(name, ("", 0))[1] for name in relieved),
                Decimal(0),
            )
            count = sum(units.get(name, ("", 0))[1] for name in relieved)
            found.append(Carried(id, rule.name, rule.carried_by, relieved, count, saved))
    return found
