"""督办任务 from 交办 to 办结, each step by who has the right, and what is told and kept of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from steelyard.engine.problems import Refused
from steelyard.web.messages.models import Message
from steelyard.web.people.deciding import policy
from steelyard.web.tasks import opening, showing
from steelyard.web.tasks.models import State, Task
from steelyard.web.tasks.moves import MOVES, allowed, diagram
from steelyard.web.tasks.moving import Said, move
from steelyard.web.trail.models import Event
from tests.web.people.world import account, grant, unit, with_role
from tests.web.tasks.office import NOW, assigned, at, go, handed, head, of_person, office, shown, wanted, working

pytestmark = pytest.mark.usefixtures("home")
ROOT = Path(__file__).parents[3]


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_the_policy_says_what_the_table_of_moves_says() -> None:
    for address, roles in allowed().items():
        told: dict[str, dict[str, list[str]]] = {}
        for one in policy()[address].allowances:
            told.setdefault(one.role, {})[one.relation] = sorted(one.states)
        assert told == {
            role: {relation: sorted(states) for relation, states in of.items()} for role, of in roles.items()
        }, address


def test_the_diagram_of_the_page_is_that_of_the_table() -> None:
    assert diagram() in (ROOT / "docs/how-to/supervise-tasks.md").read_text("utf-8")


def test_a_term_ends_with_the_office_hours_of_a_working_day_and_holidays_do_not_count() -> None:
    assert assigned().due_at == at("2026-07-08 17:30")
    assert assigned(at("2026-09-29 16:00"), days=3).due_at == at("2026-10-09 17:30")
    assert assigned(at("2026-09-29 16:00"), days=4).due_at == at("2026-10-10 17:30"), "a Saturday that is worked"
    named = opening.assign(wanted(days=None, day=at("2026-10-03 00:00").date()), by=office(), now=NOW)
    assert named.due_at == at("2026-10-08 17:30"), "a day off ends with the leave"


def test_a_term_beyond_the_calendar_is_refused_and_never_guessed() -> None:
    with pytest.raises(Refused) as refused:
        assigned(at("2026-12-28 10:00"), days=10)
    assert codes(refused) == ["calendar-year-unknown"]
    assert not Task.objects.exists()


def test_the_owner_hears_of_it_and_the_trail_knows() -> None:
    who = of_person()
    task = assigned(person="n-A1")
    assert list(Message.objects.values_list("account__username", "kind", "address")) == [
        (who.username, "task-assigned", f"/tasks/{task.pk}/")
    ]
    assert Event.objects.get(act="task-new").detail["document"] == "局务会〔2026〕12号"
    assert (task.points_late, task.points_day, task.points_most) == (Decimal("0.5"), Decimal("0.1"), Decimal(2))


def test_from_assigned_to_closed_by_the_two_sides() -> None:
    task = working()
    with pytest.raises(Refused) as bare:
        go(task, "hand-in", NOW, head(), "办完了")
    assert codes(bare) == ["task-no-evidence"]
    shown(task, NOW)
    done = go(task, "hand-in", at("2026-07-07 10:00"), head(), "全部核查完毕")
    assert (done.state, done.handed_at) == (State.HANDED, at("2026-07-07 10:00"))
    closed = go(task, "close", at("2026-07-09 10:00"), office())
    assert (closed.state, closed.late_at, closed.points) == (State.CLOSED, None, 0), "the office's own time is not his"
    assert list(task.steps.values_list("move", flat=True)) == ["new", "accept", "hand-in", "close"]


def test_what_is_sent_back_wants_new_evidence_and_gets_a_new_term() -> None:
    task = handed()
    back = go(task, "send-back", at("2026-07-09 10:00"), office(), "缺签字", days=3)
    assert (back.state, back.due_at, back.round) == (State.WORKING, at("2026-07-14 17:30"), 2)
    with pytest.raises(Refused) as old:
        go(task, "hand-in", at("2026-07-09 11:00"), head(), "再报")
    assert codes(old) == ["task-no-evidence"]
    shown(task, at("2026-07-09 12:00"))
    assert go(task, "hand-in", at("2026-07-09 13:00"), head(), "再报").state == State.HANDED


def test_what_was_handed_in_late_stays_late_when_it_is_sent_back() -> None:
    task = handed(late=at("2026-07-09 10:00"))
    assert (task.late_minutes, task.late_at) == (60, at("2026-07-08 17:30"))
    back = go(task, "send-back", at("2026-07-09 11:00"), office(), "缺签字", days=3)
    assert (back.due_at, back.late_minutes) == (at("2026-07-08 17:30"), 60)


def test_a_return_is_answered_with_a_new_assignment() -> None:
    task = go(assigned(), "return", NOW, head(), "不是我局职责")
    assert task.state == State.RETURNED
    again = go(task, "assign", at("2026-07-03 09:00"), office(), "按三定方案属你局", days=5)
    assert (again.state, again.due_at) == (State.ASSIGNED, at("2026-07-10 17:30"))


def test_an_extension_goes_on_from_the_deadline_and_begins_a_new_round() -> None:
    task = working()
    more = go(task, "extend", NOW, office(), "名单增加", days=2)
    assert (more.state, more.due_at, more.round, more.rung) == (State.WORKING, at("2026-07-10 17:30"), 2, 0)


def test_urging_is_told_to_owner_and_head_and_counted() -> None:
    officer, boss = of_person(), head()
    task = working(person="n-A1")
    Message.objects.all().delete()
    assert go(task, "urge", NOW, office(), "请抓紧").urged == 1
    told = Message.objects.filter(kind="task-urged", urgent=True).values_list("account__username", flat=True)
    assert sorted(told) == sorted([officer.username, boss.username])


def test_a_milestone_is_reached_once() -> None:
    task = working(milestones=[("完成初审", at("2026-07-03 00:00").date())])
    one = task.milestones.get()
    assert one.due_at == at("2026-07-03 17:30")
    go(task, "report", NOW, head(), "初审完成", milestone=one.pk)
    with pytest.raises(Refused) as again:
        go(task, "report", NOW, head(), "初审完成", milestone=one.pk)
    assert codes(again) == ["task-milestone-none"]


def test_whose_task_it_is_may_do_what_a_unit_does_but_not_return_it() -> None:
    officer = of_person()
    task = assigned(person="n-A1")
    with pytest.raises(Refused):
        go(task, "return", NOW, officer, "不该我办")
    go(task, "accept", NOW, officer)
    shown(task, NOW, officer)
    assert go(task, "hand-in", NOW, officer, "办完了").state == State.HANDED


def test_nobody_accepts_what_he_handed_in_himself() -> None:
    both = account("both")
    grant(both, "unit", unit("A1"))
    grant(both, "office", unit("P"))
    task = working()
    shown(task, NOW, both)
    go(task, "hand-in", NOW, both, "办完了")
    with pytest.raises(Refused) as alone:
        go(task, "close", NOW, both)
    assert codes(alone) == ["act-on-oneself"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"title": " "}, "task-text"),
        ({"source": "rumour"}, "task-source"),
        ({"unit": "none"}, "task-unit"),
        ({"assisting": ["none"]}, "task-unit"),
        ({"person": "nobody"}, "task-person"),
        ({"days": None}, "task-term"),
        ({"days": 0}, "task-term"),
        ({"day": at("2026-08-01 00:00").date()}, "task-term"),
        ({"points": (None, Decimal(0), Decimal(0))}, "task-points"),
        ({"points": (Decimal("0.001"), Decimal(0), Decimal(0))}, "task-points"),
        ({"milestones": [("太晚", at("2026-08-01 00:00").date())]}, "task-milestone"),
    ],
)
def test_what_cannot_be_assigned_says_why(more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        assigned(**more)
    assert code in codes(refused)
    assert not Task.objects.exists()


def test_moves_that_do_not_fit_are_refused() -> None:
    task, boss = assigned(), head()
    refusals = [
        (("accept", 9, Said(), boss), "task-meanwhile"),
        (("report", 1, Said("进展"), boss), "task-over"),
        (("return", 1, Said(""), boss), "task-reason"),
        (("extend", 1, Said("理由充分"), office()), "task-days"),
        (("accept", 1, Said(), with_role("unit", "B1")), "act-not-allowed"),
        (("close", 1, Said(), with_role("office", "A")), "act-not-allowed"),
    ]
    for (name, version, said, by), code in refusals:
        with pytest.raises(Refused) as refused:
            move(task.pk, name, version, said, by=by, now=NOW)
        assert codes(refused) == [code]
    assert task.steps.count() == 1


def test_evidence_is_refused_for_what_it_is_and_leaves_no_file() -> None:
    task = working()
    for name, content, code in (("a.exe", b"MZ", "file-kind-refused"), ("a.pdf", b"no", "file-content-other")):
        with pytest.raises(Refused) as refused:
            showing.show(task.pk, SimpleUploadedFile(name, content), "说明", by=head(), now=NOW,
                         media=settings.STEELYARD.media)  # fmt: skip
        assert codes(refused) == [code]
    assert [path for path in settings.STEELYARD.media.rglob("*") if path.is_file()] == []


def test_every_move_has_its_words_and_leads_somewhere() -> None:
    reached = {move.goes(state) for move in MOVES for state in move.begins}
    assert reached == set(State)
