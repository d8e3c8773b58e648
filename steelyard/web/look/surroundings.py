"""What every page needs around its content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from steelyard import __version__
from steelyard.web.look.reading import language


def surroundings(_: HttpRequest | None) -> dict[str, Any]:
    return {"here": settings.STEELYARD, "language": language(), "release": __version__}
