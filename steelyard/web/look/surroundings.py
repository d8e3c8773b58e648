"""What every page needs around its content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def surroundings(_: HttpRequest) -> dict[str, Any]:
    return {"here": settings.STEELYARD, "language": "en" if (get_language() or "").startswith("en") else "zh"}
