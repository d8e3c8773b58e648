"""A notice as PDF and as DOCX: the same bytes for the same paper."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import pylopdf_fonts_zh_cn
import typst
from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from steelyard.web.cycles.notices.wording import Paper, Table

RED = RGBColor(0xC4, 0x16, 0x1C)
EPOCH = datetime(1980, 1, 1)
"""The time that archives get: bytes must not tell when they were made."""


@cache
def _template() -> bytes:
    return (files("steelyard.web.cycles.notices") / "notice.typ").read_bytes()


@cache
def _compiler() -> Any:
    """Only the shipped fonts, so that a notice does not change with the machine."""
    folder = str(Path(pylopdf_fonts_zh_cn.__file__).parent)
    make: Any = typst.Compiler
    return make(input=_template(), font_paths=[folder], ignore_system_fonts=True)


def pdf(paper: Paper) -> bytes:
    """Tagged (PDF/UA-1), fonts inside."""
    inputs = {"paper": json.dumps(asdict(paper), ensure_ascii=False)}
    made = _compiler().compile(input=_template(), sys_inputs=inputs, format="pdf", pdf_standards=["ua-1"])
    return cast(bytes, made)


def docx(paper: Paper) -> bytes:
    """For offices that edit and print; what was changed in it is no longer what was published."""
    made = Document()
    _page(made, paper)
    _line(made, paper.office, 24, WD_ALIGN_PARAGRAPH.CENTER, RED, bold=True)
    _line(made, paper.number, 11, WD_ALIGN_PARAGRAPH.RIGHT)
    _line(made, paper.title, 17, WD_ALIGN_PARAGRAPH.CENTER, bold=True)
    _line(made, paper.addressee, 12)
    for said in paper.paragraphs:
        _line(made, said, 12).paragraph_format.first_line_indent = Pt(24)
    for table in paper.tables:
        _table(made, table)
    for said in ("", paper.signed, paper.day):
        _line(made, said, 12, WD_ALIGN_PARAGRAPH.RIGHT)
    for name, value in paper.sealed:
        _line(made, f"{name}：{value}", 8)
    out = io.BytesIO()
    made.save(out)
    return _timeless(out.getvalue())


def _page(made: DocumentType, paper: Paper) -> None:
    section, properties = made.sections[0], made.core_properties
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    properties.title, properties.author, properties.comments = f"{paper.title}{paper.number}", paper.office, ""
    properties.created = properties.modified = EPOCH
    properties.last_modified_by, properties.revision = paper.office, 1
    style: Any = made.styles["Normal"]
    style.font.name = "宋体"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")


def _line(
    made: DocumentType,
    text: str,
    size: float,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    colour: RGBColor | None = None,
    bold: bool = False,
) -> Paragraph:
    paragraph = made.add_paragraph()
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    if colour is not None:
        run.font.color.rgb = colour
    return paragraph


def _table(made: DocumentType, table: Table) -> None:
    _line(made, table.title, 11, bold=True)
    drawn = made.add_table(rows=1 + len(table.rows), cols=len(table.head), style="Table Grid")
    for row, cells in zip(drawn.rows, (table.head, *table.rows), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text


def _timeless(archive: bytes) -> bytes:
    """The same archive, every part in order and of one time."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            part = zipfile.ZipInfo(name, EPOCH.timetuple()[:6])
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(part, old.read(name))
    return out.getvalue()
