"""What people say, on both databases: two at the same moment, and a right that is taken back meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from steelyard.engine.calendar import Calendar, read_calendar
from steelyard.engine.problems import Refused
from steelyard.web.configuration import Configuration
from steelyard.web.dialogue.appealing import correct_with, file, move
from steelyard.web.dialogue.models import Appeal, Evidence, Remark, Stage
from steelyard.web.dialogue.previewing import ask_preview
from steelyard.web.dialogue.saying import grade, say, show, withdraw
from steelyard.web.people.granting.proposing import end
from steelyard.web.people.models import Account
from steelyard.web.trail.checkpoints import verdict
from steelyard.web.trail.models import Event
from tests.web.databases import at_once
from tests.web.dialogue.office import PUBLISHED, Office, bare
from tests.web.people.world import account, grant, person, unit, with_role

NATIONAL = Path("examples/province/calendar.yaml")
CALENDAR: Calendar = read_calendar(NATIONAL.read_text("utf-8"), NATIONAL.name)
NOW: datetime = PUBLISHED
Do = Callable[[], Any]


def outcome(do: Do) -> Callable[[], str]:
    def told() -> str:
        try:
            do()
        except Refused as refused:
            return refused.problems[0].code
        return "done"

    return told


def filed(at: Office, by: Account) -> Appeal:
    return file(at.number(), "有误", by=by, now=NOW, calendar=CALENDAR, days=5, to_rule=20)


def text(name: str = "a.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x")


def acts(at: Office, site: Configuration) -> dict[str, tuple[str, Callable[[Account], Do]]]:
    """Every act of dialogue: the role that it needs, and the act of somebody."""
    everybody = at.people["other"]
    shown = show(at.number(), text(), "说明", "own", by=everybody, now=NOW, media=site.media)
    waits = filed(at, everybody)
    correct_with(waits, [shown], by=everybody, now=NOW)

    def own_of(by: Account) -> Evidence:
        made = {**at.number().fields, "source": "own", "about": "x", "stored": f"{by.pk}", "name": "x", "size": 1}
        rest = {**made, "digest": "0" * 64, "at": NOW}
        return Evidence.objects.filter(by=by).first() or Evidence.objects.create(by=by, **rest)

    def hand_in(by: Account) -> Evidence:
        return show(at.number(), text(), "说明", "own", by=by, now=NOW, media=site.media)

    def take_back(by: Account) -> Do:
        mine = own_of(by)
        return lambda: withdraw(mine, "传错", by=by, now=NOW)

    other = at.number("B")
    return {
        "remark": ("unit", lambda by: lambda: say(at.number(), "一句", by=by, now=NOW)),
        "evidence": ("unit", lambda by: lambda: hand_in(by)),
        "evidence-withdraw": ("unit", take_back),
        "evidence-grade": ("office", lambda by: lambda: grade(shown, "B", by=by, now=NOW)),
        "appeal-file": (
            "unit", lambda by: lambda: file(other, "有误", by=by, now=NOW, calendar=CALENDAR, days=5, to_rule=20)
        ),
        "appeal-files": ("unit", lambda by: lambda: correct_with(waits, [shown], by=by, now=NOW)),
        "job.ask": ("office", lambda by: lambda: ask_preview(waits, by=by, now=NOW)),
        "appeal-answer": ("assessor", lambda by: lambda: move(waits, "answer", "意见", by=by, now=NOW)),
    }  # fmt: skip


def test_a_role_that_ends_between_the_page_and_the_act_is_not_used(both: Configuration) -> None:
    """Either the act came first, or it is refused; nothing is recorded after the end of the right to it."""
    at, keeper = bare(), with_role("security", None)
    for name, (role, prepare) in acts(at, both).items():
        who = account(f"who-{name}")
        place = unit("B" if name == "appeal-file" else "A") if role == "unit" else unit("P")
        held = grant(who, role, place)
        do = prepare(who)
        stop = lambda held=held: end(grant=held, by=keeper, reason="收回", now=NOW)  # noqa: E731
        found = at_once(outcome(do), outcome(stop))
        assert set(found) <= {"done", "act-not-allowed"}, (name, found)
        ended = Event.objects.get(act="grant-end", target=f"account:{who.pk}")
        assert not Event.objects.filter(actor=who.username, number__gt=ended.number).exists(), name
        assert outcome(prepare(who))() in ("act-not-allowed", "appeal-move"), name
    assert verdict(both.home).problems == ()


def test_an_account_that_was_disabled_since_the_page_was_opened_does_nothing(both: Configuration) -> None:
    at = bare()
    for name, (role, prepare) in acts(at, both).items():
        who = account(f"who-{name}")
        grant(who, role, unit("B" if name == "appeal-file" else "A") if role == "unit" else unit("P"))
        do = prepare(who)
        Account.objects.filter(pk=who.pk).update(is_active=False)
        assert outcome(do)() == "act-not-allowed", name


def test_what_was_done_is_told_with_the_role_that_allowed_it(both: Configuration) -> None:
    at = bare()
    say(at.number(), "一句\n“引号”", by=at.people["liaison"], now=NOW)
    appeal = filed(at, at.people["liaison"])
    move(appeal, "answer", "意见", by=at.people["assessor"], now=NOW)
    told = list(Event.objects.order_by("number").values_list("act", "actor", "role"))
    assert told == [
        ("remark", "liaison", "unit"), ("appeal-file", "liaison", "unit"), ("appeal-answer", "assessor", "assessor"),
    ]  # fmt: skip
    assert Remark.objects.get().text == "一句\n“引号”"
    assert verdict(both.home).problems == ()


def test_who_lent_a_role_stands_beside_who_used_it(both: Configuration) -> None:
    at, deputy = bare(), account("deputy")
    source = at.people["liaison"].grants.get(unit="A")
    grant(deputy, "unit", unit("A"), delegated_from=source, given_by=at.people["liaison"])
    say(at.number(), "代为说明", by=deputy, now=NOW)
    event = Event.objects.get()
    assert (event.actor, event.role, event.behalf) == ("deputy", "unit", "liaison")
    assert both.home


def test_of_two_appeals_and_of_two_rulings_at_once_one_counts(both: Configuration) -> None:
    at = bare()
    second = account("liaison-2")
    grant(second, "unit", unit("A"))
    found = at_once(*(outcome(lambda by=by: filed(at, by)) for by in (at.people["liaison"], second)))
    assert sorted(found) == ["appeal-open", "done"]
    appeal = Appeal.objects.get()
    Appeal.objects.update(stage=Stage.CHECKED, digest="d" * 64)
    other = account("committee-2")
    grant(other, "committee", unit("P"))
    moves = ((at.people["committee"], "uphold"), (other, "reject"))
    found = at_once(
        *(outcome(lambda by=by, name=name: move(appeal, name, "依据", by=by, now=NOW)) for by, name in moves)
    )
    assert sorted(found) == ["appeal-move", "done"]
    assert appeal.moves.count() == 1
    assert verdict(both.home).problems == ()


def test_nobody_grades_or_rules_on_what_concerns_his_own_unit(both: Configuration) -> None:
    at = bare()
    shown = show(at.number(), text(), "说明", "own", by=at.people["liaison"], now=NOW, media=both.media)
    appeal = filed(at, at.people["liaison"])
    person("x1", at.units["A"])
    for role, do in (
        ("office", lambda by: grade(shown, "A", by=by, now=NOW)),
        ("assessor", lambda by: move(appeal, "answer", "意见", by=by, now=NOW)),
    ):
        Account.objects.exclude(person="").update(person="")
        who = account(f"{role}-x", person="x1")
        grant(who, role, unit("P"))
        assert outcome(lambda who=who, do=do: do(who))() == "act-not-allowed"
