"""One line a figure. Times are processor time of this process, all threads together: other work does not count."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """``most``: held when the figure is at most the limit; ``least``: when it is at least the limit."""

    name: str
    figure: float
    limit: float
    sense: Literal["most", "least"] = "most"
    unit: str = ""

    @property
    def held(self) -> bool:
        return self.figure <= self.limit if self.sense == "most" else self.figure >= self.limit

    def line(self) -> str:
        sign = "≤" if self.sense == "most" else "≥"
        limit = f"{sign} {self.limit:g} {self.unit}".rstrip()
        return f"{self.name}  {self.figure:.3g} {self.unit}".rstrip() + f"  {limit}  {'held' if self.held else 'short'}"


def spent(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def least(*works: Callable[[], object], times: int = 3) -> list[float]:
    """The least time of each, taken in turns so that a busy minute hits all of them."""
    rounds = [[spent(work) for work in works] for _ in range(times)]
    return [min(column) for column in zip(*rounds, strict=True)]
