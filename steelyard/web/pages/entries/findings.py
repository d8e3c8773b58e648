"""外部发现的页面: what others found, beside what the version says, contradictions first; and the form to enter one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from steelyard.engine.problems import Refused, refuse
from steelyard.reports import formats
from steelyard.reports.sheet import Words
from steelyard.web.cycles.results import Reading
from steelyard.web.cycles.runs.choosing import choices
from steelyard.web.entries.finding import GRADES, Held, Typed, enter, of_version, sources
from steelyard.web.entries.periods import days
from steelyard.web.library import rules
from steelyard.web.pages.answering import done, me, told
from steelyard.web.pages.results import exporting
from steelyard.web.pages.results.doors import frame, page, reading
from steelyard.web.pages.results.doors import of_version as target
from steelyard.web.people.models import Unit

TITLE = Words("外部发现", "External findings")
SENT = Words("已收下，正在装载；装好后列在这里", "Received and being loaded; it will be listed here")


@page("findings", target)
def findings(request: HttpRequest, version: int) -> HttpResponse:
    """``?contrary=1``: contradictions only."""
    seen = reading(request, version)
    held = of_version(seen)
    only = request.GET.get("contrary") == "1"
    here = reverse("findings", args=[version])
    contrary = sum(one.contrary for one in held)
    context = {
        **frame(seen, "findings"), "held": [one for one in held if one.contrary or not only], "contrary": contrary,
        "items": [(Words(f"全部 {len(held)}", f"All {len(held)}"), here, not only),
                  (Words(f"与自报矛盾 {contrary}", f"Contradicting {contrary}"), f"{here}?contrary=1", only)],
        "may_add": seen.asker.may("finding-add", seen.target("")), "grades": GRADES,
    }  # fmt: skip
    return render(request, "entries/findings.html", context)


@page("findings-file", target)
def findings_file(request: HttpRequest, version: int) -> HttpResponse:
    seen = reading(request, version)
    head = [Words(*pair) for pair in (
        ("文号", "Document"), ("来源", "Source"), ("可靠程度", "Reliability"), ("发现日期", "Found on"),
        ("单位代码", "Code"), ("单位", "Unit"), ("指标", "Indicator"), ("考评期末", "Period ends"),
        ("存在问题", "Problem"), ("核实值", "Value found"), ("自报实际值", "Value reported"), ("得分", "Points"),
        ("与自报矛盾", "Contradicts"), ("结论", "Text"),
    )]  # fmt: skip
    rows = [_cells(one) for one in of_version(seen)]
    return exporting.workbook(request, seen, exporting.Table(TITLE, head, rows))


def _cells(one: Held) -> Sequence[exporting.Cell]:
    found, yes, no = one.finding, Words("是", "yes"), Words("否", "no")
    return (
        found.document, found.source, found.grade, found.found_on.isoformat(), found.unit, one.unit,
        one.row.name if one.row else found.indicator, found.period_end.isoformat(), yes if found.problem else no,
        one.found_value, one.row.value if one.row else None, one.row.points if one.row else None,
        yes if one.contrary else no, found.text,
    )  # fmt: skip


@page("finding-add", target, ("GET", "HEAD", "POST"))
def adding(request: HttpRequest, version: int) -> HttpResponse:
    """The form; by POST, the finding goes through intake. What was typed stays in the form where it was refused."""
    seen = reading(request, version)
    written = sorted(seen.views.overview.rules, key=lambda rule: (rule.family.zh, rule.name.zh))
    plan = next((one for one in choices(rules.bureau()) if one.plan == seen.version.plan), None)
    periods = list(plan.periods) if plan is not None else [seen.version.period]
    back = reverse("findings", args=[version])
    if request.method == "POST":
        known = frozenset(rule.id for rule in written)
        try:
            enter(_typed(request, periods), known, by=me(request), now=timezone.localtime())
        except Refused as refused:
            context = _form(seen, written, periods) | {"typed": request.POST, "problems": told(refused)}
            return render(request, "entries/finding_new.html", context, status=422)
        return done(request, back, lambda: None, SENT)
    given = {"period": seen.version.period, "unit": request.GET.get("unit", ""), "grade": "B",
             "indicator": request.GET.get("indicator", ""), "found_on": timezone.localdate().isoformat(),
             "problem": "是"}  # fmt: skip
    return render(request, "entries/finding_new.html", _form(seen, written, periods) | {"typed": given})


def _typed(request: HttpRequest, periods: Sequence[str]) -> Typed:
    """Raises `Refused` (``finding-choice``) for a period that the plan has not."""
    form = request.POST
    if form.get("period") not in periods:
        raise refuse("finding-choice", field="涉及周期", allowed="、".join(periods))
    texts = {name: form.get(name, "").strip() for name in Typed.__dataclass_fields__ if name != "period_end"}
    return Typed(**texts, period_end=days(form["period"])[1])


def _form(seen: Reading, written: Sequence[Any], periods: Sequence[str]) -> dict[str, Any]:
    way = [(Words("录入", "Enter"), "")]
    units = Unit.objects.filter(ended=None).order_by("code").values_list("code", "name")
    return {
        **frame(seen, "finding-add", crumbs=way), "rules": [(one.id, one.family, one.name) for one in written],
        "periods": [(one, formats.period(one, "zh")) for one in periods], "units": units, "sources": sources(),
        "grades": GRADES,
    }  # fmt: skip
