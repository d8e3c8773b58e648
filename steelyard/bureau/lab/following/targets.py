"""Next year's target of an indicator, from what units reached this year: higher where nearly all met it, nearer where
hardly anybody did. An old value is never edited: the new one is written under its own date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np

from steelyard.bureau.lab.following.trees import Tree, amount
from steelyard.bureau.runs.running import Ran
from steelyard.bureau.runs.uncertainty import floats
from steelyard.engine.arithmetic.numbers import Numbers

EVER = "2000-01-01"
"""Since when a target without a date is in force."""
MET, MISSED = 0.85, 0.05
"""From which part of the units on a target is met by so many that it is tightened, or by so few that it is eased."""
HALF, QUARTER = 0.5, 0.25
"""Which part of the units, by what they reached, would meet the new target: after tightening, after easing."""


@dataclass(frozen=True, slots=True)
class Shift:
    """The target of one class, or of all (``""``). ``met``: the part of its units that met the old one."""

    name: str
    old: str
    new: str
    met: float
    tighter: bool


def shifts(ran: Ran, id: str, tree: Tree, year: int) -> list[Shift]:
    """Every target that this year's values speak against; none where targets are formulas, and none that is at the end
    of what anybody reached."""
    rule = ran.book.indicators[id]
    found = []
    for name, written in _in_force(tree.get("target"), year).items():
        old, values = amount(written), _values(ran, id, name, tree)
        if old is None or len(values) < 3:
            continue
        ahead = values >= float(old) if rule.direction == "higher" else values <= float(old)
        met = float(ahead.mean())
        if MISSED < met < MET:
            continue
        tighter = met >= MET
        part = HALF if tighter else QUARTER
        reached = float(np.quantile(values, 1 - part if rule.direction == "higher" else part))
        new = _like(str(written), reached)
        sign = 1.0 if rule.direction == "higher" else -1.0
        aim = float(amount(new) or old)
        better, best = sign * (aim - float(old)), float((sign * values).max())
        if better and (better > 0) == tighter and (not tighter or sign * aim < best):
            found.append(Shift(name, str(written), new, met, tighter))
    return found


def _in_force(target: Any, year: int) -> Mapping[str, Any]:
    """Class -> what is written for the end of the year; ``""`` for all."""
    if target is None:
        return {}
    if isinstance(target, Mapping) and ({"all", "by_class"} & set(target)):
        every = {"": target["all"]} if "all" in target else {}
        found = {**every, **target.get("by_class", {})}
    else:
        found = {"": target}
    latest = {name: _latest(dated, f"{year}-12-31") for name, dated in found.items()}
    return {name: value for name, value in latest.items() if value is not None}


def _latest(dated: Any, day: str) -> Any:
    if not isinstance(dated, Mapping):
        return dated
    begun = [start for start in dated if str(start) <= day]
    return dated[max(begun)] if begun else None


def _values(ran: Ran, id: str, name: str, tree: Tree) -> np.ndarray[Any, np.dtype[np.float64]]:
    """What the units reached in the last period; of all, those of classes without a target of their own."""
    value, panel = ran.result.indicators[id].value, ran.result.panel
    if not isinstance(value, Numbers):
        return np.array([])
    target = tree.get("target")
    own = set(target.get("by_class", {})) if isinstance(target, Mapping) else set()
    here = panel.assessed & value.known & (panel.period_index == len(panel.periods) - 1)
    points = ran.result.indicators[id].points
    here = here if points is None else here & points.known
    if name:
        here = here & panel.in_class(name)
    for other in own if not name else ():
        here = here & ~panel.in_class(other)
    found: np.ndarray[Any, np.dtype[np.float64]] = floats(value)[here]
    return found


def _like(old: str, number: float) -> str:
    """A number written as the old one was: percent stays percent, with as many places."""
    percent = old.endswith("%")
    places = len(old.removesuffix("%").partition(".")[2])
    exact = Decimal(f"{number * (100 if percent else 1):.9f}").quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{exact}%" if percent else f"{exact}"


def dated(target: Any, found: list[Shift], year: int) -> Any:
    """The target with the new values from the first day of the next year on."""
    whole = target if isinstance(target, Mapping) and ({"all", "by_class"} & set(target)) else {"all": target}
    whole = {**whole, "by_class": dict(whole.get("by_class", {}))}
    for shift in found:
        place, key = (whole["by_class"], shift.name) if shift.name else (whole, "all")
        before = place[key] if isinstance(place[key], Mapping) else {EVER: place[key]}
        new = f"{shift.new}" if shift.new.endswith("%") else Decimal(shift.new)
        place[key] = {**before, f"{year + 1}-01-01": new}
    if not whole["by_class"]:
        return whole["all"]
    return whole
