"""Workbooks written by hand, so that a test can make those that no program would save."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

SHEET = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def text(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


def number(value: object, style: int = 0) -> str:
    return f'<c s="{style}"><v>{value}</v></c>'


def row(*cells: str, hidden: bool = False) -> str:
    """Cells as XML, or plain words that become text."""
    marked = "".join(cell if cell.startswith("<") else text(cell) for cell in cells)
    return f"<row{' hidden=' + chr(34) + '1' + chr(34) if hidden else ''}>{marked}</row>"


def sheet(rows: Sequence[str], *, merged: Sequence[str] = (), columns: str = "", extent: str = "A1:XFD1048576") -> str:
    """A sheet that claims to be as large as sheets can be."""
    merges = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    body = (
        f'<dimension ref="{extent}"/>{columns}<sheetData>{"".join(rows)}</sheetData><mergeCells>{merges}</mergeCells>'
    )
    return f'<worksheet xmlns="{_MAIN}">{body}</worksheet>'


def workbook(
    sheet_xml: str, *, name: str = "明细", more: dict[str, str | bytes] | None = None, state: str = ""
) -> bytes:
    """Style 0 is general, 1 a built-in date, 2 年月日 with a time, 3 a number with the letter d in quotes."""
    parts: dict[str, str | bytes] = {
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets><sheet name="说明" sheetId="2" '
        f'r:id="r2"/><sheet name="{name}" sheetId="1" r:id="r1" {state}/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="r2" Target="/xl/worksheets/sheet1.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts><numFmt numFmtId="200" formatCode="yyyy&quot;年&quot;'
        'm&quot;月&quot;d&quot;日&quot; hh:mm"/><numFmt numFmtId="201" formatCode="0.00&quot; d&quot;"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="200"/><xf numFmtId="201"/></cellXfs></styleSheet>',
        SHEET: sheet_xml,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in {**parts, **(more or {})}.items():
            archive.writestr(part, content)
    return out.getvalue()
