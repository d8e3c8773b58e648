"""Words, icons and addresses: tags that every template may use."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django import template
from django.db.models import Model
from django.template.base import Parser, Token, Variable
from django.template.context import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from steelyard.reports.sheet import Words
from steelyard.web.look.choosing import Choices, chosen, level_of
from steelyard.web.look.marking import marked
from steelyard.web.look.reading import language

register = template.Library()


@register.simple_tag
def t(chinese: str, english: str) -> str:
    """A text of the page in the reader's language. Both stand side by side, so that neither can be forgotten."""
    return english if language() == "en" else chinese


class Said(template.Node):
    """``{% t "中文" "English" %}`` of two texts as they stand in the template: nothing is left to find out but the
    reader's language. Pages have hundreds of them."""

    def __init__(self, chinese: str, english: str) -> None:
        self._chinese, self._english = chinese, english

    def render(self, context: Context) -> str:  # noqa: ARG002  what every node is handed
        return t(self._chinese, self._english)


_of_anything: Callable[[Parser, Token], template.Node] = register.tags["t"]


@register.tag("t")
def said(parser: Parser, token: Token) -> template.Node:
    texts = [parser.compile_filter(text) for text in token.split_contents()[1:3]]
    if len(token.split_contents()) == 3 and not any(isinstance(one.var, Variable) or one.filters for one in texts):
        return Said(*(one.var for one in texts))
    return _of_anything(parser, token)


@register.simple_tag
def both(words: Words | Choices | str) -> str:
    """``{% both entry.words %}``: a text that comes from Python in both languages, in the reader's."""
    return words.of(language()) if isinstance(words, Words | Choices) else words


@register.simple_tag
def choice(one: Model, field: str) -> str:
    """``{% choice appeal "stage" %}``: what a column of choices holds, as the reader calls it."""
    return chosen(one, field).of(language())


@register.filter
def told(words: Words | str) -> str:
    """The same where a filter is needed: ``{{ entry.words|told }}``."""
    return both(words)


@register.filter
def level(code: str) -> str:
    """``{{ unit.level|level }}``: of the structure, as people call it."""
    return both(level_of(code))


@register.simple_tag
def icon(name: str, spoken: str = "") -> SafeString:
    """One of the icons named in ``assets.toml``. Silent to screen readers unless words are given."""
    if not spoken:
        return _silent(name)
    return marked('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', spoken, _address(name))


@lru_cache(maxsize=256)
def _silent(name: str) -> SafeString:
    """Files of a site have their names as long as its process lives; tables have an icon in every row."""
    return marked('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', _address(name))


def _address(name: str) -> str:
    return f"{static('vendor/icons.svg')}#{name}"


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
    return marked('<li><a href="{}">{}</a></li>', url, words) if url else marked("<li>{}</li>", words)
