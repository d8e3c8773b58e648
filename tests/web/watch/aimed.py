"""What the permission matrix asks for of alerts: one in every state, and a unit's part of it."""

from __future__ import annotations

from steelyard.web.people.deciding import Target
from steelyard.web.watch.models import Alert, Asked, Fired, Look, State
from steelyard.web.watch.moves import MOVES
from tests.web.people.targets import ABSENT, Aimed, target
from tests.web.people.world import NOW, unit


def alert(state: State, code: str = "A1", name: str = "一条预警") -> Alert:
    """Under a unit, which is asked."""
    look = Look.objects.first() or Look.objects.create(
        plan="units", month="2026-06", batch=1, series=2, judged=1, triggers=1, chance=0.01, at=NOW
    )
    told = {"units": 1, "indicators": 1, "first": "2026-05", "last": "2026-06", "look": look, "raised_at": NOW}
    key = {"plan": "units", "key": f"{code}-{state}", "sort": "standing", "under": unit(code)}
    one = Alert.objects.get_or_create(**key, defaults={**told, "zh": name, "en": name, "state": state})[0]
    Fired.objects.get_or_create(
        alert=one, unit=unit(code), indicator="on_time", rule="limit",
        defaults={"within": "县局", "name": "限时办结率", "period": "2026-06YTD", "value": 0.9, "colour": "none"},
    )  # fmt: skip
    Asked.objects.get_or_create(alert=one, unit=unit(code))
    return one


def _all(more: dict[str, str]) -> list[Aimed]:
    found = [alert(state) for state in State]
    return [
        Aimed({"pk": one.pk, **more}, Target(path=one.under.path, state=one.state), absent={"pk": ABSENT, **more})
        for one in found
    ]


@target("alert", *(move.address for move in MOVES))
def whole() -> list[Aimed]:
    return _all({})


@target("alert-part", "alert-answer")
def part() -> list[Aimed]:
    return _all({"unit": "A1"})
