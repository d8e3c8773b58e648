"""逾期 comes by itself, to the exact working minute, and becomes a row of facts that an indicator deducts."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from steelyard.bureau.asking.running import run
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.engine.calendar import read_calendar
from steelyard.web.cycles.models import Arrival, Delivery
from steelyard.web.jobs.claiming import claim
from steelyard.web.jobs.doing import perform
from steelyard.web.pages.calendar.changing import effect
from steelyard.web.tasks import carrying, lateness
from steelyard.web.tasks.carrying import carry, regularly
from steelyard.web.tasks.models import State, Task
from steelyard.web.trail.models import Event
from tests.bureau import small_bureau
from tests.web.tasks.office import CALENDAR, NOW, assigned, at, go, handed, head, office, working

pytestmark = pytest.mark.usefixtures("home")


def test_nothing_is_late_until_the_last_minute_has_gone() -> None:
    task = working()
    lateness.watch(at("2026-07-08 17:30"))
    assert Task.objects.get().late_at is None
    lateness.watch(at("2026-07-09 09:07"))
    late = Task.objects.get(pk=task.pk)
    assert (late.late_at, late.late_minutes, late.late_days, late.points) == (
        at("2026-07-08 17:30"), 7, 0, Decimal("0.5")
    )  # fmt: skip
    step = task.steps.get(move="overdue")
    assert (step.by, step.at, step.due_at) == (None, at("2026-07-09 09:07"), at("2026-07-08 17:30"))
    assert Event.objects.get(act="task-overdue").detail["due"] == "2026-07-08T17:30:00+08:00"


@pytest.mark.parametrize(
    ("now", "minutes", "days", "points"),
    [
        ("2026-07-10 09:00", 420, 1, "0.6"),  # Thursday is over
        ("2026-07-11 10:00", 840, 2, "0.7"),  # Saturday
        ("2026-07-13 08:59", 840, 2, "0.7"),  # Monday before nine: the weekend was free
        ("2026-07-13 17:30", 1260, 3, "0.8"),
        ("2026-08-31 17:30", 38 * 420, 38, "2.00"),  # at most two points
    ],
)
def test_every_whole_working_day_costs_more_up_to_a_limit(now: str, minutes: int, days: int, points: str) -> None:
    working()
    lateness.watch(at("2026-07-09 08:00"))
    lateness.watch(at(now))
    late = Task.objects.get()
    assert (late.late_minutes, late.late_days, late.points) == (minutes, days, Decimal(points))


def test_spring_festival_costs_no_minute() -> None:
    task = working(at("2026-02-11 09:00"), days=2)
    assert task.due_at == at("2026-02-13 17:30")
    lateness.watch(at("2026-02-14 09:30"))
    assert Task.objects.get().late_minutes == 30, "the Saturday before is worked"
    lateness.watch(at("2026-02-24 08:59"))
    assert (Task.objects.get().late_minutes, Task.objects.get().late_days) == (420, 1)


def test_what_waits_for_the_office_is_not_late() -> None:
    task, other = handed(), go(assigned(), "return", NOW, head(), "不是我局职责")
    lateness.watch(at("2026-08-10 09:00"))
    assert not Task.objects.exclude(late_at=None).exists()
    assert {task.state, other.state} == {State.HANDED, State.RETURNED}


def test_a_routine_done_again_changes_nothing() -> None:
    task = working()
    for _ in range(3):
        lateness.watch(at("2026-07-09 09:07"))
    assert task.steps.filter(move="overdue").count() == 1
    assert Event.objects.filter(act="task-overdue").count() == 1


def test_an_amended_calendar_moves_open_deadlines_and_says_so() -> None:
    task, done = working(), handed()
    go(done, "close", NOW, office())
    path = settings.STEELYARD.of_bureau().root / "calendar.yaml"
    more = "notices:\n  - amends: 国办发明电〔2025〕7号\n    basis: 台风停工令\n    issued: 2026-07-06\n"
    path.write_text(CALENDAR + more + "    off: [{name: 台风, from: 2026-07-07, to: 2026-07-08}]\n", "utf-8")
    lateness.watch(at("2026-07-06 17:00"))
    moved = Task.objects.get(pk=task.pk)
    assert (moved.due_at, task.steps.last().move) == (at("2026-07-10 17:30"), "recounted")  # type: ignore[union-attr]
    assert Task.objects.get(pk=done.pk).due_at == at("2026-07-08 17:30")


def test_which_tasks_another_calendar_moves_is_told_before_it_is_kept() -> None:
    task = working()
    more = "notices:\n  - amends: 国办发明电〔2025〕7号\n    basis: 台风停工令\n    issued: 2026-07-06\n"
    text = f"{CALENDAR}{more}    off: [{{name: 台风, from: 2026-07-07, to: 2026-07-08}}]\n"
    found = effect(read_calendar(CALENDAR, "a"), read_calendar(text, "b"), NOW)
    assert [(one.about, one.days) for one in found.moved] == [
        (task.title, (at("2026-07-08 17:30"), at("2026-07-10 17:30")))
    ]


def test_without_a_calendar_and_beyond_it_nothing_is_counted() -> None:
    working()
    path = settings.STEELYARD.of_bureau().root / "calendar.yaml"
    lateness.watch(at("2027-01-10 09:00"))
    path.unlink()
    lateness.watch(at("2026-08-10 09:00"))
    assert Task.objects.get().late_at is None


# ---- the fact table ----


def written() -> list[dict[str, str]]:
    """The rows of the newest file."""
    newest = Delivery.objects.order_by("-pk")[0]
    with (settings.STEELYARD.media / newest.stored).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def loaded(now: datetime) -> None:
    job = claim("test", now, timedelta(minutes=5))
    assert job is not None
    perform(job.pk, job.attempts)


def test_lateness_becomes_a_row_with_the_moments_that_prove_it() -> None:
    task = working()
    assert carry(NOW) is None, "what is not late is no fact yet"
    lateness.watch(at("2026-07-09 09:07"))
    carry(at("2026-07-09 09:08"))
    (row,) = written()
    assert row == {
        "任务编号": f"RW{task.pk:07}", "单位代码": "A1", "税务人员代码": "", "任务来源": "重要会议",
        "文号或会议": "局务会〔2026〕12号", "督办事项": "完成留抵退税专项核查", "交办时间": "2026-07-01 09:00:00",
        "到期日": "2026-07-08", "到期时间": "2026-07-08 17:30:00", "报请验收时间": "", "状态": "办理中",
        "是否逾期": "是", "逾期工作分钟": "7", "催办次数": "0", "逾期扣分": "0.50",
    }  # fmt: skip
    assert not Task.objects.get().to_carry
    assert carry(at("2026-07-09 09:30")) is None, "nothing new"
    go(task, "extend", at("2026-07-09 10:00"), office(), "名单增加", days=5)
    carry(at("2026-07-09 10:01"))
    assert [*written()[0].values()][11:] == ["否", "0", "0", "0.00"], "an extension with its reason takes it back"


def test_a_file_that_never_arrived_is_sent_again_and_files_are_not_written_every_minute() -> None:
    working()
    lateness.watch(at("2026-07-09 09:07"))
    regularly(at("2026-07-09 09:08"))
    Delivery.objects.update(state=Arrival.REFUSED)
    regularly(at("2026-07-09 09:09"))
    assert Delivery.objects.count() == 1
    regularly(at("2026-07-09 09:19"))
    assert Delivery.objects.count() == 2


def test_a_process_that_dies_between_file_and_row_leaves_nothing_half_done(monkeypatch: pytest.MonkeyPatch) -> None:
    working()
    lateness.watch(at("2026-07-09 09:07"))

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(carrying, "record", dies)
    with pytest.raises(KeyboardInterrupt):
        carry(at("2026-07-09 09:08"))
    assert (Delivery.objects.count(), Task.objects.get().to_carry) == (0, True)


def test_what_was_late_costs_points_in_a_run_and_nobody_else_anything(tmp_path: Path) -> None:
    """From the routine of the worker through intake into the record, and from there by the rule of the manual."""
    told = (PROVINCE.parents[1] / "docs" / "how-to" / "supervise-tasks.md").read_text("utf-8")
    book = told.partition("```yaml\n")[2].partition("```")[0]
    made = small_bureau.bureau(tmp_path / "made", (PROVINCE / "facts" / "tasks.yaml").read_text("utf-8"), book + PLAN)
    (made.root / "calendar.yaml").write_text(CALENDAR, "utf-8")
    small_bureau.load(made, {"units.csv": UNITS})
    settings.STEELYARD = replace(settings.STEELYARD, bureau=str(made.root), record=str(made.record))
    working()
    lateness.watch(at("2026-07-10 09:00"))
    carry(at("2026-07-10 09:01"))
    loaded(at("2026-07-10 09:02"))
    assert Delivery.objects.get().state == Arrival.LOADED
    scores = Results(run(made, Order(plan="all", history=False))).scores().to_pylist()
    assert {row["unit"]: row["total"] for row in scores} == {"A1": Decimal("-0.60"), "B1": Decimal("0.00")}


PROVINCE = Path(__file__).parents[3] / "examples" / "province"
PLAN = """---
plan: all
name: 全部
year: "2026"
places: 2
exceed_total: true
classes: [县局]
total: 10
groups: [{name: 全部, indicators: [{indicator: malus_task_late}]}]
"""
UNITS = """
代码,名称,层级,上级,类别,启用,停用
A1,甲,县,,县局,2020-01-01,
B1,乙,县,,县局,2020-01-01,
"""
