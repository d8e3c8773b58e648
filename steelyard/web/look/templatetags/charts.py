"""A chart on a page: its option beside it as JSON, its words for those who hear it, its data for all."""

from __future__ import annotations

from typing import Any

from django import template

from steelyard.web.look.charts.chart import Chart
from steelyard.web.look.templatetags.look import both

register = template.Library()


@register.inclusion_tag("look/pieces/chart.html")
def chart(shown: Chart, size: str = "", tools: bool = True) -> dict[str, Any]:
    """``{% chart total "low" %}``. ``size``: low, high, higher or usual; ``tools``: whether it can be taken away."""
    return {"chart": shown, "title": both(shown.title), "size": size, "tools": tools, "option": f"option-{shown.key}"}
