"""A health check as one HTML file, as PDF (tagged, fonts inside), as DOCX: the same words, the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from steelyard.reports.health.laid import Laid
from steelyard.reports.health.office import docx

Form = Literal["html", "pdf", "docx"]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("steelyard.reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


@cache
def _text(name: str) -> str:
    return (files("steelyard.reports") / "templates" / name).read_text("utf8")


def html(report: Laid) -> bytes:
    """Needs nothing else: no script, no font, no request."""
    style = Markup(_text("sheet.css") + _text("health.css"))
    return _environment().get_template("health.html.j2").render(r=report, css=style).encode()


@cache
def _compiler() -> Any:
    """Only the shipped fonts: a report must not change with what happens to be installed."""
    import pylopdf_fonts_zh_cn
    import typst

    make: Any = typst.Compiler
    folder = str(Path(pylopdf_fonts_zh_cn.__file__).parent)
    return make(input=_text("health.typ").encode(), font_paths=[folder], ignore_system_fonts=True)


def pdf(report: Laid) -> bytes:
    """Tagged (PDF/UA-1)."""
    inputs = {"report": json.dumps(asdict(report), ensure_ascii=False)}
    template = _text("health.typ").encode()
    return cast(bytes, _compiler().compile(input=template, sys_inputs=inputs, format="pdf", pdf_standards=["ua-1"]))


PRINTERS: Mapping[Form, Callable[[Laid], bytes]] = MappingProxyType({"html": html, "pdf": pdf, "docx": docx})
TYPES: Mapping[Form, str] = MappingProxyType(
    {
        "html": "text/html; charset=utf-8",
        "pdf": "application/pdf",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)
