"""What was refused is told where it was asked: as a message on the page that one comes back to."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.look.reading import language


def done(request: HttpRequest, back: str, act: Callable[[], object], words: Words) -> HttpResponse:
    """Does it and says so, or says every reason why not."""
    try:
        act()
    except Refused as refused:
        for problem in refused.problems:
            messages.error(request, problem.line(language()))
    else:
        messages.success(request, words.of(language()))
    return redirect(back)
