"""指标库: every rule with its state, found by name, family, department and kind; and taking in the bureau's files."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Case, Count, F, IntegerField, Max, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.library.borrowing import behind
from steelyard.web.library.models import Kind, Rule, State
from steelyard.web.library.shelves import seen, shelf
from steelyard.web.library.taking import take_up
from steelyard.web.library.writing import adopt, target_of
from steelyard.web.pages.answering import done, me, paged, told
from steelyard.web.pages.library.waiting import adoptable
from steelyard.web.people.asking import asker, permitted
from steelyard.web.people.deciding import Target
from steelyard.web.typed import number_in

STATES = {
    State.DRAFT: ("warn", Words("草稿", "Draft")), State.IN_FORCE: ("good", Words("在用", "In force")),
    State.RETIRED: ("", Words("停用", "Retired")),
}  # fmt: skip
KINDS = {
    Kind.INDICATOR: Words("指标", "Indicator"), Kind.PLAN: Words("考评方案", "Plan"),
    Kind.PERSONS: Words("个人绩效方案", "Plan for persons"), Kind.TASK: Words("重点工作", "Priority task"),
    Kind.DUTY: Words("岗责", "Duty"), Kind.DOCUMENT: Words("制度文件", "Document"),
    Kind.TOLERANCE: Words("容错", "Tolerance"),
    Kind.BOOK: Words("通则", "Conventions"), Kind.CALENDAR: Words("工作日历", "Working calendar"),
}  # fmt: skip
"""In the order in which they are listed: what most come for stands first."""
MAY = {"take": "library-take", "new": "rule-new", "read": "rule-read", "bring": "library-bring"}
WAITING, BEHIND = "waiting", "behind"
"""Not states of a rule, but looked for like them: a version waits to be adopted; its origin says something else."""


def of_whole() -> Target:
    return target_of(None)


@require_safe
@permitted("library")
def library(request: HttpRequest) -> HttpResponse:
    """``?q=``, ``?kind=``, ``?family=``, ``?owner=``, ``?state=``, ``?holder=``."""
    who, top = asker(request), of_whole()
    rules = seen(who)
    page = paged(request, found(rules, request.GET))
    late = set(behind().values_list("pk", flat=True))
    waiting = request.GET.get("state") == WAITING and who.may("rules-adopt")
    mine = {one.pk for one in adoptable(who, page)} if waiting else set()
    context = {
        "page": page, "rows": [
            (one, KINDS[Kind(one.kind)], STATES[State(one.state)], one.pk in late, one.pk in mine) for one in page],
        "families": values(rules, "family"), "owners": values(rules, "owner"), "asked": request.GET,
        "kinds": _kinds(rules, request.GET),
        "states": [(one.value, words) for one, (_, words) in STATES.items()] + [
            (WAITING, Words("待采用", "Waits to be adopted")), (BEHIND, Words("来源已变", "Origin changed"))],
        "holders": _holders(rules), "empty": not Rule.objects.exists(), "shelf": shelf(who),
        "may": {name: who.may(full, top) for name, full in MAY.items()},
        "waiting": waiting, "mine": mine,
    }  # fmt: skip
    if context["empty"]:
        context |= _files()
    return render(request, "library/library.html", context)


def _kinds(rules: QuerySet[Rule], asked: QueryDict) -> list[tuple[Words, str, bool]]:
    """All, then each kind that there is, with how many; the other choices stay."""
    counts = dict(rules.order_by().values_list("kind").annotate(Count("pk")))
    here, rest = asked.get("kind", ""), asked.copy()
    rest.pop("page", None)
    found = [("", Words("全部", "All"), sum(counts.values()))]
    found += [(one.value, words, counts[one.value]) for one, words in KINDS.items() if one.value in counts]
    links = []
    for value, words, count in found:
        rest["kind"] = value
        links.append((Words(f"{words.zh} {count}", f"{words.en} {count}"), f"?{rest.urlencode()}", value == here))
    return links


def _files() -> dict[str, object]:
    """What would be taken in, or why it cannot be read."""
    try:
        book = settings.STEELYARD.of_bureau().book()
    except Refused as refused:
        return {"problems": told(refused)}
    return {"counts": (len(book.indicators), len(book.plans) + len(book.persons))}


def found(rules: QuerySet[Rule], asked: QueryDict) -> QuerySet[Rule]:
    rows = rules.annotate(latest=Max("versions__number"), written=Max("versions__made_at")).select_related("holder")
    text, state = asked.get("q", "").strip(), asked.get("state", "")
    if text:
        rows = rows.filter(Q(code__icontains=text) | Q(name__icontains=text))
    for name in ("kind", "family", "owner"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    if state == WAITING:
        rows = rows.filter(latest__gt=F("current"))
    elif state == BEHIND:
        rows = rows.filter(pk__in=behind().values("pk"))
    elif state:
        rows = rows.filter(state=state)
    if asked.get("holder"):
        rows = rows.filter(Q(holder=None) if asked["holder"] == "-" else Q(holder__code=asked["holder"]))
    turn = Case(*(When(kind=one, then=Value(at)) for at, one in enumerate(KINDS)), output_field=IntegerField())
    return rows.annotate(turn=turn).order_by("turn", "family", "address")


def values(rules: QuerySet[Rule], name: str) -> Sequence[str]:
    """What stands in a column of the rules that somebody sees."""
    return list(rules.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct())


def _holders(rules: QuerySet[Rule]) -> list[tuple[str, str]]:
    """Of whom there are libraries besides that of the whole bureau."""
    rows = rules.exclude(holder=None).order_by("holder__code").values_list("holder__code", "holder__name").distinct()
    return list(rows)


@require_POST
@permitted("library-take", of_whole)
def taking(request: HttpRequest) -> HttpResponse:
    words = Words(
        "规则文件已收入库中，从现在起在这里修改", "The rule files are in the library; from now on they are changed here"
    )
    return done(request, "library", lambda: take_up(by=me(request), now=timezone.now()) and None, words)


@require_POST
@permitted("rules-adopt")
def adopting(request: HttpRequest) -> HttpResponse:
    """``rule``: addresses with the number of the version, as ``filing_on_time@3``; all of them or none."""
    given = [one.rpartition("@") for one in request.POST.getlist("rule")]
    wanted = {name: number for name, _, text in given if (number := number_in(text)) is not None}
    words = Words(f"已采用 {len(wanted)} 条，今后的运行按它们计分", f"{len(wanted)} rules are in force from now on")
    back = "/library?state=waiting"
    return done(request, back, lambda: adopt(wanted, by=me(request), now=timezone.now()) and None, words)
