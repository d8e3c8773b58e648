"""What people and monitoring did about a unit or a person, derived from the records that came with the results."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from verifier.health_words import Sentence, n, w


def forecasts(u: Any) -> Iterator[Sentence]:
    records = u.records.get("forecasts")
    if not records:
        yield f"forecasts_{'none' if records is None else 'empty'}", {}
    for order, one in enumerate(records or ()):
        at = f"{u.beside}/forecasts/{order}"
        name = w(one["name"], f"{at}/name")
        yield "forecast", {"name": name, "chance": n("chance", one["chance"], f"{at}/chance")}
        if one["last_day"]:
            yield "forecast_last", {"name": name, "last": ("day", one["last_day"], f"{at}/last_day")}
        if one["step"] is not None:
            yield "forecast_step", {"name": name, "step": w(one["step"], f"{at}/step")}


def alerts(u: Any) -> Iterator[Sentence]:
    yield from kept(u, "alerts", "alert", ("number", "what", "state"))
    yield from kept(u, "tasks", "task", ("number", "what", "state"), due="day")


def kept(u: Any, name: str, kind: str, texts: tuple[str, ...], **more: str) -> Iterator[Sentence]:
    """Records of people, or that there are none, or that nobody sent any. ``more``: slot -> kind of its value."""
    records = u.records.get(name)
    if not records:
        yield f"{name}_{'none' if records is None else 'empty'}", {}
    for order, one in enumerate(records or ()):
        at = f"{u.beside}/{name}/{order}"
        slots = {text: w(one[text], f"{at}/{text}") for text in texts}
        for slot, type_ in more.items():
            key = "with_relief" if slot == "with" else slot
            slots[slot] = n(type_, one[key], f"{at}/{key}") if type_ == "points" else (type_, one[key], f"{at}/{key}")
        if kind == "correction":
            slots["moved"] = n("moved", Fraction(one["after"]) - Fraction(one["before"]), f"{at}/after - {at}/before")
        yield kind, slots


def rectification(u: Any) -> Iterator[Sentence]:
    yield from kept(u, "cases", "case", ("number", "what", "state"), due="day")
    yield from kept(u, "reliefs", "relief", ("number", "by"), without="points", **{"with": "points"})


def appeals(u: Any) -> Iterator[Sentence]:
    yield from kept(u, "appeals", "appeal", ("number", "what", "state"), filed="day")
    yield from kept(
        u, "corrections", "correction", ("reason",), new="whole", old="whole", before="points", after="points"
    )
