"""A meeting's pack says what changed and what was promised; what it decides is followed up at the next one."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from time import perf_counter
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from django.test import Client

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.meetings.models import Meeting, State
from steelyard.web.meetings.moves import MOVES, diagram
from steelyard.web.meetings.pack import pack
from steelyard.web.meetings.preparing import move, prepare
from steelyard.web.meetings.promises import fate, promises, rate
from steelyard.web.messages.kinds import KINDS
from steelyard.web.messages.sending import tell
from steelyard.web.moves import allowed
from steelyard.web.people.deciding import policy
from steelyard.web.tasks.models import State as TaskState
from steelyard.web.tasks.models import Task
from tests.web.meetings.hall import DAY, closed, decided, held, office
from tests.web.people.world import NOW, sign_in, with_role
from tests.web.watch.night import issue, night

pytestmark = pytest.mark.usefixtures("home")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    for problem in refused.value.problems:
        assert problem.text("zh") != problem.text("en")
    return [problem.code for problem in refused.value.problems]


def four(document: str) -> dict[str, Task]:
    """One of each fate, ten days on."""
    names = ("kept", "late", "overdue", "open")
    tasks = {name: decided(document, f"事项 {name}", days=40 if name == "open" else 2) for name in names}
    closed(tasks["kept"], NOW + DAY)
    closed(tasks["late"], NOW + 9 * DAY, late=True)
    for task in tasks.values():
        task.refresh_from_db()
    return tasks


def test_the_ledger_tells_the_fate_of_every_decision_and_how_much_was_kept() -> None:
    made = held()
    tasks, later = four(made.document), NOW + 10 * DAY
    assert {name: fate(task, later) for name, task in tasks.items()} == {name: name for name in tasks}
    ledger = promises(later)
    assert ledger[0].fate == "overdue", "what is overdue stands first"
    assert rate(ledger) == Decimal("0.3333"), "one of three whose day has come"
    assert rate(promises(NOW)) is None, "nothing was due yet on the day itself"
    Task.objects.filter(pk=tasks["overdue"].pk).update(state=TaskState.DROPPED)
    assert rate(promises(later)) == Decimal("0.5")


def test_the_pack_of_the_next_meeting_opens_with_what_was_not_kept_and_stands_once_it_is_held() -> None:
    first = held()
    four(first.document)
    night(issue("red", (0, 1), colour="red"), now=NOW + 3 * DAY)
    later = NOW + 10 * DAY
    second = prepare("四月推进会", "衡税纪〔2026〕4号", later.date(), by=office(), now=later)
    told = pack(second, later)
    assert (told["last"], told["kept"], told["rate"], told["rate_before"]) == ("三月推进会", [1, 3], "0.3333", None)
    assert told["promises"][0]["fate"] == "overdue"
    assert len(told["promises"]) == 4
    assert (told["alerts"]["new"], told["alerts"]["red"][0]["zh"]) == (1, "限时办结率")
    assert (told["tasks"]["running"], told["tasks"]["late"]) == (2, 1)
    second = move(second, "hold", "", by=office(), now=later)
    kept = second.pack
    night(issue("another", (1,)), now=later + DAY)
    second.refresh_from_db()
    assert second.pack == kept
    third = prepare("五月推进会", "衡税纪〔2026〕5号", later.date(), by=office(), now=later)
    last = pack(third, later + DAY)
    assert last["rate_before"] == "0.3333"
    assert [one["fate"] for one in last["promises"]] == ["overdue", "open"], "what was done before is told by the rate"


def test_reminders_stand_beside_penalties() -> None:
    made = prepare("会议", "纪1号", NOW.date(), by=office(), now=NOW)
    reminding = next(name for name, kind in KINDS.items() if kind.reminds)
    with transaction.atomic():
        tell([office()], reminding, Words("快到期", "due soon"), "/", key="r", now=NOW)
    told = pack(made, NOW + DAY)["burden"]
    assert (told["reminders"], told["penalties"]) == (1, 0)
    assert pack(made, NOW + DAY)["dialogue"]["median_hours"] is None


@pytest.mark.parametrize(
    ("given", "told"),
    [(("", "纪1号", NOW.date()), ["meeting-text"]), (("会议", " ", None), ["meeting-text", "meeting-day"]),
     (("会议", "x" * 101, NOW.date()), ["meeting-text"])],
)  # fmt: skip
def test_a_meeting_without_name_number_or_day_is_refused_with_all_that_is_wrong(given: Any, told: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        prepare(*given, by=office(), now=NOW)
    assert sorted(codes(refused)) == sorted(told)


def test_a_number_is_one_meetings_own_unless_that_was_dropped() -> None:
    first = prepare("会议", "纪1号", NOW.date(), by=office(), now=NOW)
    with pytest.raises(Refused) as refused:
        prepare("另一次", "纪1号", NOW.date(), by=office(), now=NOW)
    assert codes(refused) == ["meeting-document"]
    move(first, "drop", "改期", by=office(), now=NOW)
    assert prepare("另一次", "纪1号", NOW.date(), by=office(), now=NOW).pk
    with pytest.raises(Refused) as refused:
        move(first, "hold", "", by=office(), now=NOW)
    assert codes(refused) == ["meeting-move"]
    with pytest.raises(Refused) as refused:
        move(prepare("第三次", "纪3号", NOW.date(), by=office(), now=NOW), "hold", "", by=with_role("group"), now=NOW)
    assert codes(refused) == ["act-not-allowed"]


def test_a_pack_over_a_thousand_promises_takes_no_longer_than_a_page_may() -> None:
    made = held()
    decided(made.document, "事项")
    one = Task.objects.get()
    Task.objects.bulk_create(_copy(one) for _ in range(1000))
    second = prepare("四月推进会", "纪4号", NOW.date(), by=office(), now=NOW)
    begun = perf_counter()
    assert len(pack(second, NOW)["promises"]) == 1001
    assert perf_counter() - begun < 5


def _copy(one: Task) -> Task:
    fields = {
        field.attname: getattr(one, field.attname) for field in Task._meta.concrete_fields if not field.primary_key
    }
    return Task(**fields)


def client(role: str) -> Client:
    found = Client()
    sign_in(found, with_role(role))
    return found


def test_the_office_prepares_and_holds_a_meeting_on_its_pages_and_others_read_it() -> None:
    of = client("office")
    wrong = of.post("/meetings/new", {"name": "会", "document": "", "on": "昨天"})
    assert (wrong.status_code, "召开日期" in wrong.content.decode()) == (422, True)
    made = of.post("/meetings/new", {"name": "三月推进会", "document": "纪3号", "on": "2026-07-01"})
    one = Meeting.objects.get()
    assert made.url == f"/meetings/{one.pk}/"
    assert "材料随数据更新" in of.get(made.url).content.decode()
    of.post(f"/meetings/{one.pk}/hold", {})
    decided("纪3号", "压减报表")
    page = client("group").get(made.url).content.decode()
    assert "材料定稿于" in page
    assert "压减报表" in page
    listed = client("assessor").get("/meetings").content.decode()
    assert "压减报表" in listed
    book = openpyxl.load_workbook(BytesIO(client("auditor").get("/meetings/promises.xlsx").content))
    assert "压减报表" in [cell for row in book.active.iter_rows(values_only=True) for cell in row]  # type: ignore[union-attr]
    assert client("group").post(f"/meetings/{one.pk}/drop", {"reason": "不开了"}).status_code == 404
    assert Meeting.objects.get().state == State.HELD


def test_policy_and_diagram_say_what_the_table_says() -> None:
    for name, roles in allowed(MOVES, {}).items():
        found: dict[Any, Any] = {}
        for one in policy()[name].allowances:
            found.setdefault(one.role, {})[one.relation] = list(one.states)
        assert found == roles, name
    assert diagram().count(" --> ") == len(MOVES) + 1
