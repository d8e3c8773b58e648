"""A calendar file (YAML) to a `Calendar`. The country's arrangements come with the package."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import cast

from steelyard.engine.calendar.days import Calendar
from steelyard.engine.calendar.hours import Hours
from steelyard.engine.calendar.notices import Arrangement, Leave, Notice, arrange
from steelyard.engine.problems import CATALOGUE, Problem, Refused
from steelyard.engine.reading import Document, Path, Tree, read

CATALOGUE.add(
    {
        "calendar-key": (
            "日历文件此处不认识“{key}”；可用：{choices}",
            "a calendar file does not know '{key}' here; known: {choices}",
        ),
        "calendar-missing": ("日历文件此处缺少“{key}”；请补上", "the calendar file lacks '{key}' here; add it"),
        "calendar-value": (
            "“{key}”的值无法识别：{value}；应为{wanted_zh}",
            "the value of '{key}' cannot be read: {value}; it must be {wanted_en}",
        ),
        "calendar-year-or-amends": (
            "通知 {basis} 应写明 year（安排哪一年）或 amends（改动哪份文件），二者取一",
            "notice {basis} must state either year (what it arranges) or amends (the document it changes)",
        ),
    }
)

_WANTED: Mapping[str, tuple[str, str]] = {
    "text": ("文字", "text"),
    "day": ("日期，如 2026-02-14", "a date such as 2026-02-14"),
    "list": ("列表", "a list"),
    "map": ("键值对照", "a mapping"),
}
_LAST_YEAR = 9998
_ALONE = frozenset({"name", "weekend", "hours", "notices"})
_ON_BASE = frozenset({"name", "base", "hours", "notices"})
_NOTICE = frozenset({"year", "amends", "basis", "issued", "off", "work"})
_LEAVE = frozenset({"name", "from", "to"})


def china(hours: Hours, known: date | None = None) -> Calendar:
    """China's official working days with an office's hours, as known on a day (None: all that the package knows)."""
    return arrange(official(), hours, known)


def read_calendar(text: str, file: str, known: date | None = None) -> Calendar:
    """An office's own calendar. ``base: china`` starts from the official one. Raises `Refused` with every problem.

    Keys: ``name``, ``hours``, and ``base: china`` or ``weekend`` with ``notices``; see `docs/decisions`.
    """
    return arrange(*read_arrangement(text, file), known)


def read_arrangement(text: str, file: str) -> tuple[Arrangement, Hours]:
    """What a calendar file says: every notice that it rests on, and the office's hours. Raises `Refused`."""
    documents = read(text, file) or [Document(file, None, {})]
    reader = _Reader(documents[0])
    arrangement, hours = reader.arrangement(), reader.hours()
    if reader.problems:
        raise Refused(reader.problems)
    return arrangement, cast(Hours, hours)


@cache
def official() -> Arrangement:
    """China's notices, as the package knows them."""
    text = files("steelyard.engine.calendar").joinpath("china.yaml").read_text("utf-8")
    return _Reader(read(text, "china.yaml")[0]).arrangement()


class _Reader:
    """Walks the tree, collecting problems; wrong values become stand-ins that nobody gets to see."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def arrangement(self) -> Arrangement:
        on_base = isinstance(self.document.tree, dict) and "base" in self.document.tree
        known, needed = (_ON_BASE, {"name", "base"}) if on_base else (_ALONE, {"name", "weekend", "notices"})
        top = self._map((), self.document.tree, known, needed) or {}
        base = self._base(top) if on_base else None
        weekend = base.weekend if base else self._weekend(top)
        own = [self._notice(path, tree) for path, tree in self._items(top, "notices", ())]
        notices = (*(base.notices if base else ()), *(notice for notice in own if notice is not None))
        return Arrangement(self._text(top, "name", ()), weekend, notices)

    def hours(self) -> Hours | None:
        tree = self.document.tree if isinstance(self.document.tree, dict) else {}
        seasons = tree.get("hours") or {}
        if not isinstance(seasons, dict) or not all(isinstance(spans, list) for spans in seasons.values()):
            self._wrong(("hours",), seasons, "map")
            return None
        written = {start: [str(span) for span in cast(list[Tree], spans)] for start, spans in seasons.items()}
        try:
            return Hours.read(written, self.document.place(("hours",)))
        except Refused as refused:
            self.problems.extend(refused.problems)
            return None

    def _base(self, top: Mapping[str, Tree]) -> Arrangement:
        if top["base"] != "china":
            self._report("calendar-value", ("base",), value=top["base"], wanted_zh="china", wanted_en="china")
        return official()

    def _notice(self, path: Path, tree: Tree) -> Notice | None:
        fields = self._map(path, tree, _NOTICE, {"basis", "issued"})
        if fields is None:
            return None
        basis = self._text(fields, "basis", path)
        if ("year" in fields) == ("amends" in fields):
            self._report("calendar-year-or-amends", path, basis=basis)
        leaves = [self._leave(*item) for item in self._items(fields, "off", path)]
        return Notice(
            basis=basis,
            issued=self._day((*path, "issued"), fields["issued"]),
            year=self._whole((*path, "year"), fields["year"], _LAST_YEAR) if "year" in fields else None,
            amends=self._text(fields, "amends", path) if "amends" in fields else None,
            off=tuple(leave for leave in leaves if leave is not None),
            work=tuple(self._day(*item) for item in self._items(fields, "work", path)),
            place=self.document.place(path),
        )

    def _leave(self, path: Path, tree: Tree) -> Leave | None:
        fields = self._map(path, tree, _LEAVE, _LEAVE)
        if fields is None:
            return None
        first, last = (self._day((*path, key), fields[key]) for key in ("from", "to"))
        return Leave(self._text(fields, "name", path), first, last)

    def _map(self, path: Path, tree: Tree, known: Set[str], needed: Set[str]) -> dict[str, Tree] | None:
        """The mapping, or None when it is none or lacks what it needs: its parts are then not looked at."""
        if not isinstance(tree, dict):
            self._wrong(path, tree, "map")
            return None
        for key in sorted(tree.keys() - known):
            self._report("calendar-key", (*path, key), key=key, choices="、".join(sorted(known)))
        for key in sorted(needed - tree.keys()):
            self._report("calendar-missing", (*path, key), key=key)
        return tree if needed <= tree.keys() else None

    def _items(self, fields: Mapping[str, Tree], key: str, path: Path) -> list[tuple[Path, Tree]]:
        tree = fields.get(key, [])
        if not isinstance(tree, list):
            self._wrong((*path, key), tree, "list")
            return []
        return [((*path, key, index), item) for index, item in enumerate(tree)]

    def _text(self, fields: Mapping[str, Tree], key: str, path: Path) -> str:
        value = fields.get(key, "")
        if not isinstance(value, str):
            self._wrong((*path, key), value, "text")
        return str(value)

    def _day(self, path: Path, value: Tree) -> date:
        try:
            return date.fromisoformat(cast(str, value))
        except (TypeError, ValueError):
            self._wrong(path, value, "day")
            return date.min

    def _weekend(self, top: Mapping[str, Tree]) -> frozenset[int]:
        return frozenset(self._whole(path, tree, 7) for path, tree in self._items(top, "weekend", ()))

    def _whole(self, path: Path, value: Tree, highest: int) -> int:
        if isinstance(value, Decimal) and value == int(value) and 1 <= value <= highest:
            return int(value)
        self._report("calendar-value", path, value=value, wanted_zh=f"1 至 {highest}", wanted_en=f"1 to {highest}")
        return 1

    def _wrong(self, path: Path, value: Tree, kind: str) -> None:
        chinese, english = _WANTED[kind]
        self._report("calendar-value", path, value=value, wanted_zh=chinese, wanted_en=english)

    def _report(self, code: str, path: Path, **params: object) -> None:
        params.setdefault("key", next((part for part in reversed(path) if isinstance(part, str)), ""))
        self.problems.append(Problem(code, self.document.place(path), params))
