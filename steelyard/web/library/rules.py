"""The rules as they stand: those of the library where the site has one, otherwise the files of the bureau's folder."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F

from steelyard.bureau.folder import Bureau
from steelyard.web.library.models import Edition, State, Version


@dataclass(frozen=True, init=False)
class Kept(Bureau):
    """A bureau whose rules stand in the database; declarations of facts and the calendar stay in its folder."""

    def rules(self) -> list[tuple[str, str]]:
        return in_force() or super().rules()

    def rules_stamp(self) -> Hashable:
        return edition() or super().rules_stamp()


def bureau() -> Bureau:
    """The bureau of this site."""
    there = settings.STEELYARD.of_bureau()
    return Kept(there.root, there.record_folder)


def in_force() -> list[tuple[str, str]]:
    """Name and text of every rule by which people are weighed; a name tells the rule and its version."""
    found = Version.objects.filter(rule__state=State.IN_FORCE, number=F("rule__current")).order_by("rule__code")
    return [
        (name_of(kind, code, number), text)
        for kind, code, number, text in found.values_list("rule__kind", "rule__code", "number", "text")
    ]


def in_force_with(version: Version) -> list[tuple[str, str]]:
    """The same with this version in place of whatever its rule says now."""
    rule = version.rule
    others = [(name, text) for name, text in in_force() if code_of(name) != rule.code]
    return [*others, (name_of(rule.kind, rule.code, version.number), version.text)]


def code_of(name: str) -> str:
    """``indicator/filing_on_time.3.yaml`` -> ``filing_on_time``."""
    return name.split("/", 1)[1].rsplit(".", 2)[0]


def name_of(kind: str, code: str, number: int) -> str:
    return f"{kind}/{code}.{number}.yaml"


def edition() -> int:
    return Edition.objects.filter(pk=1).values_list("number", flat=True).first() or 0
