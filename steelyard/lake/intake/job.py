"""What goes into the cage and what comes out: plain JSON both ways."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from pydantic import Field

from steelyard.engine.calendar import Calendar, Hours
from steelyard.engine.model.facts import FactTable, Feed
from steelyard.engine.problems import Place, Problem
from steelyard.lake.intake.limits import MIB, Limits
from steelyard.lake.record.batch import Counts, Entry


class Told(Entry):
    """A `Problem` on its way out of the cage."""

    code: str
    params: Mapping[str, str | int] = Field(default_factory=dict)
    severity: Literal["error", "warning"] = "error"

    def problem(self, file: str) -> Problem:
        return Problem(self.code, Place(file), dict(self.params), self.severity)


class Earlier(Entry):
    """Rows that are there already: (batch, file) oldest first, and which of their rows do not count any more."""

    files: tuple[tuple[int, str], ...] = ()
    superseded: str | None = None


class Office(Entry):
    """A working calendar on its way into the cage. ``working``: one character a day, ``1`` for a working day."""

    name: str
    start: date
    working: str
    seasons: tuple[tuple[tuple[int, int], tuple[tuple[int, int], ...]], ...]

    @staticmethod
    def of(calendar: Calendar) -> Office:
        working = "".join(map(str, calendar.working))
        return Office(name=calendar.name, start=calendar.start, working=working, seasons=calendar.hours.seasons)

    def calendar(self) -> Calendar:
        return _calendar(self)


@lru_cache(maxsize=4)
def _calendar(office: Office) -> Calendar:
    """Counted once for all files of an intake."""
    return Calendar(office.name, office.start, bytes(map(int, office.working)), Hours(office.seasons), ())


class Job(Entry):
    """Read ``raw`` as ``feed`` of ``table`` and write the outcome's files into ``out``.

    ``all_rows``: only read, and keep every row with nothing in the cells that are wrong; to ask what rejecting changed.
    """

    raw: str
    name: str
    size: int
    table: FactTable
    feed: int
    batch: int
    known_at: datetime
    out: str
    limits: Limits
    earlier: Earlier = Earlier()
    registers: Mapping[str, Earlier] = Field(default_factory=dict)
    office: Office | None = None
    all_rows: bool = False

    @property
    def seconds(self) -> float:
        """How long the job may take."""
        return self.limits.seconds + self.limits.seconds_per_mib * self.size / MIB

    @property
    def read_as(self) -> Feed:
        return self.table.files[self.feed]


class Outcome(Entry):
    """What became of a job. With any error among ``problems`` nothing of it may be kept."""

    counts: Counts | None = None
    columns: Mapping[str, str] = Field(default_factory=dict)
    totals: Mapping[str, str] = Field(default_factory=dict)
    reasons: Mapping[str, int] = Field(default_factory=dict)
    findings: int = 0
    superseded: int = 0
    problems: tuple[Told, ...] = ()

    @property
    def refused(self) -> bool:
        return any(told.severity == "error" for told in self.problems)
