"""The second factor: six digits that change every 30 seconds (TOTP, RFC 6238), each good once, and recovery codes."""

from __future__ import annotations

import io
import secrets
from datetime import datetime

import pyotp
import segno
from django.db import transaction

from steelyard.web.people.login.sealing import fingerprint, seal, unseal
from steelyard.web.people.models import Account, RecoveryCode

STEP, EARLIER_OR_LATER, CODES = 30, 1, 10
SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No sign that is taken for another one when it is read from paper."""


def new_key() -> str:
    return pyotp.random_base32()


def picture(key: str, username: str, issuer: str) -> str:
    """The key as a QR code: an SVG element that stands in the page itself, drawn here."""
    drawn = io.BytesIO()
    uri = pyotp.TOTP(key).provisioning_uri(name=username, issuer_name=issuer)
    segno.make(uri, error="m").save(drawn, kind="svg", scale=4, border=4, xmldecl=False, svgclass="qr", omitsize=True)
    return drawn.getvalue().decode()


def step_of(key: str, code: str, now: datetime) -> int | None:
    """The step of time whose code this is, one earlier or later allowed for clocks that differ; None if none is."""
    current = int(now.timestamp()) // STEP
    reader = pyotp.TOTP(key)
    if not code.isascii():  # which cannot be compared
        return None
    near = range(current - EARLIER_OR_LATER, current + EARLIER_OR_LATER + 1)
    return next((step for step in near if secrets.compare_digest(reader.generate_otp(step), code)), None)


def accept(account: Account, code: str, now: datetime) -> bool:
    """Whether it is the account's code now. Each is good once, however many ask at the same moment."""
    code = code.replace(" ", "").strip()
    with transaction.atomic():
        locked = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        if not locked.second or not code.isascii():
            return False
        step = step_of(unseal(locked.second), code, now)
        if step is None:
            return _recovers(locked, code, now)
        if step <= locked.second_step:
            return False
        Account.objects.filter(pk=locked.pk).update(second_step=step)
        return True


def set_up(account: Account, key: str, step: int) -> list[str]:
    """Keeps the key, and gives the recovery codes: shown this once, kept as digests. The caller saves the account."""
    account.second, account.second_step = seal(key), step
    return new_codes(account)


def new_codes(account: Account) -> list[str]:
    """The earlier ones are good for nothing from now on."""
    account.recovery_codes.all().delete()
    codes = ["".join(secrets.choice(SIGNS) for _ in range(12)) for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, digest=_digest(code)) for code in codes)
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


def _recovers(account: Account, code: str, now: datetime) -> bool:
    unused = account.recovery_codes.filter(digest=_digest(code), used_at=None)
    return bool(unused.update(used_at=now))


def _digest(code: str) -> str:
    return fingerprint(code.replace("-", "").upper(), "recovery")
