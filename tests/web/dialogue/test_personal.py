"""An officer appeals an entry of his own account: his alone, in time, by the same rights, settled only by its facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.saving import save
from steelyard.engine.calendar import read_calendar
from steelyard.engine.problems import Refused
from steelyard.web.configuration import Configuration
from steelyard.web.cycles.models import Run
from steelyard.web.dialogue.appealing import carry_out, correct_with, file, move
from steelyard.web.dialogue.models import Appeal, Evidence, Stage
from steelyard.web.dialogue.previewing import ask_preview, look_ahead
from steelyard.web.dialogue.saying import Number, hanging_on, show
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.models import Job, State
from steelyard.web.pages.dialogue.appeals import visible
from steelyard.web.people.asking import Asker, By
from steelyard.web.people.granting.proposing import end
from steelyard.web.people.models import Account
from steelyard.web.trail.checkpoints import verdict
from steelyard.web.trail.models import Event
from tests.bureau.small_people import HEAD
from tests.bureau.small_people import office as people_office
from tests.bureau.test_correcting_persons import IN_TIME
from tests.web.databases import at_once
from tests.web.dialogue.office import PUBLISHED, Office, bare, version
from tests.web.dialogue.test_both import outcome
from tests.web.people.world import account, grant, sign_in, unit, with_role
from tests.web.people.world import person as registered

NATIONAL = Path("examples/province/calendar.yaml")
CALENDAR = read_calendar(NATIONAL.read_text("utf-8"), NATIONAL.name)


def officer(code: str = "n-A", at: str = "A") -> Account:
    registered(code, unit(at))
    made = account(f"officer-{code}", person=code)
    grant(made, "officer", unit(at))
    return Account.objects.get(pk=made.pk)


def entry(at: Office, person: str = "n-A", indicator: str = "speed") -> Number:
    return replace(at.number("A", indicator), person=person, shown="1.20")


def filed(at: Office, by: Account, number: Number | None = None) -> Appeal:
    given = {"now": PUBLISHED, "calendar": CALENDAR, "days": 5, "to_rule": 20}
    return file(number or entry(at), "第三件不是我经办的", by=by, **given)  # type: ignore[arg-type]


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


@pytest.mark.django_db
def test_an_officer_appeals_against_his_own_account_and_nobody_else_s() -> None:
    at, who = bare(), officer()
    assert filed(at, who).person == "n-A"
    for number, by in ((entry(at, "n-B"), who), (entry(at, indicator="pace"), at.people["liaison"])):
        with pytest.raises(Refused) as refused:
            filed(at, by, number)
        assert codes(refused) == ["act-not-allowed"]
    told = Event.objects.get(act="person-appeal")
    assert (told.actor, told.role) == (who.username, "officer")


@pytest.mark.django_db
def test_his_appeal_is_seen_by_him_and_by_who_handles_it_and_by_nobody_of_his_unit() -> None:
    at, who, other = bare(), officer(), officer("n-A2")
    own, units = filed(at, who), file(
        at.number(), "有误", by=at.people["liaison"], now=PUBLISHED, calendar=CALENDAR, days=5, to_rule=20
    )  # fmt: skip
    sees = {
        name: set(visible(Asker(one, PUBLISHED.date())).values_list("pk", flat=True))
        for name, one in {**at.people, "officer": who, "colleague": other}.items()
    }
    assert sees["officer"] == {own.pk}
    assert sees["colleague"] == set()
    assert sees["liaison"] == {units.pk}
    assert sees["office"] == sees["assessor"] == sees["committee"] == {own.pk, units.pk}


@pytest.mark.django_db
def test_it_goes_the_way_of_every_appeal_and_he_can_take_it_back() -> None:
    at, who = bare(), officer()
    first = filed(at, who)
    with pytest.raises(Refused) as twice:
        filed(at, who)
    assert codes(twice) == ["appeal-open"]
    unit_s = file(
        at.number("A", "speed"), "有误", by=at.people["liaison"], now=PUBLISHED, calendar=CALENDAR, days=5, to_rule=20
    )
    assert unit_s.stage == Stage.FILED, "another number, though of the same indicator"
    assert move(first, "withdraw", "算了", by=who, now=PUBLISHED).stage == Stage.WITHDRAWN
    second = filed(at, who)
    for name, by in (("answer", "assessor"), ("check", "office"), ("reject", "committee")):
        move(second, name, "意见", by=at.people[by], now=PUBLISHED)
    assert Appeal.objects.get(pk=second.pk).stage == Stage.REJECTED
    with pytest.raises(Refused) as late:
        file(entry(at), "晚了", by=who, now=PUBLISHED + timedelta(days=30), calendar=CALENDAR, days=5, to_rule=20)
    assert codes(late) == ["appeal-late"]


@pytest.mark.django_db
def test_who_belongs_to_the_account_s_unit_does_not_handle_the_appeal() -> None:
    at, who = bare(), officer()
    made = filed(at, who)
    registered("n-judge", unit("A"))
    Account.objects.filter(pk=at.people["assessor"].pk).update(person="n-judge")
    with pytest.raises(Refused) as refused:
        move(made, "answer", "意见", by=Account.objects.get(username="assessor"), now=PUBLISHED)
    assert codes(refused) == ["act-not-allowed"]


@pytest.mark.django_db
def test_the_digest_of_units_does_not_settle_what_is_about_a_person(tmp_path: Path) -> None:
    """His own facts change no unit's points, so that the published digest is the previewed one."""
    at, who = bare(), officer()
    made = filed(at, who)
    content = SimpleUploadedFile("own.csv", "编号\n1\n".encode())
    found = show(entry(at), content, "移交单", "own", by=who, now=PUBLISHED, media=tmp_path)
    correct_with(made, [found], by=who, now=PUBLISHED)
    assert list(hanging_on(Evidence.objects.all(), at.number("A", "speed"))) == [], "not on the unit's number"
    Appeal.objects.filter(pk=made.pk).update(digest="d" * 64, stage=Stage.UPHELD)
    same = version(at.people["office"], "again", "d" * 64, 2)
    said = By(actor="other", role="group", behalf="")
    assert carry_out(same, by=at.people["other"], said=said, now=PUBLISHED) == []


def test_a_right_that_ends_between_the_page_and_the_appeal_is_not_used(both: Configuration) -> None:
    """On both databases: the appeal came first, or it is refused."""
    at, who, keeper = bare(), officer(), with_role("security", None)
    held = who.grants.get(role="officer")
    found = at_once(
        outcome(lambda: filed(at, who)),
        outcome(lambda: end(grant=held, by=keeper, reason="收回", now=PUBLISHED)),
    )
    assert set(found) <= {"done", "act-not-allowed"}, found
    ended = Event.objects.get(act="grant-end")
    assert not Event.objects.filter(act="person-appeal", number__gt=ended.number).exists()
    assert verdict(both.home).problems == ()


def test_of_two_appeals_at_once_against_one_entry_one_is_filed(both: Configuration) -> None:
    at, who = bare(), officer()
    found = at_once(outcome(lambda: filed(at, who)), outcome(lambda: filed(at, who)))
    assert sorted(found) == ["appeal-open", "done"]
    assert verdict(both.home).problems == ()


@pytest.mark.django_db
def test_a_preview_tells_the_account_that_the_appeal_is_about_and_of_others_only_how_many(
    tmp_path: Path, settings: Any
) -> None:
    made, ran = weighed(tmp_path)
    settings.STEELYARD = Configuration(tmp_path / "site", bureau=str(made.root), record=str(made.record))
    at, who = bare(), officer("p2")
    Run.objects.filter(pk=at.version.run_id).update(folder=ran.name)
    made_of = filed(at, who, replace(entry(at, "p2", "on_time"), shown="1.25"))
    content = SimpleUploadedFile("matter_appeal.csv", (HEAD + IN_TIME + "\n").encode())
    media = tmp_path / "site/media"
    media.mkdir(parents=True)
    found = show(entry(at, "p2", "on_time"), content, "按期", "own", by=who, now=PUBLISHED, media=media)
    correct_with(made_of, [found], by=who, now=PUBLISHED)
    job = ask_preview(made_of, by=at.people["office"], now=PUBLISHED)
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempts=1)
    came_to = dict(look_ahead(Context(job.pk, 1, "office"), job.given))
    (told,) = came_to["person"]
    assert told["totals"][0] != told["totals"][1]
    assert told["others"] == 1
    assert [line["indicator"] for line in told["entries"]] == ["on_time", "timely", "unit"]
    assert "p1" not in str(came_to["person"])
    Job.objects.filter(pk=job.pk).update(state=State.DONE, came_to=came_to)
    page = text_of(who, f"/appeals/{made_of.pk}/")
    assert "本人账户" in page
    assert "单位按期率" in page


def weighed(folder: Path) -> tuple[Bureau, Path]:
    """The office of people with a run that weighed them."""
    made = people_office(folder)
    return made, save(Results(run(made, Order(plan="units", periods=("2026",), history=False))))


def text_of(who: Account, address: str) -> str:
    client = Client()
    sign_in(client, who)
    answer = client.get(address)
    assert answer.status_code == 200
    found: str = answer.content.decode()
    return found
