"""Markup with values put in: whatever is not markup already is escaped, as Django's own does."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import engines
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import override

from steelyard.web.look.marking import joined, marked


@pytest.mark.parametrize("value", ["a<b>&\"'c", 7, None, mark_safe("<b>7</b>"), "第一名"])
def test_values_are_escaped_as_by_django(value: Any) -> None:
    assert marked("<i>{}</i>", value) == format_html("<i>{}</i>", value)
    rows = [(value, "<"), ("x", value)]
    assert joined("<i>{}{}</i>", rows) == format_html_join("", "<i>{}{}</i>", rows)
    assert marked("<i>{}</i>", marked("{}", value)) == marked("<i>{}</i>", value)


def test_texts_of_a_template_are_in_the_language_of_the_reader() -> None:
    template = engines["django"].from_string(
        '{% t "共 <b>" "all <b>" %}{% t zh "x" %}{% t "名" "name" as kept %}{{ kept }}'
    )
    with override("zh-hans"):
        assert template.render({"zh": "<i>"}) == "共 <b>&lt;i&gt;名"
    with override("en"):
        assert template.render({"zh": "<i>"}) == "all <b>xname"
