"""What stands inside cells of tables: bars, small lines, heat, places with their uncertainty, moves."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django import template
from django.utils.safestring import SafeString

from steelyard.reports import formats
from steelyard.reports.sheet import PlaceView
from steelyard.web.look.marking import joined, marked
from steelyard.web.look.templatetags.look import t

register = template.Library()
HUNDRED = Decimal(100)


@register.simple_tag
def bar(share: Decimal | None, target: Decimal | None = None, mood: str = "") -> SafeString | str:
    """A share of full as a bar, with a tick where the target is. ``mood``: good, warn, bad. Beside it stands its text,
    so that it is silent for screen readers."""
    if share is None:
        return ""
    full = max(Decimal(1), share, target or Decimal(0))
    tick = _tick(target / full * HUNDRED) if target is not None else ""
    return marked(
        '<svg class="bar" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="groove" y="3" width="100" height="8"/>'
        '<rect class="fill {}" y="3" width="{}" height="8"/>{}</svg>',
        mood, _at(max(share, Decimal(0)) / full * HUNDRED), tick,
    )  # fmt: skip


def _tick(at: Decimal) -> SafeString:
    return marked('<rect class="mark" x="{}" width="2.2" height="14"/>', _at(min(at, Decimal("97.8"))))


@register.simple_tag
def spark(values: Sequence[Decimal | None], target: Decimal | None = None) -> SafeString | str:
    """Earlier values as a small line, oldest first, its last point marked; a dashed line at the target."""
    there = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(there) < 2:
        return ""
    every = [value for _, value in there] + ([target] if target is not None else [])
    low, span = min(every), max(max(every) - min(every), Decimal("0.000001"))
    dots = [(Decimal(place) * 98 / (len(values) - 1) + 2, 23 - (value - low) / span * 20) for place, value in there]
    goal = "" if target is None else _goal(23 - (target - low) / span * 20)
    line = " ".join(f"{_at(x)},{_at(y)}" for x, y in dots)
    return marked(
        '<svg class="spark" viewBox="0 0 104 26" aria-hidden="true">{}<polyline class="line" points="{}"/>'
        '<circle class="last" cx="{}" cy="{}" r="2.6"/></svg>',
        goal, line, _at(dots[-1][0]), _at(dots[-1][1]),
    )  # fmt: skip


def _goal(at: Decimal) -> SafeString:
    return marked('<line class="goal" x1="0" x2="104" y1="{0}" y2="{0}"/>', _at(at))


@register.filter
def heat(place: int | None, size: int) -> str:
    """The class of a heat cell by the place among ``size``: best fifth blue, worst fifth rose."""
    if place is None or size < 2:
        return "heat heat-3"
    return f"heat heat-{5 - (place - 1) * 5 // size}"


@register.simple_tag
def heats(rates: Sequence[tuple[Decimal, int]], size: int) -> SafeString:
    """A row of heat cells: each a rate, coloured by its place among ``size``."""
    cells = ((heat(place, size), formats.percent(rate)) for rate, place in rates)
    return joined('<td class="{}">{}</td>', cells)


@register.simple_tag
def move(earlier: int | None, now: int | None) -> SafeString:
    """进 2 位, 退 1 位, 持平, by the places then and now, which count from 1; nothing where there is none."""
    if not earlier or not now:
        return marked('<span class="move">{}</span>', formats.MISSING)
    gained = earlier - now
    if gained == 0:
        return marked('<span class="move">{}</span>', t("持平", "same"))
    words = t(f"进 {gained} 位", f"up {gained}") if gained > 0 else t(f"退 {-gained} 位", f"down {-gained}")
    return marked('<span class="move {}">{} {}</span>', "up" if gained > 0 else "down", "↗↘"[gained < 0], words)


@register.simple_tag
def place(view: PlaceView) -> SafeString:
    """``6/16 (4–9)``: the place, of how many, and the places that the unit cannot be told apart from."""
    tied = t(f" 并列 {view.shared}", f" {view.shared} tied") if view.shared > 1 else ""
    reach = "" if view.confidence is None else marked(
        '<small title="{}">({})</small>', _reach_words(view), formats.interval(view)
    )  # fmt: skip
    return marked('<span class="place"><b>{}</b>/{}{}{}</span>', view.place, view.class_size, tied, reach)


def _reach_words(view: PlaceView) -> str:
    sure = formats.percent(view.confidence or Decimal(0), 0)
    return t(f"{sure} 的把握在第 {formats.interval(view)} 位之间", f"between these places with {sure} confidence")


@register.simple_tag
def place_mark(at: int, high: int = 3) -> SafeString:
    """A place as a small plate: gold for the first, pale gold down to ``high``."""
    return marked('<span class="place-mark {}">{}</span>', "first" if at == 1 else "high" if at <= high else "", at)


@register.simple_tag
def reach(view: PlaceView) -> SafeString:
    """The places from low to high on a line of the whole class, the place itself as a dot."""
    step = Decimal(144) / max(view.class_size - 1, 1)
    low, high, here = (_at(3 + (at - 1) * step) for at in (view.low, view.high, view.place))
    return marked(
        '<svg class="range" viewBox="0 0 150 18" role="img" aria-label="{}"><line class="axis" x1="3" x2="147" y1="9" '
        'y2="9"/><line class="reach" x1="{}" x2="{}" y1="9" y2="9"/><circle class="here" cx="{}" cy="9" r="4"/></svg>',
        _reach_words(view) if view.confidence is not None else str(view.place), low, high, here,
    )  # fmt: skip


@register.simple_tag
def heat_keys() -> SafeString:
    """What the colours of heat cells mean."""
    swatches = joined('<i class="heat heat-{}"></i>', ((step,) for step in range(1, 6)))
    return marked('<span class="keys">{}{}{}</span>', t("低", "low"), swatches, t("高", "high"))


def _at(value: Decimal) -> str:
    """A coordinate: two decimals are finer than any screen."""
    return f"{value:.2f}"
