"""The way of a task in a real browser: assigned, accepted, shown, handed in and closed; axe on every page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from steelyard.web.tasks.models import Morning, State, Task
from tests.web.browser import Enter, whole
from tests.web.promises import rows
from tests.web.promises.bureau import behind
from tests.web.promises.rows import AT
from tests.web.tasks.made import assist, task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any) -> None:
    behind(settings, tmp_path).open()
    rows.placed()


def test_a_task_is_assigned_accepted_handed_in_with_evidence_and_closed(enter: Enter) -> None:
    page = enter("office", "/tasks")
    whole(page)
    page.get_by_role("link", name="交办任务").click()
    whole(page)
    page.get_by_label("文号或会议名称").fill("局务会〔2026〕12号")
    page.get_by_label("事项").fill("留抵退税专项核查")
    page.get_by_label("任务内容").fill("逐户核查")
    page.get_by_label("办结标准（凭什么算办结）").fill("核查报告")
    page.get_by_label("责任单位代码").fill("nowhere")
    page.get_by_label("给几个工作日").fill("3")
    page.get_by_role("button", name="交办").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("nowhere")
    whole(page)
    page.get_by_label("责任单位代码").fill(AT)
    page.get_by_role("button", name="交办").press("Enter")
    expect(page.get_by_role("heading", name="留抵退税专项核查")).to_be_visible()
    made = Task.objects.get()
    whole(page)

    owner = enter("unit", "/tasks/mine", AT)
    owner.get_by_role("link", name="留抵退税专项核查").click()
    owner.get_by_role("button", name="签收").click()
    expect(owner.get_by_text("办理中").first).to_be_visible()
    owner.get_by_label("文件").set_input_files(
        {"name": "报告.txt", "mimeType": "text/plain", "buffer": "报告".encode()}
    )
    owner.get_by_label("说明什么").fill("核查报告")
    owner.get_by_role("button", name="上传佐证").click()
    expect(owner.get_by_role("link", name="报告.txt")).to_be_visible()
    whole(owner)
    form = owner.locator(f'form[action="/tasks/{made.pk}/hand-in"]')
    form.get_by_label("情况说明").fill("已全部核查")
    form.get_by_role("button", name="报请验收").click()
    expect(owner.get_by_text("待验收").first).to_be_visible()

    desk = enter("office", f"/tasks/{made.pk}/")
    desk.get_by_role("button", name="验收办结").click()
    expect(desk.get_by_text("已办结").first).to_be_visible()
    assert Task.objects.get().state == State.CLOSED


def test_lists_and_the_page_of_risks_can_be_read_by_everybody(enter: Enter) -> None:
    for state in State:
        task(AT, state)
    assist(AT, "A11")
    running = Task.objects.filter(state=State.WORKING)[0]
    today = timezone.localdate()
    Morning.objects.create(day=today, at=timezone.now(), learnt=300, rows=[[running.pk, 0.61, ["behind", "rate"]]])
    for address in ("/tasks", "/tasks?colour=green", "/tasks?state=closed", "/tasks/risk", f"/tasks/{running.pk}/",
                    "/calendar", "/calendar/write"):  # fmt: skip
        whole(enter("office", address))
    whole(enter("unit", "/tasks/mine", AT))
    expect(enter("office", "/tasks/risk").get_by_text("落后于节点")).to_be_visible()
