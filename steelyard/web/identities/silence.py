"""A directory that did not answer is left in peace for a moment: whoever tries again and again does not wait for it
again and again, and it does not drown in questions the moment it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from steelyard.web.identities.naming import Directory
from steelyard.web.identities.outage import NoAnswer

SECONDS = 5.0
_SILENT: dict[Directory, tuple[float, str]] = {}
"""Since when on the clock of the machine, and why. Of this process alone: each of them may ask once."""
_HEARD: dict[Directory, float] = {}
"""When it answered last."""


@contextmanager
def remembered(directory: Directory) -> Iterator[None]:
    """For one question. While a silence is remembered it is not asked, whoever it is about: every name is told the same
    after the same time. Raises `NoAnswer`."""
    since, reason = _SILENT.get(directory, (-SECONDS, ""))
    if reason and monotonic() - since < SECONDS:
        raise NoAnswer(reason)
    try:
        yield
    except NoAnswer as silent:
        _SILENT[directory] = monotonic(), silent.reason
        _HEARD.pop(directory, None)
        raise
    _SILENT.pop(directory, None)
    _HEARD[directory] = monotonic()


def heard(directory: Directory) -> bool:
    """Whether it answered a moment ago, whoever it was asked about: nobody needs to ask it only to know that."""
    return monotonic() - _HEARD.get(directory, -SECONDS) < SECONDS
