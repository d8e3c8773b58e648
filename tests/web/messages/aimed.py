"""What the permission matrix asks for of messages: everybody has only his own."""

from __future__ import annotations

from tests.web.messages.acts import message
from tests.web.people.targets import ABSENT, Aimed, target
from tests.web.people.world import account


@target("message-open")
def messages() -> list[Aimed]:
    return [Aimed({"pk": message(account("told")).pk}, absent={"pk": ABSENT}, mine=True)]


@target("channel-try")
def channels() -> list[Aimed]:
    return [Aimed({"name": "mail"})]
