"""Messages become letters: merged, outside quiet hours, so many a day; each goes through a channel once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from steelyard.reports.sheet import Words
from steelyard.web.channels.letters import Note, Rejected
from steelyard.web.channels.naming import Mail, Outside, Sms, Webhook
from steelyard.web.identities.outage import NoAnswer
from steelyard.web.messages import reading
from steelyard.web.messages.kinds import kind
from steelyard.web.messages.models import Delivery, Letter, Line, Message, Preference, State
from steelyard.web.messages.outside import delivering
from steelyard.web.messages.outside.delivering import LEASE, TRIES, deliver, taken
from steelyard.web.messages.outside.lines import PAUSE, TOLD_AT
from steelyard.web.messages.outside.merging import merge
from steelyard.web.messages.outside.wishing import wishes, within
from steelyard.web.messages.sending import tell
from steelyard.web.people.login.sealing import seal
from steelyard.web.people.models import Account
from steelyard.web.trail.models import Event
from tests.web.people.world import account, with_role

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CALM, URGENT = kind("trial", "试一试", "trial"), kind("trial-now", "急事", "urgent", urgent=True)
MINUTE = timedelta(minutes=1)
KEY = Path("channel.key")
HOOK = Webhook(url="http://127.0.0.1:1/in", secret=KEY, inside=True, everybody=True)


class Door:
    """``notes``: what went out; ``fails``: raised instead, one after the other."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.fails: list[Exception] = []

    def send(self, note: Note) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.notes.append(note)

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Door:
        return self

    def __exit__(self, *_: object) -> None:
        """As `close`."""


@pytest.fixture
def outside(settings: Any) -> Outside:
    found = Outside(site="https://perf.example", most=3, gather=30, channels=(HOOK,))
    settings.STEELYARD = replace(settings.STEELYARD, messages=found)
    return found


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch, outside: Outside) -> Iterator[Door]:  # noqa: ARG001
    found = Door()
    monkeypatch.setattr(delivering, "opened", lambda _: found)
    return found


def told(*accounts: Account, many: int = 1, kind: str = CALM, at: datetime = NOON, key: str = "k") -> None:
    with transaction.atomic():
        for number in range(many):
            tell(accounts, kind, Words("事", "it"), "/", key=f"{key}{number}", now=at)


def went(at: datetime) -> None:
    merge(at)
    deliver(at)


def later(minutes: int) -> datetime:
    return NOON + minutes * MINUTE


def test_what_comes_together_goes_in_one_letter_that_says_how_much_and_not_what(door: Door) -> None:
    li = account("li", language="en")
    told(li, many=7)
    told(li, key="u", kind="trial", at=later(10))
    went(later(20))
    assert door.notes == []
    went(later(30))
    (note,) = door.notes
    assert (note.to, note.many, note.page, note.language) == ("li", 8, "https://perf.example/messages", "en")
    assert [(name, many) for name, _, many in note.kinds] == [("trial", 8)]
    assert "it" not in note.text.split()
    went(later(90))
    assert len(door.notes) == 1
    assert set(Message.objects.values_list("letter", "outside")) == {(Letter.objects.get().pk, False)}
    assert Delivery.objects.get().state == State.SENT


def test_what_is_urgent_waits_for_nothing_but_the_morning(door: Door) -> None:
    told(account("li"), kind=URGENT)
    went(NOON)
    assert door.notes[0].urgent
    told(account("wang"), kind=URGENT, at=later(11 * 60))
    went(later(11 * 60))
    went(later(19 * 60 + 29))
    assert len(door.notes) == 1
    went(later(19 * 60 + 31))
    assert [note.to for note in door.notes] == ["li", "wang"]


def test_nobody_gets_more_letters_a_day_than_there_may_be_and_the_rest_waits_for_the_next(door: Door) -> None:
    li = account("li")
    for hour in range(9):
        told(li, at=later(hour * 60 - 180), key=f"h{hour}-")
        went(later(hour * 60 - 140))
    assert len(door.notes) == 2, "the last one of the day is kept for what is urgent"
    told(li, at=later(330), key="urgent", kind=URGENT)
    told(li, at=later(331), key="more", kind=URGENT)
    went(later(330))
    went(later(340))
    assert (len(door.notes), door.notes[-1].urgent) == (3, True)
    told(li, at=later(345), key="even more", kind=URGENT)
    went(later(350))
    assert len(door.notes) == 3
    went(later(24 * 60))
    assert (len(door.notes), door.notes[-1].many) == (4, Message.objects.count())


def test_what_was_read_in_the_site_is_no_letter_any_more(door: Door) -> None:
    li = account("li")
    told(li, many=2)
    merge(later(31))
    reading.read_all("", Message.objects.latest("pk").pk, by=li, now=later(31))
    deliver(later(32))
    assert (door.notes, Delivery.objects.get().state) == ([], State.NEEDLESS)
    told(li, at=later(40), key="again")
    reading.read_all("", Message.objects.latest("pk").pk, by=li, now=later(41))
    went(later(90))
    assert Letter.objects.count() == 1


def test_people_choose_how_they_are_told(door: Door, settings: Any) -> None:
    sms = Sms(url="http://127.0.0.1:1/", secret=KEY, inside=True, template="{}")
    mail = Mail(url="smtp://127.0.0.1:1", secret=KEY, inside=True, account="", sender="a@b.example", domain="b.example")
    outside = replace(settings.STEELYARD.messages, channels=(HOOK, sms, mail))
    settings.STEELYARD = replace(settings.STEELYARD, messages=outside)
    people = {name: account(name) for name in ("all", "none", "sms", "deaf", "mail")}

    def chooses(name: str, channels: Sequence[str], **more: Any) -> None:
        Preference.objects.create(account=people[name], channels=channels, changed_at=NOON, **more)

    chooses("none", [])
    chooses("sms", ["sms"], mobile=seal("13800000000"))
    chooses("deaf", ["sms"])
    chooses("mail", ["mail", "gone"])
    told(*people.values())
    went(later(30))
    found = set(Delivery.objects.values_list("letter__account__username", "channel"))
    assert found == {("all", "webhook"), ("sms", "sms"), ("mail", "mail")}
    assert {note.to for note in door.notes} == {"all", "13800000000", "mail@b.example"}
    assert not Message.objects.filter(outside=True).exists()


def test_own_quiet_hours_and_a_smaller_number_hold(outside: Outside) -> None:
    li = account("li")
    Preference.objects.create(account=li, quiet_from=time(12), quiet_to=time(13, 30), most=9, changed_at=NOON)
    wish = wishes([li.pk], outside)[li.pk]
    assert (wish.disturbed(NOON), wish.disturbed(later(89)), wish.disturbed(later(90))) == (True, True, False)
    assert wish.awake(NOON).strftime("%H:%M") == "13:30"
    assert wish.most == 3
    Preference.objects.update(most=1)
    wish = wishes([li.pk], outside)[li.pk]
    assert (wish.room(urgent=False), wish.room(urgent=True)) == (1, 1)
    assert not within((time(9), time(9)), time(9))


def test_a_letter_that_is_held_up_until_the_night_waits_for_the_morning(door: Door) -> None:
    told(account("li"), at=later(500))
    door.fails = [NoAnswer("没有及时应答 no answer in time")]
    went(later(560))
    assert Delivery.objects.get().state == State.WAITING
    Line.objects.update(until=None)
    deliver(later(575))
    one = Delivery.objects.get()
    assert (door.notes, one.attempts) == ([], 1)
    assert one.due == NOON + timedelta(hours=19, minutes=30)
    deliver(later(19 * 60 + 31))
    assert len(door.notes) == 1


def test_letters_that_pile_up_do_not_come_all_at_once(door: Door, outside: Outside) -> None:
    """Written on days when the channel was out of order."""
    li = account("li")
    told(li)
    for day in range(6):
        letter = Letter.objects.create(account=li, day=NOON.date() - timedelta(days=day), number=1, many=1, kinds={},
                                       at=NOON)  # fmt: skip
        Delivery.objects.create(letter=letter, channel="webhook", due=NOON)
    deliver(NOON)
    assert len(door.notes) == outside.most
    deliver(NOON + timedelta(days=1))
    assert len(door.notes) == 2 * outside.most


def test_a_channel_that_fails_is_left_alone_for_a_while_and_its_administrators_are_told(door: Door) -> None:
    chief = with_role("system", None)
    told(account("li"), account("wang"))
    merge(later(30))
    door.fails = [NoAnswer("没有及时应答 no answer in time") for _ in range(TOLD_AT)]
    at = later(30)
    for _ in range(TOLD_AT):
        deliver(at)
        deliver(at + PAUSE / 2)
        at = Line.objects.get(name="webhook").until + timedelta(minutes=9)  # type: ignore[operator]
    assert door.fails == [], "one try, and then it rests"
    (message,) = Message.objects.filter(account=chief, kind="channel-failing")
    assert (message.urgent, message.address) == (True, "/messages/channels")
    assert Event.objects.filter(act="channel.failing", outcome="failed").count() == 1
    deliver(at)
    assert sorted(note.to for note in door.notes) == ["li", "wang"]
    assert Line.objects.get(name="webhook").failures == 0


def test_who_cannot_be_reached_stops_nobody_else_and_nothing_is_tried_for_ever(door: Door) -> None:
    told(account("li"), account("wang"))
    merge(later(30))
    door.fails = [Rejected("SMTP 550")]
    deliver(later(30))
    assert sorted(Delivery.objects.values_list("state", "problem")) == [("given_up", "SMTP 550"), ("sent", "")]
    told(account("zhao"))
    merge(later(31))
    one = Delivery.objects.get(letter__account__username="zhao")
    Delivery.objects.filter(pk=one.pk).update(attempts=TRIES - 1)
    door.fails = [NoAnswer("x")]
    deliver(later(32))
    assert Delivery.objects.get(pk=one.pk).state == State.GIVEN_UP


def test_what_somebody_died_over_is_sent_again_only_where_it_is_known_again(door: Door, outside: Outside) -> None:
    li = account("li")
    told(li)
    merge(later(30))
    one = taken(HOOK, later(30))
    assert one is not None
    assert taken(HOOK, later(30)) is None, "another has it"
    deliver(later(31))
    assert door.notes == []
    deliver(later(30) + LEASE + MINUTE)
    assert [note.reference for note in door.notes] == [str(one.reference)]
    sms = Sms(url="http://127.0.0.1:1/", secret=KEY, inside=True, template="{}")
    Delivery.objects.update(channel="sms", state=State.SENDING, due=NOON)
    assert taken(sms, later(60)) is None
    assert Delivery.objects.get().state == State.UNSURE
    assert outside.of("sms") is None


def test_who_has_left_is_told_nothing(door: Door) -> None:
    told(account("li", is_active=False))
    went(later(40))
    assert (door.notes, Message.objects.get().outside) == ([], False)


def test_a_site_without_channels_keeps_everything_inside(settings: Any) -> None:
    settings.STEELYARD = replace(settings.STEELYARD, messages=None)
    told(account("li"))
    went(later(40))
    assert (Letter.objects.count(), Message.objects.get().outside) == (0, False)
