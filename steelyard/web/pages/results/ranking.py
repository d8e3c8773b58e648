"""红黑榜与排名: boards with what is certain and what is not, the whole table, places with intervals and over months."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from steelyard.bureau.views.overview import ClassView, UnitLine
from steelyard.reports import formats
from steelyard.reports.sheet import Membership, Words
from steelyard.web.cycles.results import Reading, Seen
from steelyard.web.look.reading import language
from steelyard.web.pages.results import exporting
from steelyard.web.pages.results.doors import EACH, each, frame, page, weighed
from steelyard.web.pages.results.figures.charting import brief, reaches, short, ways
from steelyard.web.pages.results.portrait import RANKED

ON_BOARD, PLOTTED = 4, 30
QUALITY = "machine"


@dataclass(frozen=True)
class Board:
    """One list: who is on it for sure, who at its edge; ``certain`` and ``edge`` count them all."""

    membership: Membership
    black: bool
    rows: tuple[tuple[Seen, Membership], ...]
    certain: int
    edge: int


@page("ranking")
def ranking(request: HttpRequest, version: int) -> HttpResponse:
    seen = weighed(request, version)
    chosen = _class(seen, request.GET.get("class", ""))
    by = request.GET.get("by", "level")
    lines = list(seen.lines(chosen.name))
    dimensions = _dimensions(lines)
    by = by if by in dimensions else "level"
    table = _table(lines, by, each("portrait", version, EACH))
    here = reverse("ranking", args=[version])
    context = {
        **frame(seen, "ranking", query={"class": chosen.name}), "chosen": chosen, "by": by,
        "by_words": RANKED.get(by, MORE),
        "classes": [(Words(one.name), f"{here}?class={one.name}", one.name == chosen.name) for one in _classes(seen)],
        "dimensions": [(one, RANKED.get(one, MORE), f"{here}?class={chosen.name}&by={one}") for one in dimensions],
        "boards": [board(one, lines) for one in _lists(seen, chosen)], "table": table, "tiles": _tiles(lines, chosen),
        "families": _families(seen, chosen), "reaches": reaches(_near(lines, seen), seen.views.overview, chosen.name)
        if seen.views.overview.measured else None,
        "ways": ways(_near(lines, seen), seen.views.overview, _coloured(lines, seen))
        if seen.views.overview.months else None,
        "plotted": PLOTTED,
    }  # fmt: skip
    return render(request, "results/ranking.html", context)


MORE = Words("机器计分占比", "Computed by machine")


def _classes(seen: Reading) -> Sequence[ClassView]:
    return seen.views.overview.classes


def _class(seen: Reading, name: str) -> ClassView:
    """The one asked for, else the asker's own, else the largest."""
    classes = _classes(seen)
    own = {seen.views.lines[code].class_name for code in seen.own}
    asked = [one for one in classes if one.name == name] or [one for one in classes if one.name in own]
    return asked[0] if asked else max(classes, key=lambda one: one.units)


def _lists(seen: Reading, chosen: ClassView) -> tuple[Membership, ...]:
    """The lists of the class, as they stand on anybody's line."""
    line = next(line for line in seen.views.overview.units if line.class_name == chosen.name)
    return line.memberships[:2]


def board(which: Membership, lines: Sequence[Seen]) -> Board:
    """Units on the list or at its edge, the best first; those of a black board from the last place up."""
    found = [(one, mine) for one in lines for mine in one.line.memberships if mine.name == which.name and _on(mine)]
    black = which.kind == "alarm"
    rows = tuple(reversed(found)) if black else tuple(found)
    edge = sum(mine.state == "boundary" for _, mine in rows)
    return Board(which, black, rows[:ON_BOARD], len(rows) - edge, edge)


def _on(mine: Membership) -> bool:
    return mine.state in ("certain", "boundary", "listed")


def _dimensions(lines: Sequence[Seen]) -> list[str]:
    found = dict.fromkeys(str(view.dimension) for one in lines for view in one.line.rankings)
    return [*(found or {"level": None}), QUALITY]


def _value(line: UnitLine, by: str) -> Decimal:
    if by == QUALITY:
        return line.machine_share
    view = next((view for view in line.rankings if view.dimension == by), None)
    return line.total if view is None else view.value


def _table(lines: Sequence[Seen], by: str, address: Callable[[str], str]) -> list[dict[str, object]]:
    """One row a unit: its place by the chosen measure, by level, its families with their places in the class."""
    keyed: Callable[[Seen], tuple[Decimal, int]] = lambda one: (-_value(one.line, by), one.line.place.place)  # noqa: E731
    ordered = sorted(lines, key=keyed) if by != "level" else list(lines)
    values = [_value(one.line, by) for one in ordered]
    places = _places(values)
    rates = [_rates(one.line) for one in ordered]
    standing = _standing(rates)
    return [
        {"name": brief(one.name.of(language())), "whole": one.name.of(language()),
         "seen": one, "line": one.line, "at": places[value], "value": value, "then": one.moved[0], "now": one.moved[1],
         "tied": index > 0 and one.line.tie == ordered[index - 1].line.tie,
         "families": [(rate, standing[name][rate]) for name, rate in own.items()],
         "address": address(one.line.code) if one.opens else ""}
        for index, (one, value, own) in enumerate(zip(ordered, values, rates, strict=True))
    ]  # fmt: skip


def _families(seen: Reading, chosen: ClassView) -> list[Words]:
    line = next(line for line in seen.views.overview.units if line.class_name == chosen.name)
    return [Words(short(one.name.zh), short(one.name.en)) for one in line.families if one.rate is not None]


def _rates(line: UnitLine) -> dict[str, Decimal]:
    """Family -> rate, of those that have one."""
    return {one.name.zh: rate for one in line.families if (rate := one.rate) is not None}


def _standing(rates: Sequence[Mapping[str, Decimal]]) -> dict[str, dict[Decimal, int]]:
    """Family -> rate -> its place within the class."""
    names = dict.fromkeys(name for own in rates for name in own)
    return {name: _places(sorted((own[name] for own in rates if name in own), reverse=True)) for name in names}


def _places(values: Sequence[Decimal]) -> dict[Decimal, int]:
    """The place of each value among these, which stand in their order; equal ones share the first of theirs."""
    return {value: len(values) - behind for behind, value in enumerate(reversed(values))}


def _near(lines: Sequence[Seen], seen: Reading) -> list[Seen]:
    """As many as can be read on one plot: the first ones, or those around the asker's own unit."""
    own = [index for index, one in enumerate(lines) if one.line.code in seen.own]
    middle = own[0] if own and not seen.names_all else 0
    start = max(0, min(middle - PLOTTED // 2, len(lines) - PLOTTED))
    return list(lines[start : start + PLOTTED])


def _coloured(lines: Sequence[Seen], seen: Reading) -> list[str]:
    return list(seen.own[:5]) or [one.line.code for one in lines[:3]]


def _tiles(lines: Sequence[Seen], chosen: ClassView) -> list[tuple[Words, str, str]]:
    """Mean, median, distance from first to last, whether units can be told apart, and who moved most."""
    totals = [one.line.total for one in lines]
    climbed = max((one for one in lines if one.named), key=_gained, default=None)
    steps = 0 if climbed is None else _gained(climbed)
    said = {"distinguishable": Words("能分出高下", "Can be told apart"),
            "not distinguishable": Words("分不出高下", "Cannot be told apart")}  # fmt: skip
    verdict = said.get(chosen.verdict, Words("不能判断", "Cannot be told"))
    found = [
        (Words("同类均值", "Mean"), formats.points(chosen.peers.mean),
         f"{chosen.units} 个单位" if language() == "zh" else f"{chosen.units} units"),
        (Words("中位数", "Median"), formats.points(chosen.peers.median),
         formats.signed_points(chosen.peers.median - chosen.peers.mean)),
        (Words("首尾差距", "First to last"), formats.points(max(totals) - min(totals)), ""),
        (Words("差异检验", "Differences"), verdict.of(language()), ""),
    ]  # fmt: skip
    if climbed is not None and steps > 0:
        move = f"进 {steps} 位" if language() == "zh" else f"up {steps}"
        found.append((Words("进位最多（较上月）", "Most places won"), brief(climbed.name.of(language())), move))
    return found


def _gained(one: Seen) -> int:
    then, now = one.moved
    return 0 if then is None or now is None else then - now


@page("ranking-file")
def ranking_file(request: HttpRequest, version: int) -> HttpResponse:
    seen = weighed(request, version)
    chosen = _class(seen, request.GET.get("class", ""))
    families = _families(seen, chosen)
    words = (("位次", "Place"), ("区间下限", "From"), ("区间上限", "To"), ("并列组", "Tie group"), ("单位代码", "Code"),
             ("单位", "Unit"), ("总分", "Total"), ("分段", "Segment"), ("等次", "Grade"))  # fmt: skip
    head = [*(Words(*pair) for pair in words), *families]
    rows = [_cells(one, len(families)) for one in seen.lines(chosen.name)]
    return exporting.workbook(request, seen, exporting.Table(Words(f"{chosen.name} 排名", "Ranking"), head, rows))


def _cells(one: Seen, families: int) -> list[exporting.Cell]:
    line, place = one.line, one.line.place
    rates: list[exporting.Cell] = [family.rate for family in line.families if family.rate is not None]
    rates += [None] * (families - len(rates))
    ends = (None, None) if place.confidence is None else (place.low, place.high)
    return [place.place, *ends, line.tie, line.code, one.name, line.total, line.segment, line.grade, *rates]
