"""Whom something concerns: holders of a role over a unit, whoever may do the next step, a person's own account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q, QuerySet

from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import NOWHERE, Target
from steelyard.web.people.models import Account, Grant, GrantState, Person
from steelyard.web.people.roles import Role

MANY = 1000


def everybody(role: Role, *, today: date) -> list[Account]:
    """Who has a role today, wherever."""
    return list({one.account_id: one.account for one in _in_force(role, today) if one.holds(today)}.values())


def able(role: Role, name: str, target: Target = NOWHERE, *, today: date) -> list[Account]:
    """Who has the role and may ask for that address: to exactly these the page shows the button."""
    return [one for one in everybody(role, today=today) if Asker(one, today).may(name, target)]


def holders(role: Role, path: str = "", *, today: date) -> list[Account]:
    """Who has a role over exactly this unit; without a path, over the whole: also whose grant names no unit."""
    return holders_of(role, (path,), today=today)[path]


def nearest(role: Role, path: str, *, today: date) -> list[Account]:
    """Who has a role over this unit or over the first one above it where anybody has: nobody further up is troubled."""
    found = holders_of(role, above(path), today=today)
    return next((found[one] for one in above(path) if found[one]), [])


def holders_of(role: Role, paths: Iterable[str], *, today: date) -> Mapping[str, list[Account]]:
    """The same of many units at once, in one query."""
    found: dict[str, list[Account]] = {path: [] for path in paths}
    for one in _in_force(role, today):
        if one.holds(today):
            for path in _places(one, found):
                if one.account not in found[path]:
                    found[path].append(one.account)
    return found


def own(persons: Iterable[str]) -> list[Account]:
    """The accounts of persons, by their codes; who has none is told nothing."""
    codes = sorted(set(persons) - {""})
    rows = Account.objects.filter(is_active=True).order_by("pk")
    return [one for at in range(0, len(codes), MANY) for one in rows.filter(person__in=codes[at : at + MANY])]


def carriers(unit: str, post: str) -> list[Account]:
    """Who stands on a post of a unit today, as the register has it."""
    return own(Person.objects.filter(unit=unit, post=post).values_list("code", flat=True))


def above(path: str) -> list[str]:
    """The unit itself, then each one above it up to the top: ``/P/A/`` -> ``/P/A/``, ``/P/``, and the whole."""
    codes = path.strip("/").split("/")
    return ["/" + "/".join(codes[:end]) + "/" for end in range(len(codes), 0, -1) if codes[0]] + [""]


def _in_force(role: Role, today: date) -> QuerySet[Grant]:
    in_time = Q(until=None) | Q(until__gte=today)
    rows = Grant.objects.filter(in_time, role=role, state=GrantState.CONFIRMED, since__lte=today)
    rows = rows.filter(account__is_active=True).select_related("account", "unit", "delegated_from__account")
    return rows.order_by("account_id", "pk")


def _places(grant: Grant, paths: Mapping[str, object]) -> list[str]:
    whole = grant.unit is None or grant.unit.parent_id is None
    return [path for path, here in ((grant.path, True), ("", whole)) if here and path in paths]
