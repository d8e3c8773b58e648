"""Asking the directory: whose name is this, and is it his password? Every question takes the same steps, whether the
name is known or not and whatever the password is, so that time tells nothing."""

from __future__ import annotations

import secrets

from steelyard.web.identities.naming import Directory, secret_of
from steelyard.web.identities.outage import NoAnswer
from steelyard.web.identities.silence import remembered
from steelyard.web.identities.wire import Wire, connected


def shown(directory: Directory, username: str, password: str | None) -> str:
    """The value of the attribute for whoever has this name and this password; empty if nobody has.

    ``password``: None if it is no business of the directory; then it is asked about somebody who does not exist.
    Raises `NoAnswer`, and for a few seconds again without asking.
    """
    with remembered(directory), connected(directory) as wire:
        _as_ourselves(directory, wire)
        found = wire.search(directory, username)
        single = len(found) == 1 and len(found[0][1]) == 1 and bool(found[0][0])
        if password is None or not single:
            wire.bind(f"cn={secrets.token_hex(8)},{directory.base}", secrets.token_hex(8))
            return ""
        return found[0][1][0] if wire.bind(found[0][0], password) else ""


def tried(directory: Directory) -> None:
    """Asks as signing in would, about nobody. Raises `NoAnswer` with what does not work."""
    with connected(directory) as wire:
        _as_ourselves(directory, wire)
        wire.search(directory, secrets.token_hex(8))


def _as_ourselves(directory: Directory, wire: Wire) -> None:
    try:
        secret = secret_of(directory)
    except (OSError, ValueError) as error:
        raise NoAnswer(f"读不到服务账号的口令 the service account's password cannot be read: {error}") from error
    if not wire.bind(directory.account, secret):
        raise NoAnswer("目录不认服务账号或其口令 the directory refuses the service account or its password")
