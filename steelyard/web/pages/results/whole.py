"""全局一页 and 指挥大屏: the whole by the tree of units, drilled down level by level, and the same on a wall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from steelyard.bureau.views.overview import Node, UnitLine
from steelyard.reports import formats
from steelyard.reports.charts import palette
from steelyard.reports.sheet import FamilyScore, Membership, Words
from steelyard.web.cycles.results import Reading, Seen
from steelyard.web.look.charts.bars import Bar, lying
from steelyard.web.look.charts.chart import Chart
from steelyard.web.look.reading import language
from steelyard.web.pages.results import exporting
from steelyard.web.pages.results.doors import frame, of_version, page, weighed
from steelyard.web.pages.results.figures.charting import brief, families, months
from steelyard.web.pages.results.figures.together import losses_together, months_together, scores_together

REFRESH = 60
WALL_BARS, WALL_EACH = 16, 2


@dataclass(frozen=True)
class Below:
    """One unit below the one that is looked at, the branches under it taken together. ``leaf``: a branch itself."""

    node: Node
    lines: tuple[UnitLine, ...]
    leaf: bool

    @property
    def mean(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal(0)) / len(self.lines)

    @property
    def least(self) -> UnitLine:
        return min(self.lines, key=lambda line: line.total)

    def count(self, kind: str, *states: str) -> int:
        return sum(any(one.kind == kind and one.state in states for one in line.memberships[:2]) for line in self.lines)

    @property
    def red(self) -> int:
        return self.count("honour", "certain", "listed")

    @property
    def black(self) -> int:
        return self.count("alarm", "certain", "listed", "boundary")

    @property
    def moved(self) -> Decimal | None:
        """The mean change since the period before, of those who had one."""
        changes = [line.total - line.earlier.total for line in self.lines if line.earlier is not None]
        return sum(changes, Decimal(0)) / len(changes) if changes else None


@dataclass(frozen=True)
class Tree:
    """The units of a version: who stands below whom, and the branches under each."""

    nodes: Mapping[str, Node]
    lines: Mapping[str, UnitLine]

    @property
    def top(self) -> Node:
        return next(node for node in self.nodes.values() if node.parent not in self.nodes)

    def way(self, node: Node) -> list[Node]:
        """From the top down to it."""
        above = self.way(self.nodes[node.parent]) if node.parent in self.nodes else []
        return [*above, node]

    def under(self, code: str) -> tuple[UnitLine, ...]:
        """All branches at or under a unit."""
        return tuple(line for line in self.lines.values() if self._within(line.code, code))

    def _within(self, code: str, above: str) -> bool:
        while code:
            if code == above:
                return True
            code = self.nodes[code].parent if code in self.nodes else ""
        return False

    def below(self, code: str) -> Iterator[Below]:
        for node in self.nodes.values():
            if node.parent == code and (lines := self.under(node.code)):
                yield Below(node, lines, node.code in self.lines)


def tree_of(seen: Reading) -> Tree:
    return Tree({node.code: node for node in seen.views.overview.nodes}, seen.views.lines)


@page("whole", of_version)
def whole(request: HttpRequest, version: int) -> HttpResponse:
    seen = weighed(request, version)
    tree = tree_of(seen)
    node = tree.nodes.get(request.GET.get("at", "") or tree.top.code)
    if node is None or not (lines := tree.under(node.code)):
        raise Http404
    rows = sorted(tree.below(node.code), key=lambda one: (-one.mean, one.node.code))
    here = reverse("whole", args=[version])
    way = [(Words(one.name), f"{here}?at={one.code}") for one in tree.way(node)]
    scores, every = scores_together(lines), scores_together(tuple(tree.lines.values()))
    context = {
        **frame(seen, "whole", crumbs=way, query={"at": node.code}), "node": node, "tiles": _tiles(lines, tree),
        "rows": [(row, _url(seen, row, here)) for row in rows], "lines": lines,
        "families": families(_beside(scores, every)) if scores else None, "losses": losses_together(lines)[:8],
        "months": months(points) if (points := months_together(lines, seen.views.overview)) else None,
        "bars": bars_of(rows, seen, here), "alarms": sorted(_alarmed(lines), key=lambda pair: pair[0].total)[:9],
    }  # fmt: skip
    return render(request, "results/whole.html", context)


def _url(seen: Reading, row: Below, here: str) -> str:
    return reverse("portrait", args=[seen.version.pk, row.node.code]) if row.leaf else f"{here}?at={row.node.code}"


def bars_of(rows: Sequence[Below], seen: Reading, here: str) -> Chart:
    """Means of the units below, the best first; bars begin near the least, so that differences are seen."""
    low = min((row.mean for row in rows), default=Decimal(0)) * Decimal("0.97")
    shown = [
        Bar(row.node.name, row.mean, formats.points(row.mean), "gold" if index < 3 and len(rows) > 5 else "",
            _url(seen, row, here))
        for index, row in enumerate(rows)
    ]  # fmt: skip
    return lying("below", Words("下级平均得分", "Means of the units below"), shown, low)


def _beside(scores: Sequence[FamilyScore], every: Sequence[FamilyScore]) -> list[FamilyScore]:
    """Rates of these branches beside those of the whole province."""
    whole = {one.name: one for one in every}
    return [
        FamilyScore(one.name, one.points, one.full, whole[one.name].rate or Decimal(0), one.peer_best) for one in scores
    ]


def _alarmed(lines: Sequence[UnitLine]) -> Iterator[tuple[UnitLine, Membership]]:
    for line in lines:
        for one in line.memberships:
            if one.kind == "alarm" and one.state in ("certain", "boundary", "listed"):
                yield line, one


def _tiles(lines: Sequence[UnitLine], tree: Tree) -> list[tuple[Words, str, str]]:
    totals = [line.total for line in lines]
    every = [line.total for line in tree.lines.values()]
    mean = sum(totals, Decimal(0)) / len(totals)
    gap = mean - sum(every, Decimal(0)) / len(every)
    red = sum(
        any(one.kind == "honour" and one.state in ("certain", "listed") for one in line.memberships[:1])
        for line in lines
    )
    against = "" if len(lines) == len(every) else formats.signed_points(gap) + (" 较全局" if language() == "zh" else "")
    return [
        (Words("平均得分", "Mean total"), formats.points(mean), against),
        (Words("中位数", "Median"), formats.points(Decimal(median(totals))), ""),
        (Words("考评单位", "Units"), str(len(lines)), ""),
        (Words("红榜（确定）", "Honour, certain"), str(red), formats.percent(Decimal(red) / len(lines), 0)),
        (Words("黑榜与边界", "Black list and edge"), str(len(list(_alarmed(lines)))), ""),
        (Words("首尾差距", "First to last"), formats.points(max(totals) - min(totals)), ""),
    ]


@page("whole-file", of_version)
def whole_file(request: HttpRequest, version: int) -> HttpResponse:
    seen = weighed(request, version)
    tree = tree_of(seen)
    node = tree.nodes.get(request.GET.get("at", "") or tree.top.code)
    if node is None:
        raise Http404
    words = (
        ("代码", "Code"), ("单位", "Unit"), ("考评单位数", "Units"), ("平均得分", "Mean"), ("较上年", "Change"),
        ("红榜", "Honour"), ("黑榜与边界", "Black list and edge"), ("最低单位", "Least"), ("最低得分", "Its total"),
    )  # fmt: skip
    rows = [
        (row.node.code, row.node.name, len(row.lines), row.mean, row.moved, row.red, row.black, row.least.name,
         row.least.total)
        for row in tree.below(node.code)
    ]  # fmt: skip
    return exporting.workbook(
        request, seen, exporting.Table(Words(f"{node.name} 全局", "Overview"), [Words(*w) for w in words], rows)
    )


@page("wall", of_version)
def wall(request: HttpRequest, version: int) -> HttpResponse:
    """The whole on a screen that nobody touches: it asks for itself again every minute."""
    seen = weighed(request, version)
    tree, overview = tree_of(seen), seen.views.overview
    lines = tuple(tree.lines.values())
    rows = sorted(tree.below(tree.top.code), key=lambda one: (-one.mean, one.node.code))
    ranked = list(seen.lines())
    scores = scores_together(lines)
    context = {
        **frame(seen, "wall"), "top": tree.top, "tiles": _tiles(lines, tree), "refresh": REFRESH,
        "red": _ends(ranked, 1),
        "black": _ends(ranked, -1),
        "bars": dark(bars_of(rows[:WALL_BARS], seen, reverse("whole", args=[version]))),
        "families": dark(families(_beside(scores, scores))) if scores else None,
        "months": dark(months(points)) if (points := months_together(lines, overview)) else None,
        "losses": losses_together(lines)[:6],
    }  # fmt: skip
    answer = render(request, "results/wall.html", context)
    answer["Refresh"] = str(REFRESH)
    return answer


def _ends(ranked: Sequence[Seen], step: int) -> list[tuple[Seen, str]]:
    """The first (or last) units of each class, for no place counts across classes; with their names in brief."""
    found: list[tuple[Seen, str]] = []
    for name in dict.fromkeys(one.line.class_name for one in ranked):
        peers = [one for one in ranked if one.line.class_name == name][::step]
        found += [(one, brief(one.name.of(language()))) for one in peers[:WALL_EACH]]
    return found


DARK = {
    palette.INK: "#E6EFFF", palette.QUIET: "#B4CBF2", palette.GRID: "#2B5FAE", palette.BLUE: "#4AA3FF",
    palette.SLATE: "#9DB7E3", palette.BLUE_PALE: "#2E62B5", palette.GOLD: "#FFC861", "#FAFCFF": "#0E2F6B",
    "#F4F7FC": "#123878", "#C5D0E0": "#3D6CB8", "#DDA12A": "#FFC861",
}  # fmt: skip
"""Colours of charts -> the same on a wall."""


def dark(chart: Chart) -> Chart:
    """The same chart on a dark ground: text and lines pale, everything else as it is."""
    return Chart(chart.key, chart.title, chart.description, _turned(chart.option), chart.head, chart.rows)


def _turned(part: object) -> dict[str, object]:
    return {key: _pale(value) for key, value in part.items()} if isinstance(part, dict) else {}


def _pale(part: object) -> object:
    if isinstance(part, dict):
        return _turned(part)
    if isinstance(part, list):
        return [_pale(one) for one in part]
    return DARK.get(part, part) if isinstance(part, str) else part
