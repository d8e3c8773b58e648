"""候选指标: problems that came again and again, each with a draft and what last year's scores would have been."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from steelyard.reports.sheet import Words
from steelyard.web.cycles.runs.looking import kept
from steelyard.web.pages.lab.indicator import number
from steelyard.web.pages.lab.overview import heading
from steelyard.web.pages.results.doors import frame, of_version, page, reading


@page("lab-candidates", of_version)
def proposing(request: HttpRequest, version: int) -> HttpResponse:
    seen = reading(request, version)
    found = kept(seen.version.run)
    if found is None:
        return redirect("lab", version)
    rows = [
        (place, one, [number(one.backcast.mean), number(one.backcast.full_share), number(one.backcast.zero_share)])
        for place, one in enumerate(found.candidates, start=1)
    ]
    context = {
        **frame(seen, "lab-candidates", crumbs=heading(seen, Words("候选指标", "Candidates"))),
        "rows": rows, "may_write": seen.asker.may("rule-new"),
    }  # fmt: skip
    return render(request, "lab/candidates.html", context)
