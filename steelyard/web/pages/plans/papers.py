"""What leaves the site: the comparison with the version before as a workbook, and the notice as it is printed."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from steelyard.reports.sheet import Words
from steelyard.web.library.rules import bureau
from steelyard.web.look.exporting import Cell, Column, exported
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import legible
from steelyard.web.pages.library.planned import spoken
from steelyard.web.pages.plans.finding import KINDS, of_making, waived
from steelyard.web.people.asking import asker, permitted
from steelyard.web.plans.checking import plan_of
from steelyard.web.plans.models import Kind, Making
from steelyard.web.plans.shown.comparing import Comparison, compared
from steelyard.web.plans.shown.marks import mark, sums
from steelyard.web.trail.recording import seen

WHAT = {"added": Words("新增", "added"), "dropped": Words("取消", "dropped"), "changed": Words("改动", "changed")}
COLUMNS = (
    Column(Words("变化", "Change"), width=8), Column(Words("指标", "Indicator"), width=30),
    Column(Words("编号", "Id"), width=24), Column(Words("考评部门", "Department"), width=18),
    Column(Words("指标组", "Group"), width=24), Column(Words("内容", "What"), width=12),
    Column(Words("上一版", "Before"), width=18), Column(Words("这一版", "Now"), width=18),
)  # fmt: skip


@require_safe
@permitted("making-file", of_making)
@legible
def file(request: HttpRequest, pk: int) -> HttpResponse:
    making = get_object_or_404(Making, pk=pk)
    found = compared(making, bureau().book())
    if found is None:
        raise Http404
    by = asker(request).by("making-file", of_making(pk))
    seen("making-file", at=timezone.now(), by=by, target=f"making:{pk}")
    below = Words(f"{making.name}，对照{found.before}", f"{making.name}, compared with {found.before}")
    return exported(f"{making.name} {WHAT['changed'].of(language())}", COLUMNS, _lines(found), below)


def _lines(found: Comparison) -> Iterator[list[Cell]]:
    for row in found.rows:
        for words, before, now in row.turns:
            what = WHAT[row.what].of(language())
            yield [what, row.name, row.indicator, row.owner, row.group, words.of(language()), before, now]


@require_safe
@permitted("making-notice", of_making)
@legible
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """印发件: the plan in words with its works, its waivers, and who drew up, approved and issued it."""
    making, book = get_object_or_404(Making, pk=pk), bureau().book()
    plan = plan_of(making)
    groups = [
        (group, [(book.indicators.get(one.indicator), one, mark(book, one.indicator, one.full))
                 for one in group.picks.all()])
        for group in making.groups.prefetch_related("picks")
    ]  # fmt: skip
    steps = {step.move: step for step in making.steps.filter(void_at=None).select_related("by")}
    context = {
        "making": making, "plan": plan, "kind": KINDS[Kind(making.kind)], "groups": groups,
        "head": spoken(plan, book) if plan else [],
        "waivers": waived(making, book),
        "sums": sums(plan, book) if plan else {}, "sign": steps.get("sign"), "issue": steps.get("issue"),
        "comparison": compared(making, book) if making.kind == Kind.CHANGE else None, "what": WHAT,
        "comments": making.comments.count(), "accepted": making.comments.filter(accepted=True).count(),
    }  # fmt: skip
    return render(request, "plans/notice.html", context)
