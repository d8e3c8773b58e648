"""Which rows somebody sees: the same policy that guards addresses, as a filter of a table."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from django.db import models
from django.db.models import Q

from steelyard.web.people.deciding import NOTHING, Held, below_the_top, opens, policy

Row = TypeVar("Row", bound=models.Model)
NONE, ALL = Q(pk__in=()), ~Q(pk__in=())


class Sees(Protocol):
    """`asking.Asker`, of which the tables know no more than this."""

    @property
    def held(self) -> tuple[Held, ...]: ...


class Seeing(models.QuerySet[Row]):
    """Of `Unit`, `Person`, and of any table whose rows belong to one."""

    def visible_to(self, asker: Sees, name: str, *, path: str | None = None, person: str = "") -> Seeing[Row]:
        """The rows whose own address ``name`` the asker may ask for in some state.

        ``path``: the lookup of the unit's path (``unit__path``), ``person``: that of the person's code; both have their
        usual value for `Unit` and `Person`.
        """
        return self.filter(filter_of(asker, name, path or USUAL_PATH[self.model.__name__], person))


USUAL_PATH = {"Unit": "path", "Person": "unit__path"}


def filter_of(asker: Sees, name: str, path: str = "path", person: str = "", private: bool = False) -> Q:
    """For tables of other rooms: ``Version.objects.filter(filter_of(asker, "version", "unit__path"))``.

    ``private``: rows with a person are his alone (`Target.private`); the others belong to their unit."""
    entry = policy().get(name, NOTHING)
    able = [held for held in asker.held if opens(held, entry)]
    found = [
        _one(held, one.relation, path, person, private)
        for held in able
        for one in entry.allowances
        if one.role == held.role
    ]
    together: Q = NONE
    for each in found:
        together |= each
    return together


def _one(held: Held, relation: str, path: str, person: str, private: bool) -> Q:
    rows: dict[str, Any] = {}
    if relation == "any" or (relation == "top" and not below_the_top(held.path)):
        return ALL
    if relation == "self":
        rows = {person: held.person} if person and held.person else {}
    elif held.path and relation != "top":
        rows = {path if relation == "own" else f"{path}__startswith": held.path}
    if rows and private and relation != "self":
        rows[person] = ""
    return Q(**rows) if rows else NONE
