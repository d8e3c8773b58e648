"""For every address that changes something of messages, one act that succeeds."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.web.messages.kinds import kind
from steelyard.web.messages.models import Message
from steelyard.web.messages.sending import tell
from steelyard.web.people.models import Account
from tests.web.people.world import account
from tests.web.promises.acts import Act, act

TRIAL = kind("trial", "试一试", "trial")
WORDS = Words("请到首页看一看这件小事", "please look at this small matter")


def message(to: Account, address: str = "/", key: str = "one", words: Words = WORDS) -> Message:
    with transaction.atomic():
        tell([to], TRIAL, words, address, key=key, now=timezone.now())
    return Message.objects.get(account=to, key=key)


@act("message-open")
def message_open() -> Act:
    return Act(account("li"), {"pk": message(account("li")).pk})


@act("messages-read")
def messages_read() -> Act:
    return Act(account("li"), data={"kind": "", "last": message(account("li")).pk})
