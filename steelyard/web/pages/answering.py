"""What forms answer: what was done, or every reason why not, on the page that one comes back to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import ParamSpec, cast

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from steelyard.engine.problems import Problem, Refused
from steelyard.reports.sheet import Words
from steelyard.web.look.reading import language
from steelyard.web.people.asking import View
from steelyard.web.people.models import Account

Given = ParamSpec("Given")
MANY = 40


@dataclass(frozen=True)
class Waiting:
    """One thing to do: what, of what, and where it is done. ``mood`` as in `status`; ``late``: past its day."""

    words: Words
    about: str
    url: str
    at: datetime
    mood: str = "warn"
    late: bool = False


def me(request: HttpRequest) -> Account:
    """Whoever asks; only behind `permitted`."""
    return cast(Account, request.user)


def done(request: HttpRequest, back: str, act: Callable[[], object], words: Words | None = None) -> HttpResponse:
    """Does it and says so; goes on to the address that ``act`` names, if it names one. What is refused is told, and
    nothing was changed. ``back``: an address, or the name of one."""
    try:
        on = act()
    except Refused as refused:
        for reason in told(refused):
            messages.error(request, reason.of(language()))
        return redirect(back)
    if words is not None:
        messages.success(request, words.of(language()))
    return redirect(on if isinstance(on, str) else back)


def legible(view: View[Given]) -> View[Given]:
    """Behind `permitted`: rules or declarations that can be read no more are told on a page of their own."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            return render(request, "office/broken.html", {"problems": told(refused)}, status=409)

    return cast("View[Given]", shown)


def told(refused: Refused) -> list[Words]:
    """Every reason, for the page itself; of a rule or a declaration with file and line."""
    return [Words(_placed(one, one.text("zh")), _placed(one, one.text("en"))) for one in refused.problems]


def _placed(problem: Problem, text: str) -> str:
    place = problem.place
    return f"{Path(place.file).name}:{place.line} {text}" if place.line else text


def paged(request: HttpRequest, rows: QuerySet, many: int = MANY) -> Page:  # type: ignore[type-arg]  # of any table
    return Paginator(rows, many).get_page(request.GET.get("page"))
