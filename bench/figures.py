"""One line a figure. Times are processor time of this process, all threads together: other work does not count."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple


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
        figure, limit = (f"{number:.3g} {self.unit}".rstrip() for number in (self.figure, self.limit))
        return f"{self.name}  {figure}  {sign} {limit}  {'held' if self.held else 'short'}"


class Spent(NamedTuple):
    """Seconds of this process: of its processors, all threads together, and on the clock on the wall."""

    seconds: float
    wall: float

    def __str__(self) -> str:
        return f"{self.seconds:.3g} s ({self.wall:.3g} s on the wall)"


def spent(work: Callable[[], object]) -> Spent:
    seconds, wall = time.process_time(), time.perf_counter()
    work()
    return Spent(time.process_time() - seconds, time.perf_counter() - wall)


def least(*works: Callable[[], object], times: int = 3) -> list[Spent]:
    """The least time of each, taken in turns so that a busy minute hits all of them."""
    rounds = [[spent(work) for work in works] for _ in range(times)]
    return [Spent(*map(min, zip(*column, strict=True))) for column in zip(*rounds, strict=True)]


def together(times: list[Spent]) -> Spent:
    return Spent(*map(sum, zip(*times, strict=True)))
