"""Records that come with the results: forecasts and alerts of monitoring, rectification, relief, appeals, corrections.

None where nobody keeps such records, so that a report says so; an empty list where they are kept and there are none.
They are part of what a report rests on: its digest stands in the report, and the verifier reads the same file.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    """How likely an indicator's target is met by the end of the period, as monitoring says."""

    name: Words
    chance: Decimal


@dataclass(frozen=True)
class Alert:
    number: Words
    what: Words
    state: Words


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
class Records:
    """Of one unit."""

    forecasts: tuple[Forecast, ...] | None = None
    alerts: tuple[Alert, ...] | None = None
    cases: tuple[Case, ...] | None = None
    reliefs: tuple[Relief, ...] | None = None
    appeals: tuple[Appeal, ...] | None = None
    corrections: tuple[Correction, ...] | None = None


@dataclass(frozen=True)
class Beside:
    """``kept``: which records are kept at all; a unit that is not named has none of these."""

    kept: tuple[str, ...] = ()
    units: Mapping[str, Records] = field(default_factory=dict)

    def of(self, code: str) -> Records:
        blank = Records(**dict.fromkeys(self.kept, ()))
        return self.units.get(code, blank)


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
