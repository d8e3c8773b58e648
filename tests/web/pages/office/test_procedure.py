"""办理进度: every step's day is counted in working days from the step before; what is late is told."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from steelyard.web.configuration import Configuration
from steelyard.web.cycles.models import Arrival, Delivery, Run, Signature, Source, Stage, Version
from steelyard.web.dialogue.models import Appeal
from steelyard.web.dialogue.models import Stage as AppealStage
from steelyard.web.pages.office.procedure import Case, cases
from steelyard.web.pages.office.waiting import waiting
from steelyard.web.people.asking import Asker
from tests.web.people import world

BUREAU = Path(__file__).parents[4] / "examples" / "province"
ZONE = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 10, tzinfo=ZONE)


@pytest.fixture
def version(db: None, settings: Any, tmp_path: Path) -> Version:  # noqa: ARG001  tables must be there
    """Of the first quarter: run on Thursday 2 April 2026, in preview."""
    settings.STEELYARD = Configuration(tmp_path, bureau=str(BUREAU), appeal_days=5)
    made = Run.objects.create(
        folder="r", plan="branches_2026", plan_name="分局", period="2026Q1", batch=1, digest="0" * 64, root="0" * 64,
        made_by=world.account("office"), made_at=at(4, 2),
    )  # fmt: skip
    return Version.objects.create(run=made, plan=made.plan, period=made.period)


def signed(version: Version, *days: tuple[str, datetime]) -> None:
    for right, when in days:
        Signature.objects.create(version=version, right=right, account=world.account(f"{right}-1"), at=when)


def published(version: Version, when: datetime) -> None:
    Version.objects.filter(pk=version.pk).update(stage=Stage.PUBLISHED, number=1, published_at=when)


def of_quarter(now: datetime) -> Case:
    (found,) = [one for one in cases(now) if one.period == "2026Q1"]
    return found


def states(case: Case) -> list[str]:
    return [step.state for step in case.steps]


def test_a_step_is_due_so_many_working_days_after_the_one_before(version: Version) -> None:  # noqa: ARG001
    case = of_quarter(at(4, 3))
    assert states(case) == ["done", "now", "", "", "", ""]
    assert case.steps[0].due == date(2026, 4, 16)  # ten working days after 1 April; 清明 is on the 6th
    assert case.steps[1].due == date(2026, 4, 10)


def test_what_is_past_its_day_is_late_and_stands_on_the_first_page(version: Version, client: Client) -> None:
    case = of_quarter(at(4, 10))
    assert case.late is None  # to the last hour of its last day
    case = of_quarter(at(4, 14))
    assert case.late is not None
    assert (case.late.step.name, case.late.over) == ("verify", 2)
    office = Asker(world.signed_in(client, "office"), date(2026, 4, 14))
    assert "逾期 2 个工作日：审核" in [one.words.zh for one in waiting(office, at(4, 14))]
    assert version.run.plan_name == case.plan_name
    assert client.get(reverse("procedure")).status_code == 200
    unit = Client()
    world.signed_in(unit, "unit", "A1")
    assert unit.get(reverse("procedure")).status_code == 404


def test_appeals_end_on_their_last_day_once_all_are_ruled_on(version: Version) -> None:
    signed(version, ("office", at(4, 8)), ("committee", at(4, 20)))
    published(version, at(4, 21))
    case = of_quarter(at(4, 22))
    assert states(case) == ["done", "done", "late-done", "done", "now", ""]
    assert (case.steps[2].due, case.steps[2].over) == (date(2026, 4, 15), 3)
    assert case.steps[4].due == date(2026, 4, 28)
    appeal = Appeal.objects.create(
        plan=version.plan, period=version.period, unit=world.unit("A1"), version=version, shown="1", claim="误",
        filed_by=world.account("unit"), filed_at=at(4, 23), due=date(2026, 5, 20),
    )  # fmt: skip
    case = of_quarter(at(4, 30))
    assert states(case)[4:] == ["late", ""]
    Appeal.objects.filter(pk=appeal.pk).update(stage=AppealStage.UPHELD)
    case = of_quarter(at(4, 30))
    assert states(case)[4:] == ["done", "now"]  # to be corrected before it is final
    Appeal.objects.filter(pk=appeal.pk).update(stage=AppealStage.REJECTED)
    case = of_quarter(at(4, 30))
    assert states(case)[4:] == ["done", "done"]


def test_a_run_before_the_period_is_over_collects_nothing(version: Version) -> None:
    """A look ahead on 10 March; later one of the whole quarter."""
    Run.objects.update(made_at=at(3, 10))
    case = of_quarter(at(3, 30))
    assert states(case) == ["now", "", "", "", "", ""]
    whole = Run.objects.create(
        folder="w", plan="branches_2026", plan_name="分局", period="2026Q1", batch=2, digest="1" * 64, root="1" * 64,
        made_by=version.run.made_by, made_at=at(4, 2),
    )  # fmt: skip
    Version.objects.create(run=whole, plan=whole.plan, period=whole.period)
    case = of_quarter(at(4, 3))
    assert (case.steps[0].done, case.steps[1].began) == (date(2026, 4, 2), date(2026, 4, 2))


def test_what_is_going_on_is_shown_before_its_first_run_with_the_days_to_come(version: Version) -> None:  # noqa: ARG001
    """The plan was run for a quarter, so its quarters are expected; of plans that were never run, their year."""
    found = {(one.plan_name, one.period): one for one in cases(at(7, 10))}
    names = sorted(period for name, period in found if name == "分局")
    assert names == ["2026Q1"]
    late, going = (found["税务分局2026年度组织绩效考评方案", period] for period in ("2026Q2", "2026Q3"))
    assert states(late) == ["now", "", "", "", "", ""]
    assert late.version is None
    assert [step.due for step in late.steps][:3] == [date(2026, 7, 15), date(2026, 7, 22), date(2026, 7, 29)]
    assert going.steps[0].due == date(2026, 10, 20)  # National Day, and a Saturday worked for it
    assert {period for _, period in found} == {"2026Q1", "2026Q2", "2026Q3", "2026"}
    assert all(name != "分局" for name, period in found if period == "2026")
    assert "2026Q4" in {one.period for one in cases(at(10, 1))}


def test_late_ones_stand_first_though_others_are_newer(version: Version, client: Client) -> None:  # noqa: ARG001
    assert [bool(one.late) for one in cases(at(7, 10))].count(True) == 1
    assert cases(at(7, 10))[0].period == "2026Q1"
    assert [one.period for one in cases(at(7, 20))][:2] == ["2026Q2", "2026Q1"]  # nobody collected the second quarter
    office = Asker(world.signed_in(client, "office"), date(2026, 7, 20))
    Delivery.objects.create(source=Source.UPLOAD, name="a.csv", at=at(7, 20), state=Arrival.REFUSED)  # newer than both
    assert [one.late for one in waiting(office, at(7, 20))] == [True, True, False]


def test_signatures_that_were_sent_back_do_not_count(version: Version) -> None:
    signed(version, ("office", at(4, 8)))
    Signature.objects.update(void_at=at(4, 9))
    case = of_quarter(at(4, 9))
    assert states(case)[1] == "now"


def test_without_a_calendar_nothing_is_late_and_the_page_says_why(
    version: Version,
    client: Client,
    settings: Any,
    tmp_path: Path,
) -> None:
    (tmp_path / "bureau" / "rules").mkdir(parents=True)
    (tmp_path / "bureau/rules/book.yaml").write_text((BUREAU / "rules/book.yaml").read_text("utf8"), "utf8")
    settings.STEELYARD = Configuration(tmp_path, bureau="bureau")
    assert Version.objects.get() == version
    case = of_quarter(at(12, 31))
    assert [step.due for step in case.steps] == [None] * 6
    world.signed_in(client, "office")
    assert "没有工作日历" in client.get(reverse("procedure")).content.decode()
