"""Alerts as cases: raised once, verified or dismissed, pushed, answered, closed; who waits is told, once."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from steelyard.engine.problems import Refused
from steelyard.web.messages.models import Message
from steelyard.web.moves import allowed
from steelyard.web.people.deciding import policy
from steelyard.web.trail.models import Event
from steelyard.web.watch.answering import answer, move
from steelyard.web.watch.models import OPEN, Alert, State
from steelyard.web.watch.moves import MOVES, RELATIONS, diagram
from steelyard.web.watch.precision import ENOUGH, precision
from steelyard.web.watch.reminding import remind
from tests.web.people.world import NOW, with_role
from tests.web.watch.night import DAY, assessor, issue, night, pushed, raised, row, units

pytestmark = pytest.mark.usefixtures("home")
ROOT = Path(__file__).parents[3]
LATER = NOW + 20 * DAY


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    (problem,) = refused.value.problems
    assert problem.text("zh") != problem.text("en")
    return problem.code


def told(kind: str) -> list[str]:
    return sorted(Message.objects.filter(kind=kind).values_list("account__username", flat=True))


def test_what_a_night_finds_is_raised_once_and_brought_up_to_date_by_the_next() -> None:
    assessor()
    one = raised()
    assert (one.state, one.units, one.rules, one.due) == (State.RAISED, 2, {"limit": 2}, date(2026, 7, 6))
    assert night(issue("one", (0,), colour="red"), now=NOW + DAY) == 0
    one.refresh_from_db()
    assert (one.units, one.colour, one.fired.count()) == (1, "red", 1)
    assert night(issue("two", (1,)), now=NOW + 2 * DAY) == 1
    one.refresh_from_db()
    assert (one.gone, one.state) == (True, State.RAISED), "not found any more, and still somebody's to close"
    assert told("alerts-raised") == ["assessor-p"] * 2, "one message a night that finds something new"


@pytest.mark.parametrize(("colour", "gap", "new"), [("yellow", False, 0), ("red", False, 1), ("yellow", True, 1)])
def test_what_was_dismissed_comes_back_only_graver_or_after_it_was_gone(colour: str, gap: bool, new: int) -> None:
    one = raised()
    move(one, "dismiss", "填报口径变了", by=assessor(), now=NOW)
    if gap:
        night(issue("other", (1,)), now=NOW + DAY)
    assert night(issue("one", (0, 1), colour=colour), now=NOW + 2 * DAY) == new
    newest = Alert.objects.filter(key="one").order_by("-pk")[0]
    assert (newest.again_id == one.pk) is bool(new)


def test_the_whole_way_of_an_alert() -> None:
    first, second = units()
    one = pushed()
    assert (one.state, one.due) == (State.PUSHED, date(2026, 7, 8))
    assert told("alert-pushed") == ["unit-a1", "unit-b1"]
    parts = {part.unit_id: part for part in one.asked.all()}
    assert answer(parts["A1"], "系统升级停机两天", by=first, now=NOW).state == State.PUSHED
    assert answer(parts["B1"], "已增派人手", by=second, now=NOW).state == State.ANSWERED
    assert told("alert-answered") == ["assessor-p"]
    again = move(one, "return", "请写明日期", by=assessor(), now=NOW)
    assert (again.state, again.asked.filter(at=None).count()) == (State.PUSHED, 2)
    for part, who in zip(one.asked.order_by("unit"), (first, second), strict=True):
        answer(part, "七月一日", by=who, now=NOW)
    assert move(one, "close", "措施有效", by=assessor(), now=NOW).state == State.CLOSED
    assert one.steps.count() == 8
    acts = ["alert-verify", "alert-push", "alert-answer", "alert-return", "alert-close"]
    assert set(Event.objects.filter(act__startswith="alert-").values_list("act", flat=True)) == set(acts)


@pytest.mark.parametrize(
    ("name", "text", "who", "told"),
    [
        ("close", "好", "assessor", "alert-move"),
        ("dismiss", " ", "assessor", "text-empty"),
        ("dismiss", "x" * 2001, "assessor", "text-long"),
        ("verify", "", "office", "act-not-allowed"),
        ("verify", "", "unit", "act-not-allowed"),
    ],
)
def test_what_is_not_in_the_table_or_nobodys_right_is_refused(name: str, text: str, who: str, told: str) -> None:
    one = raised()
    with pytest.raises(Refused) as refused:
        move(one, name, text, by=with_role(who), now=NOW)
    assert code(refused) == told
    assert Alert.objects.get().state == State.RAISED
    assert not one.steps.exists()


def test_a_whole_class_that_moved_has_nobody_to_be_asked() -> None:
    night(issue("class", (0,)), rows=(row("", within="县局"),))
    one = move(Alert.objects.get(), "verify", "", by=assessor(), now=NOW)
    with pytest.raises(Refused) as refused:
        move(one, "push", "", by=assessor(), now=NOW)
    assert code(refused) == "alert-nobody"


def test_a_unit_answers_its_own_part_once() -> None:
    first, second = units()
    one = pushed()
    part = one.asked.get(unit="A1")
    with pytest.raises(Refused) as refused:
        answer(part, "说明", by=second, now=NOW)
    assert code(refused) == "act-not-allowed"
    answer(part, "说明", by=first, now=NOW)
    with pytest.raises(Refused) as refused:
        answer(part, "再说", by=first, now=NOW)
    assert code(refused) == "alert-answered"
    answer(one.asked.get(unit="B1"), "说明", by=second, now=NOW)
    with pytest.raises(Refused) as refused:
        answer(part, "再说", by=first, now=NOW)
    assert code(refused) == "alert-move"


@pytest.mark.parametrize(("now", "many"), [(NOW + 6 * DAY, 0), (LATER, 3)])
def test_whoever_is_late_is_reminded_once_a_deadline(now: datetime, many: int) -> None:
    """The assessor, and both units that have not answered by 8 July."""
    units()
    pushed()
    for _ in range(3):
        remind(now)
    assert len(told("alert-late")) == many


def test_precision_counts_what_was_looked_at_and_proposes_to_change_a_poor_rule() -> None:
    for number in range(ENOUGH):
        one = raised(f"n{number}", rules={"run": 1} if number else {"run": 1, "limit": 1})
        move(one, "verify" if number < 2 else "dismiss", "看过", by=assessor(), now=NOW)
    raised("open", rules={"run": 5})
    found = {one.rule: one for one in precision()}
    assert (found["run"].verified, found["run"].dismissed, found["run"].change) == (2, ENOUGH - 2, True)
    assert (found["limit"].share, found["limit"].change) == (1, False)
    assert found["trend"].share is None


def test_the_manual_shows_the_diagram() -> None:
    assert diagram().strip() in (ROOT / "docs/how-to/handle-alerts.md").read_text("utf-8")


def test_policy_and_diagram_say_what_the_table_says() -> None:
    for name, roles in allowed(MOVES, RELATIONS).items():
        found: dict[Any, Any] = {}
        for one in policy()[name].allowances:
            found.setdefault(one.role, {})[one.relation] = list(one.states)
        assert found == roles, name
    assert sum(len(way.begins) for way in MOVES) == diagram().count(" --> ") - 2
    assert {str(stage) for way in MOVES for stage in way.begins} <= {str(stage) for stage in OPEN}
