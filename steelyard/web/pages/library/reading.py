"""细则文字: a published text is pasted, and becomes a draft of what it certainly says, with all that is open marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from steelyard.engine.problems import CATALOGUE, Problem, Refused, refuse
from steelyard.engine.understanding.proposals import Proposed, proposals
from steelyard.engine.understanding.rules import beside_rules
from steelyard.reports.sheet import Words
from steelyard.web.library.rules import bureau
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import told
from steelyard.web.pages.library.writing import lines
from steelyard.web.people.asking import permitted

CATALOGUE.add(
    {
        "pasted-length": (
            "一次最多粘贴 {most} 字（现为 {count} 字）；请分几次",
            "paste {most} signs at most at a time ({count} found); do it in parts",
        ),
    }
)
LONGEST = 60_000


@dataclass(frozen=True)
class Stretch:
    """A part of the text; ``problem``: what is open in it, None where it is understood."""

    text: str
    problem: Words | None = None


@dataclass(frozen=True)
class Shown:
    proposed: Proposed
    stretches: Sequence[Stretch]
    unsaid: Sequence[Words]
    yaml: str
    changes: Sequence[str]


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("rule-read")
def read(request: HttpRequest) -> HttpResponse:
    text = lines(request.POST.get("text", ""))
    context: dict[str, object] = {"text": text}
    if request.method == "POST":
        try:
            context |= {"drafts": [_shown(one) for one in _proposals(text)], "beside": beside_rules(text)}
        except Refused as refused:
            context["problems"] = told(refused)
    return render(request, "library/read.html", context, status=422 if "problems" in context else 200)


def _proposals(text: str) -> list[Proposed]:
    if len(text) > LONGEST:
        raise refuse("pasted-length", most=LONGEST, count=len(text))
    here = bureau()
    return proposals(text, here.book(), here.tables())


def _shown(one: Proposed) -> Shown:
    unsaid = [_words(piece.problem()) for piece in one.draft.open if not piece.text]
    changes = [change.line() for change in one.changes(language())]
    return Shown(one, list(_stretches(one)), unsaid, one.draft.yaml(language()), changes)


def _stretches(one: Proposed) -> Iterator[Stretch]:
    """The whole text, in order; pieces that overlap what was shown already are left out."""
    at = 0
    for piece in sorted(one.draft.open, key=lambda piece: piece.start):
        if piece.start < at or not piece.text:
            continue
        if piece.start > at:
            yield Stretch(one.text[at : piece.start])
        yield Stretch(piece.text, _words(piece.problem()))
        at = piece.end
    if at < len(one.text):
        yield Stretch(one.text[at:])


def _words(problem: Problem) -> Words:
    return Words(problem.text("zh"), problem.text("en"))
