"""Numbers as people type them."""

from __future__ import annotations

import re
from decimal import Decimal


def number(text: str, whole: int, part: int) -> Decimal | None:
    """At most ``whole`` digits before the point and ``part`` behind it; None for anything else."""
    fits = re.fullmatch(rf"-?[0-9]{{1,{whole}}}(\.[0-9]{{0,{part}}})?", text.strip())
    return Decimal(fits[0]) if fits else None
