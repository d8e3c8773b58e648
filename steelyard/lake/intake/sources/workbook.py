"""What a sheet needs from the rest of its workbook: where it is, the shared texts, which styles are dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from steelyard.engine.problems import NOWHERE, refuse
from steelyard.lake.intake.sources.package import Package, unreadable

# built-in number formats that show a day or a time (ECMA-376 18.8.30, the East Asian ones included)
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}
_NOT_CODE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


@dataclass(frozen=True, slots=True)
class Workbook:
    """``dates[style]``: whether cells of that style show a day. ``since_1904``: days are counted from 1904."""

    member: str
    hidden: bool
    texts: list[str]
    dates: list[bool]
    since_1904: bool


def open_workbook(package: Package, sheet: str | None) -> Workbook:
    """The named sheet, or the only visible one. Raises `Refused` (``file-no-sheet``, ``file-not-workbook``)."""
    if not package.has("xl/workbook.xml"):
        raise unreadable("xl/workbook.xml")
    sheets, since_1904 = _sheets(package)
    targets = _targets(package)
    chosen = _choose(sheets, sheet)
    member = targets.get(chosen.relation, "")
    if not package.has(member):
        raise unreadable(f"{chosen.name}: {member}")
    return Workbook(member, chosen.hidden, _texts(package), _dates(package), since_1904)


@dataclass(frozen=True, slots=True)
class _Listed:
    name: str
    relation: str
    hidden: bool


def _sheets(package: Package) -> tuple[list[_Listed], bool]:
    sheets: list[_Listed] = []
    flags = {"1904": False}

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            sheets.append(_Listed(attributes.get("name", ""), relation, hidden))
        elif name == "workbookPr":
            flags["1904"] = attributes.get("date1904", "0") in ("1", "true")

    package.parse("xl/workbook.xml", start, _nothing)
    return sheets, flags["1904"]


def _choose(sheets: list[_Listed], wanted: str | None) -> _Listed:
    fits = [sheet for sheet in sheets if sheet.name == wanted] if wanted else [s for s in sheets if not s.hidden]
    if len(fits) != 1:
        known = "、".join(sheet.name for sheet in sheets)
        raise refuse("file-no-sheet", NOWHERE, sheet=wanted or "（请声明 declare sheet:）", known=known)
    return fits[0]


def _targets(package: Package) -> dict[str, str]:
    targets: dict[str, str] = {}

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    package.parse("xl/_rels/workbook.xml.rels", start, _nothing)
    return targets


def _texts(package: Package) -> list[str]:
    """Shared texts; phonetic hints (rPh) are not part of a text."""
    if not package.has("xl/sharedStrings.xml"):
        return []
    texts: list[str] = []
    state = {"phonetic": False}

    def start(name: str, _attributes: Mapping[str, str]) -> None:
        if name == "si":
            texts.append("")
        elif name == "rPh":
            state["phonetic"] = True

    def end(name: str, text: str) -> None:
        if name == "rPh":
            state["phonetic"] = False
        elif name == "t" and texts and not state["phonetic"]:
            texts[-1] += text

    package.parse("xl/sharedStrings.xml", start, end, frozenset({"t"}))
    return texts


def _dates(package: Package) -> list[bool]:
    if not package.has("xl/styles.xml"):
        return []
    custom: dict[str, bool] = {}
    styles: list[bool] = []
    state = {"cells": False}

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            custom[attributes.get("numFmtId", "")] = shows_date(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            state["cells"] = True
        elif name == "xf" and state["cells"]:
            number = attributes.get("numFmtId", "0")
            styles.append(custom.get(number, number.isdigit() and int(number) in _BUILT_IN_DATES))

    def end(name: str, _text: str) -> None:
        if name == "cellXfs":
            state["cells"] = False

    package.parse("xl/styles.xml", start, end)
    return styles


def shows_date(code: str) -> bool:
    """Whether a number format shows a day or a time: y, d, h or s outside quotes, or m without digits."""
    bare = _NOT_CODE.sub("", code).lower().replace("general", "")
    return bool(set(bare) & set("ydhs")) or ("m" in bare and not set(bare) & set("0#?"))


def _nothing(_name: str, _text: str) -> None:
    return None
