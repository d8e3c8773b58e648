"""What pages of administration share: which buttons are shown, and the reason that a form gives."""

from __future__ import annotations

from django.http import HttpRequest

from steelyard.web.people.asking import asker
from steelyard.web.people.deciding import Target


def may(request: HttpRequest, **names: str) -> dict[str, bool]:
    """Which buttons are shown: ``may(request, end="grant-end")``. What is not shown is not allowed either."""
    who = asker(request)
    return {
        name: any(who.may(address, Target(state=state)) for state in ("", *STATES)) for name, address in names.items()
    }


STATES = ("proposed", "confirmed")


def reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:300]
