"""Whoever begins a step is told its standard and deadline; what is not done in time becomes facts, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from steelyard.engine.problems import Refused
from steelyard.lake.record.replaced import standing_rows
from steelyard.lake.record.snapshot import snapshot
from steelyard.web.cycles.models import Arrival, Delivery
from steelyard.web.prompts.lateness import look
from steelyard.web.prompts.models import AtStake, Prompt, Staked, State
from steelyard.web.prompts.prompting import finish, prompt
from steelyard.web.prompts.telling import tell
from tests.web.people.world import NOW, unit
from tests.web.prompts.office import asked, case, work

pytestmark = pytest.mark.usefixtures("home")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def at(day: int, hour: int, minute: int = 0, month: int = 7) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    (problem,) = refused.value.problems
    assert problem.text("zh") != problem.text("en")
    return problem.code


def test_a_step_is_told_with_its_standard_and_its_deadline_in_working_time() -> None:
    """Received at half past eleven, the office closes at noon and opens at half past one: an hour ends at two."""
    told = tell(asked(received=at(1, 11, 30)), at(1, 11, 45))
    assert (told.duty.name, told.item.does) == ("综合受理职责", "受理申请，能当场办结的一次办结")
    assert (told.item.assesses, told.item.risks, told.item.basis) == (["按时办结"], ["超过时限"], "《规范》第一条")
    assert (told.due, told.left, told.unknown) == (at(1, 14), 45, False)
    over = tell(asked(received=at(1, 11, 30)), at(1, 14, 10))
    assert over.left == -10
    days = tell(asked("审核", received=at(3, 16)), at(3, 16))
    assert days.due == at(8, 17, 30), "a Friday's three days end on Wednesday, when the office closes"
    none = tell(asked("归档"), NOW)
    assert (none.due, none.left, none.unknown) == (None, None, False)


def test_a_post_is_known_by_its_code_its_name_or_its_duty() -> None:
    assert {tell(asked(post=one), NOW).duty.id for one in ("A1-01", "综合受理岗", "综合受理职责")} == {"receiving"}
    with pytest.raises(Refused) as refused:
        tell(asked(post="B1-01"), NOW)
    assert code(refused) == "prompt-post-unknown", "a post of another unit is none of this one"
    with pytest.raises(Refused) as refused:
        tell(asked("送达"), NOW)
    assert code(refused) == "prompt-step-unknown"
    assert "行政许可·受理" in refused.value.problems[0].text("zh")


def test_what_is_at_stake_comes_from_the_last_published_result() -> None:
    from tests.web.uses.office import version  # a published version of whatever run

    staked = Staked.objects.create(version=version({"a": "95"}), at=NOW)
    AtStake.objects.create(staked=staked, unit="A1", indicator="on_time", cases=2, points="0.5", now="8.5")
    first, second = tell(asked(), NOW).stakes
    assert (first.indicator, first.words.zh) == ("on_time", "再错 2 件失 0.50 分（现得 8.50 分）")
    assert first.words.en == "2 more cases cost 0.50 points (now 8.50)"
    assert (second.name, second.points) == ("没有结果的指标", None)
    assert "没有公布" in second.words.zh


def test_the_same_receipt_is_one_prompt_and_a_second_receipt_another() -> None:
    first, _ = prompt(asked(), case(), NOW)
    again, _ = prompt(asked(received=NOW + timedelta(seconds=40)), case(), NOW + MINUTE)
    assert first.pk == again.pk
    assert Prompt.objects.get().shown == 2
    back, _ = prompt(asked(received=NOW + HOUR), case(), NOW + HOUR)
    other, _ = prompt(asked(unit=unit("B1"), post="B1-01"), case(), NOW)
    assert len({first.pk, back.pk, other.pk}) == 3, "sent back and received anew; the same number in another unit"


@pytest.mark.parametrize(
    ("number", "received", "told"),
    [("", NOW, "prompt-object"), ("  ", NOW, "prompt-object"), ("x" * 101, NOW, "prompt-object"),
     ("甲", NOW + HOUR, "prompt-future")],
)  # fmt: skip
def test_a_case_without_number_and_a_receipt_to_come_are_refused(number: str, received: datetime, told: str) -> None:
    with pytest.raises(Refused) as refused:
        prompt(asked(received=received), case(number), NOW)
    assert code(refused) == told
    assert not Prompt.objects.exists()


def test_done_in_time_leaves_no_trace_in_the_facts() -> None:
    made, _ = prompt(asked(), case(), NOW)
    assert finish(made, NOW + HOUR + timedelta(seconds=59), NOW + 2 * HOUR).state == State.DONE, "whole minutes count"
    look(NOW + 24 * HOUR)
    assert not Delivery.objects.exists()
    assert finish(made, NOW + HOUR, NOW + 3 * HOUR).state == State.DONE, "told twice"
    with pytest.raises(Refused) as refused:
        finish(made, NOW + 2 * HOUR, NOW + 3 * HOUR)
    assert code(refused) == "prompt-done"


@pytest.mark.parametrize(("finished", "told"), [(NOW - HOUR, "prompt-before"), (NOW + 9 * HOUR, "prompt-future")])
def test_it_is_finished_neither_before_it_began_nor_in_the_future(finished: datetime, told: str) -> None:
    made, _ = prompt(asked(), case(), NOW)
    with pytest.raises(Refused) as refused:
        finish(made, finished, NOW + HOUR)
    assert code(refused) == told
    assert Prompt.objects.get().finished is None


def rows() -> list[tuple[str, int | None]]:
    """What the record says is overdue: the case, and how many working minutes late."""
    source = snapshot(settings.STEELYARD.of_bureau().record).sources["overdue"]
    found = standing_rows(source.files, source.superseded)
    return sorted((str(row["object"]), row["late_minutes"]) for row in found)


def test_what_is_not_done_in_time_becomes_a_row_of_the_facts_and_another_when_it_is_done() -> None:
    late, _ = prompt(asked(), case("甲-1"), NOW)
    prompt(asked("审核"), case("甲-2"), NOW)
    look(NOW + HOUR)
    assert Prompt.objects.get(pk=late.pk).state == State.OPEN, "the last minute is still in time"
    for _ in range(3):  # however often a worker looks
        look(NOW + HOUR + MINUTE)
    work()
    assert Delivery.objects.get().state == Arrival.LOADED
    assert rows() == [("甲-1", None)]
    assert finish(late, NOW + 2 * HOUR, NOW + 2 * HOUR).state == State.DONE_LATE
    look(NOW + 2 * HOUR)
    work()
    assert rows() == [("甲-1", 60)]
    assert Delivery.objects.count() == 2


def test_a_file_that_was_lost_is_sent_again() -> None:
    prompt(asked(), case(), NOW)
    look(NOW + 2 * HOUR)
    (first,) = Delivery.objects.all()
    Delivery.objects.filter(pk=first.pk).update(state=Arrival.REFUSED)
    look(NOW + 3 * HOUR)
    assert Delivery.objects.count() == 2
    assert Prompt.objects.get().sent_id != first.pk


def test_beyond_the_announced_holidays_a_deadline_waits_for_the_announcement(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three days from 30 December end in a year of which nobody knows yet which days are free."""
    moment = at(30, 10, month=12)
    made, told = prompt(asked("审核", received=moment), case(), moment)
    assert (made.due, told.unknown) == (None, True)
    look(moment)
    assert Prompt.objects.get().due is None
    monkeypatch.setattr("steelyard.web.prompts.lateness.due_of", lambda *_: moment + HOUR)
    look(moment + 2 * HOUR)
    assert Prompt.objects.get().state == State.LATE
