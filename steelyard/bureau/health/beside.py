"""Records that come with the results: of monitoring, tasks, rectification, relief, appeals and corrections.

None where nobody keeps such records, so that a report says so; an empty list where they are kept and there are none.
They are part of what a report rests on: its digest stands in the report, and the verifier reads the same file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256

from pydantic import TypeAdapter, ValidationError

from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.reports.sheet import Words

CATALOGUE.add(
    {
        "beside-unreadable": (
            "随附记录读不懂（{reason}）；请按 docs/how-to/health-checks.md 的格式写",
            "the records beside the results cannot be read ({reason}); write them as docs/how-to/health-checks.md says",
        ),
    }
)


@dataclass(frozen=True)
class Forecast:
    """How likely an indicator's target is met by the end of the period, as monitoring says. ``last_day``: when it can
    still be met, ISO, empty where there is none left; ``step``: the smallest one that keeps the points."""

    name: Words
    chance: Decimal
    last_day: str = ""
    step: Words | None = None


@dataclass(frozen=True)
class Alert:
    number: Words
    what: Words
    state: Words


@dataclass(frozen=True)
class Task:
    """A supervised task that is not done; ``due``: a day, ISO."""

    number: Words
    what: Words
    state: Words
    due: str


@dataclass(frozen=True)
class Case:
    """A rectification; ``due``: a day, ISO."""

    number: Words
    what: Words
    state: Words
    due: str


@dataclass(frozen=True)
class Relief:
    """Points with and without the tolerance that somebody approved."""

    number: Words
    without: Decimal
    with_relief: Decimal
    by: Words


@dataclass(frozen=True)
class Appeal:
    """``filed``: a day, ISO."""

    number: Words
    what: Words
    filed: str
    state: Words


@dataclass(frozen=True)
class Correction:
    """A version of the results that took the place of another one."""

    old: int
    new: int
    before: Decimal
    after: Decimal
    reason: Words


@dataclass(frozen=True)
class Before:
    """Of a person: what an earlier period came to."""

    period: str
    total: Decimal
    place: int


@dataclass(frozen=True)
class Records:
    """Of one unit or person. ``before``: of persons only, whose earlier periods stand in no view."""

    forecasts: tuple[Forecast, ...] | None = None
    alerts: tuple[Alert, ...] | None = None
    tasks: tuple[Task, ...] | None = None
    cases: tuple[Case, ...] | None = None
    reliefs: tuple[Relief, ...] | None = None
    appeals: tuple[Appeal, ...] | None = None
    corrections: tuple[Correction, ...] | None = None
    before: Before | None = None


def blank(kept: Iterable[str]) -> Records:
    """Of whom none of these is on record."""
    return Records(**dict.fromkeys(kept, ()))  # type: ignore[arg-type]  # ``before`` is no list and never kept


@dataclass(frozen=True)
class Beside:
    """``kept``: which records are kept at all; a unit or person that is not named has none of these."""

    kept: tuple[str, ...] = ()
    units: Mapping[str, Records] = field(default_factory=dict)
    persons: Mapping[str, Records] = field(default_factory=dict)

    def of(self, code: str) -> Records:
        return self.units.get(code, blank(self.kept))

    def of_person(self, code: str) -> Records:
        return self.persons.get(code, blank(self.kept))


_ADAPTER: TypeAdapter[Beside] = TypeAdapter(Beside)
NOTHING = Beside()


def read_beside(text: bytes) -> Beside:
    """Raises `Refused` (``beside-unreadable``)."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(map(str, first["loc"]))
        raise refuse("beside-unreadable", reason=f"{where}: {first['msg']}") from None


def write_beside(beside: Beside) -> bytes:
    """The same bytes for the same records."""
    return b"" if beside == NOTHING else _ADAPTER.dump_json(beside)


def digest_of(text: bytes) -> str:
    """What a report names; empty where nothing came beside the results."""
    return sha256(text).hexdigest() if text else ""
