"""逾期风险: the tasks most likely to be late, as this morning's list has them, each with what speaks for it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from steelyard.reports.sheet import Words
from steelyard.web.pages.tasks.shown import calendar, line
from steelyard.web.people.asking import permitted
from steelyard.web.tasks.models import Morning, Task

WHY = {
    "used": Words("时间已用得多", "much of its time is gone"), "behind": Words("落后于节点", "behind its milestones"),
    "unknown": Words("没有节点可看", "no milestones to go by"), "days": Words("期限长短", "length of its term"),
    "rate": Words("责任单位以往常逾期", "its owner was often late"),
    "load": Words("责任单位在办多", "its owner has much open"),
    "unaccepted": Words("还没有签收", "not accepted yet"), "shown": Words("还没有佐证", "no evidence yet"),
    "reports": Words("很少报告进展", "little was reported"), "urged": Words("催办过", "it was urged"),
    "rounds": Words("延期过", "it was extended"),
}  # fmt: skip
HIGH, MIDDLE = Decimal("0.5"), Decimal("0.25")


@require_safe
@permitted("tasks-risk")
def risk(request: HttpRequest) -> HttpResponse:
    found, now = Morning.objects.first(), timezone.now()
    context: dict[str, Any] = {"morning": found, "rows": _rows(found, now) if found else ()}
    return render(request, "tasks/risk.html", context)


def _rows(found: Morning, now: Any) -> list[tuple[Any, Decimal, str, list[Words]]]:
    there = Task.objects.select_related("unit").in_bulk([number for number, _, _ in found.rows])
    days = calendar()
    rows = [(there[number], Decimal(str(chance)), why) for number, chance, why in found.rows if number in there]
    return [
        (line(task, days, now), chance, "bad" if chance >= HIGH else "warn" if chance >= MIDDLE else "good",
         [WHY[one] for one in why if one in WHY])
        for task, chance, why in rows
    ]  # fmt: skip
