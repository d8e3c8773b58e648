"""指标库: every rule with its state, found by name, family, department and kind; and taking in the bureau's files."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.library.models import Kind, Rule, State
from steelyard.web.library.taking import take_up
from steelyard.web.pages.answering import done, me, paged, told
from steelyard.web.people.asking import asker, permitted

STATES = {
    State.DRAFT: ("warn", Words("草稿", "Draft")), State.IN_FORCE: ("good", Words("在用", "In force")),
    State.RETIRED: ("", Words("停用", "Retired")),
}  # fmt: skip
KINDS = {
    Kind.BOOK: Words("通则", "Conventions"), Kind.INDICATOR: Words("指标", "Indicator"),
    Kind.PLAN: Words("考评方案", "Plan"), Kind.PERSONS: Words("个人绩效方案", "Plan for persons"),
    Kind.DOCUMENT: Words("制度文件", "Document"), Kind.DUTY: Words("岗责", "Duty"),
    Kind.TASK: Words("重点工作", "Priority task"),
}  # fmt: skip


@require_safe
@permitted("library")
def library(request: HttpRequest) -> HttpResponse:
    """``?q=``, ``?kind=``, ``?family=``, ``?owner=``, ``?state=``."""
    who = asker(request)
    page = paged(request, _found(request.GET))
    families, owners = (_values(name) for name in ("family", "owner"))
    context = {
        "page": page, "rows": [(one, KINDS[Kind(one.kind)], STATES[State(one.state)]) for one in page],
        "families": families, "owners": owners, "kinds": [(one.value, words) for one, words in KINDS.items()],
        "states": [(one.value, words) for one, (_, words) in STATES.items()], "asked": request.GET,
        "empty": not Rule.objects.exists(), "may_take": who.may("library-take"), "may_write": who.may("rule-write"),
    }  # fmt: skip
    if context["empty"]:
        context |= _files()
    return render(request, "library/library.html", context)


def _files() -> dict[str, object]:
    """What would be taken in, or why it cannot be read."""
    try:
        book = settings.STEELYARD.of_bureau().book()
    except Refused as refused:
        return {"problems": told(refused)}
    return {"counts": (len(book.indicators), len(book.plans) + len(book.persons))}


def _found(asked: QueryDict) -> QuerySet[Rule]:
    rows = Rule.objects.annotate(latest=Max("versions__number"), written=Max("versions__made_at"))
    text = asked.get("q", "").strip()
    if text:
        rows = rows.filter(Q(code__icontains=text) | Q(name__icontains=text))
    for name in ("kind", "family", "owner", "state"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    return rows.order_by("kind", "family", "code")


def _values(name: str) -> Sequence[str]:
    return list(Rule.objects.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct())


@require_POST
@permitted("library-take")
def taking(request: HttpRequest) -> HttpResponse:
    words = Words(
        "规则文件已收入库中，从现在起在这里修改", "The rule files are in the library; from now on they are changed here"
    )
    return done(request, "library", lambda: take_up(by=me(request), now=timezone.now()) and None, words)
