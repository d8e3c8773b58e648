"""勾选: departments tick indicators of the library, several at the same time; only they or the office take one back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.web.library.models import Kind, Rule, State
from steelyard.web.library.rules import bureau
from steelyard.web.people.models import Account
from steelyard.web.people.roles import Role
from steelyard.web.plans.desk import Desk, at_desk
from steelyard.web.plans.drafting import group_of
from steelyard.web.plans.models import Pick
from steelyard.web.plans.text import head_checked

CATALOGUE.add(
    {
        "pick-none": ("没有勾选任何指标", "no indicator is ticked"),
        "pick-unknown": (
            "指标库里没有在用的指标“{indicator}”；请刷新页面",
            "the library has no indicator '{indicator}' in force; load the page again",
        ),
        "pick-gone": (
            "“{indicator}”不在这个方案里；请刷新页面",
            "'{indicator}' is not in this plan; load the page again",
        ),
        "pick-of-others": (
            "“{indicator}”由{unit}勾选，只有它或绩效办可以改动、取消",
            "'{indicator}' was ticked by {unit}; only they or the office change it or take it back",
        ),
        "pick-not-carried": (
            "“{indicator}”没有写明由谁承担（carried_by），或承担者已经包括所考的各类；请先在指标库里写明",
            "'{indicator}' does not say who carries it (carried_by), or all assessed classes do; say so in the library",
        ),
    }
)


@dataclass(frozen=True)
class Ticked:
    """``already``: what others had ticked before."""

    made: Sequence[str]
    already: Sequence[Pick]


def named(indicators: Iterable[str]) -> dict[str, str]:
    """As people call them; the identifier where the library has none of that name."""
    asked = list(indicators)
    names = dict(Rule.objects.filter(address__in=asked).values_list("address", "name"))
    return {one: names.get(one, one) for one in asked}


def tick(pk: int, indicators: Sequence[str], group: str, *, by: Account, now: datetime) -> Ticked:
    """All that is not in the plan yet joins it; what others ticked first stays theirs. Raises `Refused`."""
    wanted = list(dict.fromkeys(indicators))
    if not wanted:
        raise refuse("pick-none")
    with transaction.atomic():
        desk = at_desk(pk, "making-tick", by, now)
        place = group_of(desk.making, group)
        known = set(
            Rule.objects.filter(kind=Kind.INDICATOR, state=State.IN_FORCE, address__in=wanted).values_list(
                "code", flat=True
            )
        )
        for one in wanted:
            if one not in known:
                raise refuse("pick-unknown", indicator=one)
        already = list(desk.making.picks.filter(indicator__in=wanted).select_related("unit", "by"))
        made = [one for one in wanted if one not in {pick.indicator for pick in already}]
        Pick.objects.bulk_create(
            Pick(making=desk.making, group=place, indicator=one, unit=desk.unit, by=desk.by, at=now) for one in made
        )
        desk.changed()
        desk.told("making-tick", group=place.name, indicators=made)
    return Ticked(made, already)


def untick(pk: int, indicator: str, *, by: Account, now: datetime) -> None:
    """Raises `Refused` (``pick-of-others``)."""
    with transaction.atomic():
        desk = at_desk(pk, "making-untick", by, now)
        pick = _mine(desk, indicator)
        was = _told(pick)
        pick.delete()
        desk.changed()
        desk.told("making-untick", **was)


def weigh(
    pk: int, indicator: str, given: Mapping[str, str], only: Sequence[str], *, by: Account, now: datetime
) -> Pick:
    """What it is worth, for whom, and in which group. Raises `Refused`, also where a number cannot be read."""
    with transaction.atomic():
        desk = at_desk(pk, "making-weigh", by, now)
        pick = _mine(desk, indicator)
        was = _told(pick)
        pick.group = group_of(desk.making, given.get("group", str(pick.group_id)))
        pick.weight, pick.full = (given.get(key, "").strip() for key in ("weight", "full"))
        pick.only = list(only)
        pick.save()
        desk.changed()
        desk.told("making-weigh", **_told(pick), before=was)
    return pick


def absorb(pk: int, indicator: str, *, by: Account, now: datetime) -> Sequence[str]:
    """不再向下延伸: the indicator stays for those who carry it, and leaves the others; gives the classes relieved."""
    with transaction.atomic():
        desk = at_desk(pk, "making-absorb", by, now)
        pick = _mine(desk, indicator)
        rule = bureau().book().indicators.get(indicator)
        if rule is None:
            raise refuse("pick-unknown", indicator=indicator)
        carried, classes = rule.carried_by, _classes(desk, pick)
        kept = [name for name in classes if name in carried]
        relieved = [name for name in classes if name not in carried]
        if not carried or not relieved:
            raise refuse("pick-not-carried", indicator=rule.name)
        if kept:
            pick.only = kept
            pick.save()
        else:
            pick.delete()
        desk.changed()
        desk.told("making-absorb", indicator=indicator, kept=kept, relieved=relieved)
    return relieved


def _classes(desk: Desk, pick: Pick) -> list[str]:
    """Whom the pick assesses as the plan stands."""
    told = head_checked(desk.making.head, desk.making.code).get("classes")
    classes = [str(one) for one in told] if isinstance(told, list) else []
    only = pick.only or pick.group.only
    return [name for name in classes if not only or name in only]


def _mine(desk: Desk, indicator: str) -> Pick:
    """To change: by its department, or by the office. What stood there before any ticking is the office's."""
    pick = desk.making.picks.select_related("unit", "group", "by").filter(indicator=indicator).first()
    if pick is None:
        raise refuse("pick-gone", indicator=named([indicator])[indicator])
    if desk.said["role"] != Role.OFFICE and not pick.belongs(desk.unit, desk.by):
        raise refuse("pick-of-others", indicator=named([indicator])[indicator], unit=pick.department or "—")
    return pick


def _told(pick: Pick) -> dict[str, object]:
    said = {key: getattr(pick, key) for key in ("indicator", "weight", "full", "only")}
    return {**said, "group": pick.group.name, "unit": pick.unit.code if pick.unit else ""}
