"""The analysis sheet as PDF: tagged (PDF/UA-1), Chinese fonts inside, the same bytes every time.

One compiler serves a whole process: reading the fonts takes longer than setting a sheet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import pylopdf_fonts_zh_cn
import typst

from steelyard.engine.problems import Language
from steelyard.reports import charts
from steelyard.reports.page import draw
from steelyard.reports.present import present
from steelyard.reports.sheet import UnitSheet


@cache
def _template() -> bytes:
    return (files("steelyard.reports") / "templates/sheet.typ").read_bytes()


@cache
def _compiler() -> Any:
    """Only the shipped fonts: a sheet must not change with what happens to be installed."""
    folder = str(Path(pylopdf_fonts_zh_cn.__file__).parent)
    make: Any = typst.Compiler  # its stubs want a type variable that a caller cannot give
    return make(input=_template(), font_paths=[folder], ignore_system_fonts=True)


def pdf(sheet: UnitSheet, language: Language) -> bytes:
    """The PDF of a sheet."""
    return render(present(sheet, language), draw(sheet, language))


def render(shown: Mapping[str, object], drawn: Mapping[str, charts.Chart]) -> bytes:
    """The same from texts and charts already made, so that the page can share them."""
    pictures = {
        key: {"title": chart.title, "description": chart.description, "svg": chart.svg} for key, chart in drawn.items()
    }
    inputs = {"sheet": json.dumps(shown, ensure_ascii=False), "charts": json.dumps(pictures, ensure_ascii=False)}
    made = _compiler().compile(input=_template(), sys_inputs=inputs, format="pdf", pdf_standards=["ua-1"])
    return cast(bytes, made)
