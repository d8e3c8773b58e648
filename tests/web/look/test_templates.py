"""What templates say in Chinese they say in English as well."""

from __future__ import annotations

import re
from pathlib import Path

import steelyard.web

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TAG = re.compile(r"{% (?!comment)(.*?) ?%}", re.DOTALL)
TOLD = re.compile(r'(\w+)="([^"]*)"')


def test_what_a_tag_is_told_by_name_comes_in_both_languages() -> None:
    """The page of pieces shows invented units, whose names are Chinese to everybody."""
    alone = [
        f"{path.name}: {{% {tag} %}}"
        for path in sorted(Path(steelyard.web.__file__).parent.rglob("*.html"))
        if path.name != "style.html"
        for tag in TAG.findall(path.read_text("utf-8"))
        for name, text in TOLD.findall(tag)
        if CHINESE.search(text) and not (name == "zh" and ' en="' in tag)
    ]
    assert alone == []


def test_what_a_column_of_choices_holds_is_not_shown_in_chinese_to_everybody() -> None:
    shown = [
        path.name
        for path in sorted(Path(steelyard.web.__file__).parent.rglob("*.html"))
        if re.search(r"\.get_\w+_display", path.read_text("utf-8"))
    ]
    assert shown == [], '{% choice one "field" %} says it in the language of the page'
