"""A health check as DOCX, written as the few parts that word processors need: quick, the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from steelyard.reports.health.laid import Block, Laid

_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" \
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/word/styles.xml" \
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>
</Types>"""
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_FONTS = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="宋体"/>'
_WIDTH = 9866
"""The text's width on A4 in twentieths of a point."""


def docx(report: Laid) -> bytes:
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations(
            [("officeDocument", "word/document.xml"), ("metadata/core-properties", "docProps/core.xml")]
        ),
        "docProps/core.xml": _core(report),
        "word/_rels/document.xml.rels": _relations([("styles", "styles.xml")]),
        "word/document.xml": _document(report),
        "word/styles.xml": _styles(report),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(part, text.encode())
    return out.getvalue()


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    found = "".join(
        f'<Relationship Id="r{number}" Target="{target}" '
        f'Type="{_PACKAGE + "/relationships" if "/core" in kind else _RELATION}/{kind}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>'


def _core(report: Laid) -> str:
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(report.name)} {escape(report.title)}</dc:title></cp:coreProperties>"
    )


def _styles(report: Laid) -> str:
    language = "zh-CN" if report.language == "zh" else "en-GB"
    return (
        f'{_HEAD}<w:styles {_WORD}><w:docDefaults><w:rPrDefault><w:rPr>{_FONTS}<w:sz w:val="21"/>'
        f'<w:lang w:val="en-GB" w:eastAsia="{language}"/></w:rPr></w:rPrDefault></w:docDefaults>'
        + _style("Title", "Title", 36, "C4161C", 240)
        + _style("Heading1", "heading 1", 26, "0B3A86", 160)
        + "</w:styles>"
    )


def _style(id: str, name: str, size: int, colour: str, space: int) -> str:
    level = '<w:outlineLvl w:val="0"/>' if id != "Title" else '<w:jc w:val="center"/>'
    return (
        f'<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{name}"/><w:pPr><w:keepNext/>'
        f'<w:spacing w:before="{space}" w:after="80"/>{level}</w:pPr>'
        f'<w:rPr><w:b/><w:color w:val="{colour}"/><w:sz w:val="{size}"/></w:rPr></w:style>'
    )


def _document(report: Laid) -> str:
    body = "".join(_body(report))
    page = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1020" w:right="1020" w:bottom="1020" w:left="1020"/>'
    return f"{_HEAD}<w:document {_WORD}><w:body>{body}<w:sectPr>{page}</w:sectPr></w:body></w:document>"


def _body(report: Laid) -> Iterator[str]:
    yield _paragraph(report.title, style="Title")
    yield _paragraph(report.name, centred=True, strong=True)
    for part in report.parts:
        yield _paragraph(f"{part.number}　{part.title}", style="Heading1")
        yield from (_block(block) for block in part.blocks)
    yield _paragraph(report.note, small=True)
    yield from (_paragraph(f"{name}：{value}", small=True) for name, value in report.sealed)


def _block(block: Block) -> str:
    return _table(block) + _paragraph("", small=True) if block.head else _paragraph(block.text, strong=block.strong)


def _paragraph(text: str, *, style: str = "", strong: bool = False, small: bool = False, centred: bool = False) -> str:
    look = (f'<w:pStyle w:val="{style}"/>' if style else "") + ('<w:jc w:val="center"/>' if centred else "")
    return f"<w:p><w:pPr>{look}</w:pPr>{_run(text, strong, small)}</w:p>"


def _run(text: str, strong: bool, small: bool) -> str:
    look = ("<w:b/>" if strong else "") + ('<w:sz w:val="16"/>' if small else "")
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _table(block: Block) -> str:
    edge = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="C5D0E0"/>' for side in ("top", "bottom", "insideH", "insideV")
    )
    widths = _widths(block)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = _row(block.head, widths, head=True) + "".join(_row(row, widths) for row in block.rows)
    look = f'<w:tblW w:w="{_WIDTH}" w:type="dxa"/><w:tblBorders>{edge}</w:tblBorders><w:tblLayout w:type="fixed"/>'
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"


def _widths(block: Block) -> list[int]:
    """By the longest text of each column, none smaller than a tenth of the widest."""
    rows = (block.head, *block.rows)
    longest = [min(max(len(row[at]) for row in rows), 60) for at in range(len(block.head))]
    weights = [max(one, max(longest) / 6, 4) for one in longest]
    return [int(_WIDTH * weight / sum(weights)) for weight in weights]


def _row(cells: Sequence[str], widths: Sequence[int], head: bool = False) -> str:
    shade = '<w:shd w:val="clear" w:fill="EAF0F9"/>' if head else ""
    told = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
        f"<w:p>{_run(cell, head, small=True)}</w:p></w:tc>"
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr>{'<w:tblHeader/>' if head else ''}</w:trPr>{told}</w:tr>"
