"""How a number is watched in the course of the year: where few cases begin, and which chances count as small."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from steelyard.engine.shape import Written

_PER_CENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)%\Z")
Signal = Literal["outside", "three", "run", "trend"]


def _share(written: Any) -> Any:
    """``1%`` is 0.01."""
    per_cent = isinstance(written, str) and _PER_CENT.match(written)
    return Decimal(per_cent[1]).scaleb(-2) if per_cent else written


Chance = Annotated[
    Decimal,
    BeforeValidator(_share),
    WithJsonSchema({"type": ["string", "number"], "description": "数或百分数，如 1%"}),
]


class Watch(Written):
    """监控. ``small``: the number of cases below which a share is judged by the exact binomial; ``chance``: of a false
    alarm at one point of a stable series; ``reach``: the chance of meeting the target below which it warns;
    ``signals``: which rules look at the newest months, none for no signals; ``peers``: whether what moves the whole
    class is told once instead of for everybody. What is not written is as `watching.yaml` says for the bureau."""

    small: int | None = Field(default=None, ge=1, le=10_000)
    chance: Chance | None = Field(default=None, gt=0, le=Decimal("0.1"))
    reach: Chance | None = Field(default=None, gt=0, lt=1)
    signals: list[Signal] | None = None
    peers: bool | None = None
