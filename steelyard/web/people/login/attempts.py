"""How often somebody may guess. Lockout is counted per account and device, so that it is no weapon: who knows a name
can lock strangers out, but not the owner at a device from which he has come in before.

An attempt is written down as failed before the password is even looked at, and only then becomes a success: many
guesses at the same moment count as many. Names that belong to nobody are counted the same way.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from steelyard.web.people.login.sealing import fingerprint
from steelyard.web.people.models import Attempt
from steelyard.web.trail.models import Head

FAILURES, LOCKED = 5, timedelta(minutes=30)
NAMES, SPRAYING = 30, timedelta(hours=1)
"""From one address so many names may fail within an hour; beyond that it has to come from a known device."""
DEVICE, DEVICE_AGE = "device", 365 * 24 * 3600


def begin(username: str, request: HttpRequest, now: datetime, step: str = "") -> Attempt | None:
    """The attempt, which counts as failed until `succeed`; None if there have been too many. ``step``: any other than
    name and password at the door, counted by itself."""
    name = fingerprint(f"{step}:{username.casefold()}" if step else username.casefold(), "attempt")
    device = known_device(username, request)
    address = address_of(request)
    with transaction.atomic():
        # one at a time: nobody guesses between count and entry
        Head.objects.select_for_update(no_key=True).filter(pk=1).first()
        if _failures(name, device, now) >= FAILURES or (not device and _sprays(name, address, now)):
            return None
        return Attempt.objects.create(name=name, device=device, address=address, at=now)


def succeed(attempt: Attempt) -> None:
    attempt.succeeded = True
    attempt.save(update_fields=["succeeded"])


def _failures(name: str, device: str, now: datetime) -> int:
    """Since the last success, and not longer ago than a lockout lasts."""
    recent = Attempt.objects.filter(name=name, device=device, at__gt=now - LOCKED)
    last = recent.filter(succeeded=True).order_by("-at").values_list("at", flat=True).first()
    return recent.filter(succeeded=False, **({"at__gt": last} if last else {})).count()


def _sprays(name: str, address: str, now: datetime) -> bool:
    failed = Attempt.objects.filter(address=address, succeeded=False, at__gt=now - SPRAYING).exclude(name=name)
    return failed.values("name").distinct().count() >= NAMES


def address_of(request: HttpRequest) -> str:
    """As the server saw it; behind the proxy of this machine it is what that proxy says."""
    return str(request.META.get("REMOTE_ADDR", ""))


def known_device(username: str, request: HttpRequest) -> str:
    """The device's own number if somebody came in with this name from it before, else empty."""
    number, _, mark = request.COOKIES.get(DEVICE, "").partition(".")
    return number[:64] if number and constant_time_compare(mark, device_mark(username, number)) else ""


def device_mark(username: str, number: str) -> str:
    return fingerprint(f"{username.casefold()}:{number}", "device")
