"""The right door for a channel, and a look whether there is anybody behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from steelyard.web.channels.letters import Note
from steelyard.web.channels.mailing import Mailer
from steelyard.web.channels.naming import Channel
from steelyard.web.channels.posting import Gateway, Hook, OfDingtalk, OfWecom
from steelyard.web.channels.reaching import connected


class Door(Protocol):
    def send(self, note: Note) -> None:
        """Raises `NoAnswer` where a later try may do better, `Rejected` where none will."""

    def close(self) -> None: ...


DOORS: Mapping[str, Callable[[Any], Door]] = {
    "mail": Mailer, "wecom": OfWecom, "dingtalk": OfDingtalk, "sms": Gateway, "webhook": Hook,
}  # fmt: skip


@contextmanager
def opened(channel: Channel) -> Iterator[Door]:
    door = DOORS[channel.name](channel)
    try:
        yield door
    finally:
        door.close()


def tried(channel: Channel) -> None:
    """Whether it can be gone to, and is who it should be; nothing is said. Raises `NoAnswer`."""
    connected(channel).close()
