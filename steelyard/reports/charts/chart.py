"""A chart as a value: what it says, the data it was drawn from, and the drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from steelyard.reports.charts.svg import Drawing


@dataclass(frozen=True, slots=True)
class Chart:
    """``data`` is JSON-ready and complete: every number as text, formatted where it is shown (C77)."""

    key: str
    title: str
    description: str
    data: Mapping[str, object]
    drawing: Drawing

    @property
    def svg(self) -> str:
        """The whole picture with title and description for readers of screens."""
        return self.drawing.render(self.title, self.description)
