"""The rules as they stand: those of the library where the site has one, otherwise the files of the bureau's folder."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import F, Q

from steelyard.bureau.folder import Bureau
from steelyard.engine.calendar import Calendar
from steelyard.engine.problems import refuse
from steelyard.web.library.models import Edition, Kind, Rule, State, Version
from steelyard.web.people.models import Unit


@dataclass(frozen=True, init=False)
class Kept(Bureau):
    """A bureau whose rules and working calendar stand in the database; declarations of facts stay in its folder.

    ``holder``: the code of the unit whose library comes over that of the whole bureau, empty for the bureau itself.
    ``day``: its rules are those for a period that ends on it; None: what was adopted last, for whichever day.
    """

    holder: str
    day: date | None

    def __init__(self, there: Bureau, holder: str = "", day: date | None = None) -> None:
        super().__init__(there.root, there.record_folder)
        object.__setattr__(self, "holder", holder)
        object.__setattr__(self, "day", day)

    def rules(self) -> list[tuple[str, str]]:
        return in_force(self.holder, self.day) or super().rules()

    def calendars(self) -> list[tuple[str, str]]:
        kept = Version.objects.filter(rule__address=Kind.CALENDAR, rule__state=State.IN_FORCE)
        found = kept.filter(number=F("rule__current")).select_related("rule")
        return [(name_of(one.rule, one.number), one.text) for one in found] or super().calendars()

    def rules_stamp(self) -> Hashable:
        return edition() or super().rules_stamp()


def bureau(holder: Unit | None = None, day: date | None = None) -> Bureau:
    """The bureau of this site; for a unit that holds rules of its own, as its book has them; with its rules as they
    are for a day."""
    return Kept(settings.STEELYARD.of_bureau(), str(holder.pk) if holder else "", day)


def calendar() -> Calendar:
    """The working calendar, by which every deadline is counted. Raises `Refused` (``no-calendar``): days are never
    guessed."""
    here = bureau()
    found = here.calendar()
    if found is None:
        raise refuse("no-calendar", folder=here.root)
    return found


def in_force(holder: str = "", day: date | None = None) -> list[tuple[str, str]]:
    """Name and text of every rule by which people are weighed; a name tells the rule and its version. A rule of the
    holder stands in place of the bureau's rule with the same identifier. ``day``: a rule that was changed in the midst
    of a year says for the days before what it said before (年中调整)."""
    of = Q(rule__holder=None) | Q(rule__holder=holder) if holder else Q(rule__holder=None)
    found = Version.objects.filter(of, rule__state=State.IN_FORCE).exclude(rule__kind=Kind.CALENDAR)
    found = found.filter(number=F("rule__current")) if day is None else found.filter(pk__in=_on(day))
    rows = found.order_by(F("rule__holder").asc(nulls_first=True), "rule__code").select_related("rule")
    named = {one.rule.code: (name_of(one.rule, one.number), one.text) for one in rows}
    return [named[code] for code in sorted(named)]


def _on(day: date) -> list[int]:
    """Of each rule in force, the version that was adopted last among those that are for the day."""
    adopted = Version.objects.filter(rule__state=State.IN_FORCE, adopted_at__isnull=False)
    fits = adopted.filter(Q(since=None) | Q(since__lte=day)).order_by("adopted_at", "number")
    return list(dict(fits.values_list("rule", "pk")).values())


def with_version(rules: Iterable[tuple[str, str]], rule: Rule, version: Version) -> list[tuple[str, str]]:
    """The same with this version in place of whatever its rule says now."""
    others = [one for one in rules if code_of(one[0]) != rule.code]
    return [*others, (name_of(rule, version.number), version.text)]


def name_of(rule: Rule, number: int) -> str:
    return f"{rule.kind}/{rule.address}.{number}.yaml"


def address_of(name: str) -> str:
    """``indicator/A1:filing_on_time.3.yaml`` -> ``A1:filing_on_time``; empty where it is the name of no rule."""
    kind, _, rest = name.partition("/")
    return rest.rsplit(".", 2)[0] if kind and rest.endswith(".yaml") and rest.count(".") > 1 else ""


def code_of(name: str) -> str:
    return address_of(name).rpartition(":")[2]


def address(code: str, holder: Unit | None) -> str:
    return f"{holder.code}:{code}" if holder else code


def edition() -> int:
    return Edition.objects.filter(pk=1).values_list("number", flat=True).first() or 0
