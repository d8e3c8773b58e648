"""Tags that every template may use."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def t(context: dict[str, Any], chinese: str, english: str) -> str:
    """A text of the page in the reader's language. Both stand side by side, so that neither can be forgotten."""
    return english if context.get("language") == "en" else chinese
