"""指标质量一览: every indicator of a run with its verdict and criteria, and what retiring some of them would do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from steelyard.bureau.lab.quality.cards import Card, Lab
from steelyard.bureau.lab.quality.criteria import CRITERIA
from steelyard.bureau.lab.quality.words import REASONS, VERDICTS
from steelyard.bureau.lab.retiring import retire
from steelyard.bureau.opened import OPENER
from steelyard.reports.sheet import Words
from steelyard.web.cycles.results import Reading, folder_of, record_of
from steelyard.web.cycles.runs.looking import kept, latest, start
from steelyard.web.jobs.models import State
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import done
from steelyard.web.pages.results import exporting
from steelyard.web.pages.results.doors import EACH, WRITE, each, frame, of_version, page, reading, version_name
from steelyard.web.people.asking import asker

MOODS = {"keep": "good", "mend": "warn", "retire": "bad", "unjudged": ""}
ORDER = {"retire": 0, "mend": 1, "unjudged": 2, "keep": 3}
SORTS: dict[str, tuple[Words, Callable[[Card], Any]]] = {
    "": (Words("停用、修改在前", "Retire and mend first"), lambda card: (ORDER[card.verdict], -worst(card))),
    "plan": (Words("计划顺序", "Order of the plan"), lambda _: 0),
    "full": (Words("满分大的在前", "Largest full mark first"), lambda card: -card.full),
    "name": (Words("名称", "Name"), lambda card: card.name),
    "burden": (Words("填报用时", "Minutes of filling in"), lambda card: -card.minutes),
}
SHOWN = 12
"""Units of whom it is told by name how they move."""


def worst(card: Card) -> int:
    """How many criteria it does not meet."""
    return sum(mark.state == "bad" for mark in card.marks)


def heading(seen: Reading, last: Words | None = None) -> list[tuple[Words, str]]:
    """The way here: the version, the lab, and the page in it."""
    address = reverse("lab", args=[seen.version.pk])
    way = [(version_name(seen.version), address if last else "")]
    return [*way, (last, "")] if last else way


@page("lab", of_version)
def lab(request: HttpRequest, version: int) -> HttpResponse:
    """``?q=``, ``?owner=``, ``?family=``, ``?verdict=``, ``?sort=``."""
    seen = reading(request, version)
    found, asked = kept(seen.version.run), request.GET
    context = {**frame(seen, "lab", crumbs=heading(seen)), **_job(seen), "lab": found, "asked": asked}
    if found is None:
        return render(request, "lab/waiting.html", context)
    cards = sorted(_wanted(found, asked), key=SORTS.get(asked.get("sort", ""), SORTS[""])[1])
    leads = each("lab-indicator", version, EACH)
    context |= {
        "rows": [(card, MOODS[card.verdict], VERDICTS[card.verdict], _reasons(card), leads(card.id)) for card in cards],
        "counts": [(key, words, MOODS[key], len(found.with_verdict(key))) for key, words in VERDICTS.items()],
        "owners": sorted({card.owner for card in found.cards} - {""}),
        "families": sorted({card.family for card in found.cards} - {""}),
        "sorts": [(key, words) for key, (words, _) in SORTS.items()], "criteria": CRITERIA.values(),
        "chosen": set(asked.getlist("id")),
    }  # fmt: skip
    return render(request, "lab/lab.html", context)


def _job(seen: Reading) -> dict[str, Any]:
    job = latest(seen.version.run)
    return {
        "job": job, "open": job is not None and job.open, "failed": job is not None and job.state == State.FAILED,
        "key": uuid4().hex, "may_start": seen.asker.may("lab-start", seen.target("")),
    }  # fmt: skip


def _wanted(found: Lab, asked: QueryDict) -> Iterator[Card]:
    text = asked.get("q", "").strip().lower()
    for card in found.cards:
        fits = all(asked.get(name, "") in ("", getattr(card, name)) for name in ("owner", "family", "verdict"))
        if fits and text in f"{card.id} {card.name}".lower():
            yield card


def _reasons(card: Card) -> list[Words]:
    return [REASONS[why] for why in card.reasons]


@page("lab-retire", of_version)
def retiring(request: HttpRequest, version: int) -> HttpResponse:
    """``?id=…&id=…``: what the run would have come to without these. A part of a page where htmx asks for it."""
    seen, ids = reading(request, version), request.GET.getlist("id")
    names = {rule.id: rule.name for rule in seen.views.overview.rules}
    ids = [id for id in dict.fromkeys(ids) if id in names]
    context = {
        **frame(seen, "lab", crumbs=heading(seen, Words("停用试算", "If retired"))),
        "gone": [names[id] for id in ids], "query": request.GET.urlencode(),
    }  # fmt: skip
    part = "HX-Request" in request.headers
    if ids:
        context |= _effect(seen, ids)
    return render(request, "lab/effect.html" if part else "lab/retire.html", context)


def _effect(seen: Reading, ids: Sequence[str]) -> dict[str, Any]:
    opened = OPENER.ask(folder_of(seen.version), record_of())
    if opened is None:
        return {"opening": True}
    with opened.lock:
        effect = retire(opened.results.ran, ids)
    moved = [one for one in effect.moved if one.climbed and seen.names(one.unit)]
    return {
        "effect": effect, "climbers": moved[:SHOWN], "more": max(0, len(moved) - SHOWN),
        "listed": [one for one in effect.listed if seen.names(one.unit)][:SHOWN],
        "moved": sum(one.climbed != 0 for one in effect.units), "changed": len(effect.listed),
    }  # fmt: skip


@page("lab-start", of_version, WRITE)
def begin(request: HttpRequest, version: int) -> HttpResponse:
    seen = reading(request, version)

    def act() -> None:
        key = request.POST.get("key", "")[:40]
        start(seen.version.run, by=asker(request), now=timezone.now(), target=seen.target(""), key=key)

    return done(request, reverse("lab", args=[version]), act)


@page("lab-file", of_version)
def lab_file(request: HttpRequest, version: int) -> HttpResponse:
    """Everything of the table, and each criterion in a column of its own."""
    seen = reading(request, version)
    found = kept(seen.version.run)
    head = [Words(*pair) for pair in HEAD] + [one.name for one in CRITERIA.values()]
    rows = [_cells(card) for card in found.cards] if found else []
    return exporting.workbook(request, seen, exporting.Table(Words("指标质量", "Indicator quality"), head, rows))


HEAD = (
    ("编号", "Id"), ("指标", "Indicator"), ("考评部门", "Department"), ("类别", "Family"), ("依据", "Basis"),
    ("占满分", "Share of marks"), ("填报分钟", "Minutes"), ("判定", "Verdict"), ("理由", "Reasons"),
)  # fmt: skip


def _cells(card: Card) -> Sequence[exporting.Cell]:
    reasons = "；".join(words.of(language()) for words in _reasons(card))
    shares = [None if mark.share is None else exporting.share(mark.share) for mark in card.marks]
    return (
        card.id, card.name, card.owner, card.family, card.basis, exporting.share(card.full), round(card.minutes),
        VERDICTS[card.verdict], reasons, *shares,
    )  # fmt: skip
