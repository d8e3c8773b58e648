"""下一年计划草稿: proposals with this year's figures; what is refused stays as it was, the text follows at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from steelyard.bureau.lab.candidates import proposed
from steelyard.bureau.lab.following.drafting import PROPOSALS, NextYear, drafted, problems
from steelyard.bureau.opened import OPENER
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.cycles.results import Reading, folder_of, record_of
from steelyard.web.cycles.runs.looking import kept
from steelyard.web.library.rules import bureau
from steelyard.web.pages.answering import told
from steelyard.web.pages.lab.overview import heading
from steelyard.web.pages.results.doors import frame, of_version, page, reading
from steelyard.web.trail.recording import seen as read

MOODS = {
    "retire": "bad",
    "tighten": "busy",
    "ease": "busy",
    "new": "good",
    "mend": "warn",
    "waiver": "warn",
    "keep": "",
}


@page("lab-next", of_version)
def following(request: HttpRequest, version: int) -> HttpResponse:
    """``?refuse=…``: lines that nobody wants; ``?proposal=``: those of one kind; ``?check``: the check of the book."""
    seen = reading(request, version)
    crumbs = heading(seen, Words("下一年草稿", "Next year"))
    context: dict[str, Any] = {**frame(seen, "lab-next", crumbs=crumbs), "asked": request.GET}
    if kept(seen.version.run) is None:
        return redirect("lab", version)
    draft = _draft(seen, request)
    if draft is None:
        context |= {"head": None, "name": Words("下一年草稿", "Next year")}
        return render(request, "lab/opening.html", context)
    only, order = request.GET.get("proposal", ""), list(PROPOSALS)
    lines = sorted(draft.lines, key=lambda line: order.index(line.proposal))
    shown = [line for line in lines if only in ("", line.proposal)]
    context |= {
        "draft": draft, "only": only,
        "hidden": [line.id for line in draft.lines if line.refused and line not in shown],
        "rows": [(line, PROPOSALS[line.proposal], MOODS[line.proposal]) for line in shown],
        "counts": [(key, words, len(draft.of(key))) for key, words in PROPOSALS.items() if draft.of(key)],
        "query": request.GET.urlencode(),
    }  # fmt: skip
    if "check" in request.GET:
        context |= _checked(draft)
    return render(request, "lab/next.html", context)


def _draft(seen: Reading, request: HttpRequest) -> NextYear | None:
    """None while the run is being opened."""
    opened, lab = OPENER.ask(folder_of(seen.version), record_of()), kept(seen.version.run)
    if opened is None or lab is None:
        return None
    with opened.lock:
        return drafted(opened.results.ran, lab, proposed(lab), request.GET.getlist("refuse"))


def _checked(draft: NextYear) -> dict[str, Any]:
    """Errors and warnings of the book with the draft in it."""
    found = problems(bureau(), draft)
    wrong = [one for one in found if one.severity == "error"]
    return {"checked": True, "wrong": told(Refused(wrong)), "warnings": len(found) - len(wrong)}


@page("lab-next-file", of_version)
def draft_file(request: HttpRequest, version: int) -> HttpResponse:
    """The plan and every indicator that changes, as a rule file. Taking it away is on record."""
    seen = reading(request, version)
    draft = _draft(seen, request)
    if draft is None:
        return redirect(f"{reverse('lab-next', args=[version])}?{request.GET.urlencode()}")
    text = "---\n".join([draft.text, *draft.rules.values()])
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{draft.plan}.yaml"'
    read(
        "export", at=timezone.now(), by=seen.asker.by("results", seen.target("")), target=f"version:{version}",
        address=request.META.get("REMOTE_ADDR", ""), table=request.path,
    )  # fmt: skip
    return answer
