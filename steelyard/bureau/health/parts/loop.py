"""What people and monitoring did about it, from records that came with the results; what did not come is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from steelyard.bureau.health.beside import Records
from steelyard.reports.health.document import Claim, day, number, whole, words
from steelyard.reports.health.wording import claim


class Told(Protocol):
    """Whom records are about: a unit, or a person."""

    def beside(self, path: str, /) -> str: ...


def rectification(of: Told, records: Records) -> Iterator[Claim]:
    yield from _kept("cases", records.cases)
    for order, one in enumerate(records.cases or ()):
        at = of.beside(f"cases/{order}")
        told = {name: words(getattr(one, name), f"{at}/{name}") for name in ("number", "what", "state")}
        yield claim("case", **told, due=day(one.due, f"{at}/due"))
    yield from _kept("reliefs", records.reliefs)
    for order, relief in enumerate(records.reliefs or ()):
        at = of.beside(f"reliefs/{order}")
        yield claim(
            "relief",
            number=words(relief.number, f"{at}/number"),
            without=number("points", relief.without, f"{at}/without"),
            **{"with": number("points", relief.with_relief, f"{at}/with_relief")},
            by=words(relief.by, f"{at}/by"),
        )


def appeals(of: Told, records: Records) -> Iterator[Claim]:
    yield from _kept("appeals", records.appeals)
    for order, one in enumerate(records.appeals or ()):
        at = of.beside(f"appeals/{order}")
        told = {name: words(getattr(one, name), f"{at}/{name}") for name in ("number", "what", "state")}
        yield claim("appeal", **told, filed=day(one.filed, f"{at}/filed"))
    yield from _kept("corrections", records.corrections)
    for order, fix in enumerate(records.corrections or ()):
        at = of.beside(f"corrections/{order}")
        yield claim(
            "correction",
            new=whole(fix.new, f"{at}/new"),
            old=whole(fix.old, f"{at}/old"),
            before=number("points", fix.before, f"{at}/before"),
            after=number("points", fix.after, f"{at}/after"),
            moved=number("moved", fix.after - fix.before, f"{at}/after - {at}/before"),
            reason=words(fix.reason, f"{at}/reason"),
        )


def alerts(of: Told, records: Records) -> Iterator[Claim]:
    """Of monitoring, and what was assigned and is not done."""
    yield from _kept("alerts", records.alerts)
    for order, one in enumerate(records.alerts or ()):
        at = of.beside(f"alerts/{order}")
        yield claim(
            "alert", **{name: words(getattr(one, name), f"{at}/{name}") for name in ("number", "what", "state")}
        )
    yield from _kept("tasks", records.tasks)
    for order, task in enumerate(records.tasks or ()):
        at = of.beside(f"tasks/{order}")
        told = {name: words(getattr(task, name), f"{at}/{name}") for name in ("number", "what", "state")}
        yield claim("task", **told, due=day(task.due, f"{at}/due"))


def forecasts(of: Told, records: Records) -> Iterator[Claim]:
    """Of monitoring: targets at risk, until when they can be met, and how."""
    yield from _kept("forecasts", records.forecasts)
    for order, one in enumerate(records.forecasts or ()):
        at = of.beside(f"forecasts/{order}")
        name = words(one.name, f"{at}/name")
        yield claim("forecast", name=name, chance=number("chance", one.chance, f"{at}/chance"))
        if one.last_day:
            yield claim("forecast_last", name=name, last=day(one.last_day, f"{at}/last_day"))
        if one.step is not None:
            yield claim("forecast_step", name=name, step=words(one.step, f"{at}/step"))


def _kept(name: str, records: Sequence[Any] | None) -> Iterator[Claim]:
    if records is None:
        yield claim(f"{name}_none")
    elif not records:
        yield claim(f"{name}_empty")
