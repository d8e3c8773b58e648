"""流程流量: how many cases go from step to step; the width is their number, a step that holds them up is red."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from steelyard.reports import formats
from steelyard.reports.charts.palette import BLUE, INK, RED
from steelyard.reports.sheet import Words
from steelyard.web.look.charts.chart import Chart, Option, plain


@dataclass(frozen=True)
class Step:
    """``said``: what stands below its name, such as cases and waiting time; ``slow``: whether it holds cases up."""

    name: str
    said: str
    slow: bool = False


@dataclass(frozen=True)
class Passage:
    start: str
    end: str
    cases: int


def steps(key: str, title: Words, nodes: Sequence[Step], passages: Sequence[Passage]) -> Chart:
    """Passages must not lead back: a case that returns goes to a step of its own (退回补正)."""
    option = plain(
        series=[
            {
                "type": "sankey", "left": 10, "right": 90, "top": 14, "bottom": 10, "nodeWidth": 12, "nodeGap": 18,
                "draggable": False, "emphasis": {"disabled": True},
                "lineStyle": {"color": "source", "opacity": 0.25, "curveness": 0.5},
                "data": [_node(node) for node in nodes],
                "links": [{"source": one.start, "target": one.end, "value": one.cases} for one in passages],
            }
        ]
    )  # fmt: skip
    rows = [(one.start, one.end, formats.number(Decimal(one.cases), 0)) for one in passages]
    said = "，".join(f"{node.name} {node.said}" for node in nodes if node.slow)
    return Chart(key, title, said, option, ("从 from", "到 to", "件 cases"), rows)


def _node(node: Step) -> Option:
    words = {"formatter": f"{node.name}\n{node.said}", "color": RED if node.slow else INK, "fontSize": 12}
    return {"name": node.name, "itemStyle": {"color": RED if node.slow else BLUE}, "label": words}
