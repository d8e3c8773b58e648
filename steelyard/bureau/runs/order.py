"""What to run: a plan, its periods, what is known, and how much of the machine may be used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from types import NoneType

from steelyard.engine.given import accept, unfit, zoned
from steelyard.engine.problems import Problem, Refused
from steelyard.lake.runners.choosing import DIRECT, require


@dataclass(frozen=True)
class Order:
    """What to run. ``known_at``: the knowledge time, None for all that is recorded; ``threads``, ``memory``: limits.

    ``engine``: ``direct``, ``duckdb``, ``spark://local``, ``spark://host:port``: the same answer to the last digit.
    ``uncertainty``: also add up the squares that intervals of places need. ``history``: also the months of the last
    period and the period a year before, for trends and progress. ``structure``: units, classes and whose history is
    whose as organised on that day; None: as it was in each period.

    Raises `Refused` with everything that is not as it must be.
    """

    plan: str | None = None
    periods: tuple[str, ...] = ()
    known_at: datetime | None = None
    as_of_batch: int | None = None
    threads: int = 2
    memory: str = "2GB"
    engine: str = DIRECT
    uncertainty: bool = True
    history: bool = True
    structure: date | None = None

    def __post_init__(self) -> None:
        accept(self._unfit())
        object.__setattr__(self, "periods", tuple(self.periods))
        accept((*zoned("known_at", self.known_at), *self._beyond()))

    def _unfit(self) -> Iterator[Problem]:
        yield from unfit("plan", self.plan, str, NoneType)
        yield from unfit("periods", self.periods, tuple, list)
        for period in self.periods if isinstance(self.periods, tuple | list) else ():
            yield from unfit("periods", period, str)
        yield from unfit("known_at", self.known_at, datetime, NoneType)
        yield from unfit("as_of_batch", self.as_of_batch, int, NoneType)
        yield from unfit("threads", self.threads, int)
        yield from unfit("memory", self.memory, str)
        yield from unfit("engine", self.engine, str)
        yield from unfit("uncertainty", self.uncertainty, bool)
        yield from unfit("history", self.history, bool)
        yield from unfit("structure", self.structure, date, NoneType)

    def _beyond(self) -> tuple[Problem, ...]:
        try:
            require(self.engine, self.threads, self.memory)
        except Refused as refused:
            return refused.problems
        return ()
