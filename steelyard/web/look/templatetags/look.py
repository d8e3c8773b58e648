"""Words, icons and addresses: tags that every template may use."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from steelyard.reports.sheet import Words
from steelyard.web.look.reading import language

register = template.Library()


@register.simple_tag
def t(chinese: str, english: str) -> str:
    """A text of the page in the reader's language. Both stand side by side, so that neither can be forgotten."""
    return english if language() == "en" else chinese


@register.simple_tag
def both(words: Words | str) -> str:
    """``{% both entry.words %}``: a text that comes from Python in both languages, in the reader's."""
    return words.of(language()) if isinstance(words, Words) else words


@register.filter
def told(words: Words | str) -> str:
    """The same where a filter is needed: ``{{ entry.words|told }}``."""
    return both(words)


@register.simple_tag
def icon(name: str, spoken: str = "") -> SafeString:
    """One of the icons named in ``assets.toml``. Silent to screen readers unless words are given."""
    address = f"{static('vendor/icons.svg')}#{name}"
    if not spoken:
        return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)
    return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', spoken, address)


@register.simple_tag
def address(name: str, *args: Any, **kwargs: Any) -> str:
    """As ``{% url %}``, but empty where this site has no such address, so that a page may ask before it links."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.simple_tag
def crumb(chinese: str, english: str = "", url: str = "") -> SafeString:
    """One step of the way to this page; the last one, where we are, has no address."""
    words = t(chinese, english or chinese)
    return format_html('<li><a href="{}">{}</a></li>', url, words) if url else format_html("<li>{}</li>", words)
