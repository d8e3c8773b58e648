"""特批: who allowed what the policy check found, on which document, why, and until when. Printed on every report."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from steelyard.engine.model.target import Day
from steelyard.engine.shape import Written

Told = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class Waiver(Written):
    """One finding that somebody with a name answers for. Without ``indicator`` it is about the plan itself.

    It is in force through ``until`` and covers the whole year of its plan, or nothing.
    """

    finding: Told
    indicator: str = ""
    authority: Told
    role: Told
    document: Told
    reason: Told
    until: Day
