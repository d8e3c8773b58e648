"""The pieces that pages are built of: panels, tiles, states, switches. See docs/how-to/add-a-page.md."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from steelyard.reports.sheet import Words
from steelyard.web.look.marking import marked
from steelyard.web.look.templatetags.look import both, icon, t

register = template.Library()

Context = dict[str, Any]
ICON_OF_STATE = {"good": "circle-check", "warn": "alert-triangle", "bad": "alert-octagon", "": "info-circle"}


@register.simple_block_tag
def panel(content: str, chinese: str, english: str, note: str = "", span: int = 0, tools: str = "") -> SafeString:
    """``{% panel "得分走势" "Trend" note="…" span=5 %} … {% endpanel %}``. ``tools``: what stands right in its head."""
    return marked(
        '<section class="panel{}"><header class="panel-head"><h2>{}</h2>{}{}</header>{}</section>',
        f" span-{span}" if span else "",
        t(chinese, english),
        marked("<small>{}</small>", note) if note else "",
        marked('<div class="panel-tools">{}</div>', tools) if tools else "",
        mark_safe(content),  # rendered by the template engine, which escaped it
    )


@register.inclusion_tag("look/pieces/tile.html")
def tile(
    chinese: str, english: str, value: object, unit: str = "", note: str = "", mood: str = "", url: str = ""
) -> Context:
    """One figure with its name. ``note``: what it is compared with; ``mood``: good or bad, only where it is either."""
    return {"label": t(chinese, english), "value": value, "unit": unit, "note": note, "mood": mood, "url": url}


@register.simple_tag
def status(kind: str, chinese: str | Words, english: str = "") -> SafeString:
    """A dot and a word. ``kind``: good, warn, bad, busy, or empty for what is neither."""
    return marked('<span class="status {}">{}</span>', kind, _words(chinese, english))


@register.simple_tag
def badge(chinese: str | Words, english: str = "", kind: str = "") -> SafeString:
    """A short word about a thing: its class, its version. ``kind``: gold, red, green, grey; blue if empty."""
    return marked('<span class="badge {}">{}</span>', kind, _words(chinese, english))


@register.simple_tag
def alarm(kind: str, count: int | None = None) -> SafeString:
    """红牌, 黄牌 or 绿牌 as a card and its word: ``kind`` is red, yellow or green."""
    word = {"red": t("红牌", "Red card"), "yellow": t("黄牌", "Yellow card"), "green": t("绿牌", "Green card")}[kind]
    number = "" if count is None else marked("<b>{}</b>", count)
    return marked('<span class="alarm {}">{}<span>{}</span></span>', kind, number, word)


@register.inclusion_tag("look/pieces/empty.html")
def empty(chinese: str, english: str, hint: str = "", drawing: str = "mood-empty", kind: str = "") -> Context:
    """Where there is nothing to show: what is missing, and in ``hint`` what makes it appear."""
    return {"words": t(chinese, english), "hint": hint, "drawing": drawing, "kind": kind}


@register.simple_block_tag
def alert(content: str, kind: str = "", heading: str = "") -> SafeString:
    """``{% alert "warn" %} … {% endalert %}``: something that concerns the whole page. ``kind``: good, warn, bad."""
    head = marked("<h3>{}</h3>", heading) if heading else ""
    role = "alert" if kind == "bad" else "note"
    body = mark_safe(content)  # rendered by the template engine, which escaped it
    drawn = icon(ICON_OF_STATE[kind])
    return marked('<div class="alert {}" role="{}">{}<div>{}{}</div></div>', kind, role, drawn, head, body)


@register.inclusion_tag("look/pieces/stand.html")
def stand(
    as_of: object = "",
    version: str = "",
    rules: str = "",
    complete: Decimal | None = None,
    provisional: str = "",
    url: str = "",
) -> Context:
    """Where the data stand. ``as_of``: a date, a moment or ISO text; ``complete``: a ratio; ``provisional``: why the
    numbers may still change, empty once they may not; ``url``: where more is said of the run."""
    given = {"as_of": as_of, "version": version, "rules": rules, "complete": complete}
    return {**given, "provisional": provisional, "url": url}


@register.inclusion_tag("look/pieces/tabs.html")
def tabs(
    items: Iterable[tuple[Words | str, str, bool]], chinese: str = "本页各部分", english: str = "Parts"
) -> Context:
    """Pages beside each other: ``(words, address, whether we are there)``. Links, so that each has an address."""
    return {"items": list(items), "label": t(chinese, english), "shape": "tabs"}


@register.inclusion_tag("look/pieces/segments.html")
def segments(items: Iterable[tuple[Words | str, str, bool]], chinese: str = "选择", english: str = "Choose") -> Context:
    """One of a few: month, quarter, year. As `tabs`, but smaller."""
    return {"items": list(items), "label": t(chinese, english)}


@register.inclusion_tag("look/pieces/pages.html", takes_context=True)
def pages(context: Context, page: Page[Any]) -> Context:
    """Numbers of pages below a long table; the other parameters of the address are kept."""
    return {"page": page, "range": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
            "asked": _asked(context["request"])}  # fmt: skip


@register.inclusion_tag("look/pieces/field.html")
def field(bound: BoundField, whole: bool = False) -> Context:
    """One field of a form with its label, its hint and everything that is wrong with it."""
    return {"field": bound, "whole": whole, "alone": isinstance(bound.field.widget, CheckboxInput)}


@register.inclusion_tag("look/pieces/form.html")
def fields(form: Any) -> Context:
    """All visible and hidden fields of a form, after what is wrong with it as a whole."""
    return {"form": form}


def _words(chinese: str | Words, english: str) -> str:
    return both(chinese) if isinstance(chinese, Words) else t(chinese, english or chinese)


def _asked(request: HttpRequest) -> str:
    """The query without its page number, ready to be put before one."""
    query = request.GET.copy()
    query.pop("page", None)
    return f"?{query.urlencode()}&" if query else "?"
