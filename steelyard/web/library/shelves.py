"""Whose library somebody works in, and which rules he sees of all of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from steelyard.web.library.models import Rule, State, Version
from steelyard.web.library.writing import target_of
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Unit
from steelyard.web.people.roles import Role
from steelyard.web.people.seeing import filter_of

WRITERS = (Role.OFFICE, Role.ASSESSOR)
DRAFTS = "rule-drafts"
"""The entry of the policy for texts that are not in force yet."""


def shelf(asker: Asker) -> Unit | None:
    """The unit for which he has his role; None for that of the whole bureau, and for who writes no rules."""
    paths = [held.path for held in asker.held if held.role in WRITERS and held.path]
    found = Unit.objects.filter(path=min(paths, key=len)).first() if paths else None
    return found if found is not None and found.parent_id is not None else None


def opens_drafts(asker: Asker, holder: Unit | None) -> bool:
    """Whether he reads what is not in force yet in the library of that unit, or of the whole bureau."""
    return asker.may(DRAFTS, target_of(holder))


def readable(rule: Rule, versions: Iterable[Version], drafts: bool) -> list[Version]:
    """Those by which somebody was or is weighed, or all with ``drafts``."""
    return [one for one in versions if drafts or one.adopted_at is not None or one.number == rule.current]


def seen(asker: Asker) -> QuerySet[Rule]:
    """What is or was in force in any library; and what is only being written in his part of the organisation."""
    top = Q(holder=None) if opens_drafts(asker, None) else Q(pk__in=())
    below = Q(holder__isnull=False) & filter_of(asker, DRAFTS, "holder__path")
    return Rule.objects.filter(Q(state__in=(State.IN_FORCE, State.RETIRED)) | top | below)
