"""In which language somebody reads this answer."""

from __future__ import annotations

from django.utils.translation import get_language

from steelyard.engine.problems import Language


def language() -> Language:
    """Chosen by the reader, see the switch in the header; Chinese unless it is English."""
    return "en" if (get_language() or "").startswith("en") else "zh"
