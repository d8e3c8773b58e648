"""For every address that changes something of messages, one act that succeeds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.web.channels.naming import Outside, Sms, Webhook
from steelyard.web.messages.kinds import kind
from steelyard.web.messages.models import Message
from steelyard.web.messages.sending import tell
from steelyard.web.people.models import Account
from tests.web.people.world import account
from tests.web.promises.acts import Act, act, over

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


def declared(**more: Any) -> Outside:
    """A webhook and a gateway of telephones, as site.toml would declare them."""
    hook = Webhook(url="http://127.0.0.1:1/in", secret=Path("hook.key"), inside=True)
    sms = Sms(url="http://127.0.0.1:1/sms", secret=Path("sms.key"), inside=True, template='{"to":"$to","text":"$text"}')
    return Outside(site="https://perf.example", channels=(hook, sms), **more)


def declare(**more: Any) -> None:
    """Until the end of the test: pytest-django puts its settings back, and others put back what they changed."""
    settings.STEELYARD = replace(settings.STEELYARD, messages=declared(**more))


@act("own-messages")
def own_messages() -> Act:
    declare()
    return Act(account("li"), data={"channels": ["webhook"], "language": "en"})


@act("channel-try")
def channel_try() -> Act:
    declare()
    return Act(over("system"), {"name": "webhook"})
