"""Writing the calendar: a notice is pasted and read, the text is looked at with all that it moves, then kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from steelyard.engine.calendar import Notice, read_calendar
from steelyard.engine.calendar.announced import announced
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.library.calendar.adding import latest, with_notice
from steelyard.web.library.considering import Wanted
from steelyard.web.library.models import Rule
from steelyard.web.library.writing import write as keep
from steelyard.web.look.reading import language
from steelyard.web.pages.answering import me, told
from steelyard.web.pages.calendar.changing import effect, now_in_force
from steelyard.web.pages.library.listing import of_whole
from steelyard.web.pages.library.writing import lines
from steelyard.web.people.asking import permitted
from steelyard.web.typed import number_in


@dataclass(frozen=True)
class Typed:
    """What somebody has before him. ``base``: the version that he changes; ``notice``: what he pasted."""

    text: str
    base: int
    notice: str = ""
    reason: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("calendar-write", of_whole)
def write(request: HttpRequest) -> HttpResponse:
    """The form; by POST the notice put into the text (``read``), the check of the text (``check``), or the version."""
    rule, number, text = latest(settings.STEELYARD.name)
    if request.method != "POST":
        return _shown(request, Typed(text, number))
    form = request.POST
    typed = Typed(
        lines(form.get("text", text)), number_in(form.get("base", "")) or 0, lines(form.get("notice", "")),
        form.get("reason", ""),
    )  # fmt: skip
    try:
        if "read" in form:
            notice = announced(typed.notice)
            reason = typed.reason or f"收入{notice.basis}"
            return _shown(request, replace(typed, text=with_notice(typed.text, notice), reason=reason), notice)
        if "check" in form:
            return _shown(request, typed)
        return _kept(request, rule, typed)
    except Refused as refused:
        return _shown(request, typed, refused=refused)


def _kept(request: HttpRequest, rule: Rule | None, typed: Typed) -> HttpResponse:
    made = keep(Wanted(typed.text, rule, typed.base), typed.reason, by=me(request), now=timezone.now())
    words = Words(f"已保存为第 {made.number} 版草稿；另一人采用后起作用",
                  f"Kept as version {made.number}; it counts once another person adopts it")  # fmt: skip
    messages.success(request, words.of(language()))
    return redirect(f"{reverse('calendar')}?version={made.number}")


def _shown(
    request: HttpRequest, typed: Typed, notice: Notice | None = None, refused: Refused | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"typed": typed, "notice": notice}
    try:
        after = read_calendar(typed.text, "calendar.yaml")
        context["effect"] = effect(now_in_force(), after, timezone.now())
        context["last"] = after.last
    except Refused as wrong:
        refused = refused or wrong
    if refused is not None:
        context["problems"] = told(refused)
    return render(request, "calendar/write.html", context, status=422 if refused else 200)
