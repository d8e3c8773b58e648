"""A bureau's folder: its rules, the declarations of its facts, the record of facts, and its runs."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from os import PathLike
from pathlib import Path

from steelyard.engine.calendar import Calendar, read_calendar
from steelyard.engine.given import given
from steelyard.engine.model.book import RuleBook, read_book
from steelyard.engine.model.declared import read_facts
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse

CATALOGUE.add(
    {
        "folder-missing": (
            "没有文件夹 {folder}；请检查路径，或先建立 rules/ 与 facts/",
            "there is no folder {folder}; check the path, or create rules/ and facts/ first",
        ),
        "folder-empty": (
            "{folder} 里没有 .yaml 文件",
            "there is no .yaml file in {folder}",
        ),
        "no-calendar": (
            "没有工作日历，无法计算期限；请在“工作日历”页面写一份，或在 {folder} 里放 calendar.yaml",
            "there is no working calendar, so that no deadline can be counted; write one on the page Working calendar, "
            "or put calendar.yaml into {folder}",
        ),
        "file-not-opened": (
            "文件打不开（{reason}）；请检查它是否还在、是不是文件、权限是否允许读",
            "the file cannot be opened ({reason}); see that it is there, is a file, and may be read",
        ),
        "file-not-utf8": (
            "第 {line} 行起不是 UTF-8 文字（多半是用 GBK 或 GB18030 保存的）；请用编辑器另存为 UTF-8 后重试",
            "from line {line} on this is no UTF-8 text (perhaps it was saved as GBK or GB18030); save it as UTF-8",
        ),
    }
)


@dataclass(frozen=True)
class Written:
    """What people had written at one moment: names and texts of the rule files, of the declarations of facts, and of
    the bureau's own working calendar where there is one.

    What is checked, what is weighed by and what a run freezes are one `Written`, whatever is saved meanwhile.
    """

    rules: Sequence[tuple[str, str]]
    facts: Sequence[tuple[str, str]]
    calendar: Sequence[tuple[str, str]] = ()

    @cached_property
    def book(self) -> RuleBook:
        """Raises `Refused` with the problems of all rule files."""
        return read_book(self.rules)

    @cached_property
    def tables(self) -> Mapping[str, FactTable]:
        """Raises `Refused` with the problems of all declarations."""
        return tables_of(self.facts)

    @cached_property
    def days(self) -> Calendar | None:
        """The working calendar. Raises `Refused` with its problems."""
        return next((_days(text, name) for name, text in self.calendar), None)


@dataclass(frozen=True, init=False)
class Bureau:
    """``rules/*.yaml`` and ``facts/*.yaml`` are written by people; ``record/`` and ``runs/`` only by the product."""

    root: Path
    record_folder: Path | None

    def __init__(self, root: str | PathLike[str], record_folder: str | PathLike[str] | None = None) -> None:
        given(root=(root, str, PathLike), record_folder=(record_folder, str, PathLike, type(None)))
        object.__setattr__(self, "root", Path(root))
        object.__setattr__(self, "record_folder", None if record_folder is None else Path(record_folder))

    @property
    def record(self) -> Path:
        return self.record_folder or self.root / "record"

    @property
    def runs(self) -> Path:
        return self.record.parent / "runs"

    def rules(self) -> list[tuple[str, str]]:
        """Names and texts of the rules as they stand now."""
        return texts(self.root / "rules")

    def declarations(self) -> list[tuple[str, str]]:
        """Names and texts of the declarations of facts."""
        return texts(self.root / "facts")

    def rules_stamp(self) -> Hashable:
        """Another one whenever `rules` may be other texts; found out without reading them."""
        return stamp(self.root / "rules")

    def book(self) -> RuleBook:
        """Of the rules as they stand now; of the same texts it is read once."""
        return _book(tuple(self.rules()))

    def tables(self) -> Mapping[str, FactTable]:
        """The declarations as the files stand now; of the same texts they are read once."""
        return tables_in(tuple(texts(self.root / "facts")))

    def written(self) -> Written:
        """All texts as they stand now. Raises `Refused` with everything that cannot be read."""
        found, problems = list[list[tuple[str, str]]](), list[Problem]()
        readers = (self.rules, self.declarations, self.calendars)
        for read in readers:
            try:
                found.append(read())
            except Refused as refused:
                problems.extend(refused.problems)
        if problems:
            raise Refused(problems)
        return Written(*found)

    def calendar(self) -> Calendar | None:
        """The bureau's own working calendar and hours, where it has written one."""
        return next((_days(text, name) for name, text in self.calendars()), None)

    def calendars(self) -> list[tuple[str, str]]:
        """Name and text of the calendar as it stands now, nothing where there is none."""
        path = self.root / "calendar.yaml"
        return [(str(path), text_of(path))] if path.is_file() else []


def tables_of(files: Iterable[tuple[str, str]]) -> Mapping[str, FactTable]:
    """The declared tables by name. Raises `Refused` with the problems of all files together."""
    found: list[FactTable] = []
    problems: list[Problem] = []
    for name, text in files:
        try:
            found.extend(read_facts(text, name))
        except Refused as refused:
            problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    return {table.table: table for table in found}


@lru_cache(maxsize=2)
def _book(files: tuple[tuple[str, str], ...]) -> RuleBook:
    """Nothing changes a book that was read. What is refused is read anew each time."""
    return read_book(files)


@lru_cache(maxsize=4)
def _days(text: str, name: str) -> Calendar:
    return read_calendar(text, name)


@lru_cache(maxsize=8)
def tables_in(files: tuple[tuple[str, str], ...]) -> Mapping[str, FactTable]:
    """`tables_of`, read once of the same texts; nothing changes them."""
    return tables_of(files)


def saying(files: Iterable[tuple[str, str]], **begins: str) -> list[tuple[str, str]]:
    """Files, or parts of files, in which one of these keys has a value that begins so, however it is quoted: enough
    for what concerns a few rules, where reading all of them would take most of a second."""
    keys = [re.compile(rf"\b{key}\b[\"']?\s*:\s*[\"']?{re.escape(begin)}") for key, begin in begins.items()]
    return [(name, text) for name, text in files if any(key.search(text) for key in keys)]


def stamp(folder: Path) -> tuple[tuple[str, int], ...]:
    """Changes whenever a YAML file of the folder does."""
    return tuple(sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*.yaml")))


def texts(folder: Path) -> list[tuple[str, str]]:
    """Name and text of every YAML file below a folder, in order of names. Raises `Refused` with all unreadable ones."""
    if not folder.is_dir():
        raise refuse("folder-missing", Place(str(folder)), folder=folder)
    found, problems = list[tuple[str, str]](), list[Problem]()
    for path in sorted(folder.rglob("*.yaml")):
        try:
            found.append((str(path), text_of(path)))
        except Refused as refused:
            problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    if not found:
        raise refuse("folder-empty", Place(str(folder)), folder=folder)
    return found


def text_of(path: Path) -> str:
    """What somebody wrote. Raises `Refused`: ``file-not-opened``, and ``file-not-utf8``, as a guessed encoding would be
    a guessed rule."""
    try:
        written = path.read_bytes()
    except OSError as error:
        raise refuse("file-not-opened", Place(str(path)), reason=error.strerror or error) from None
    try:
        return written.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = written.count(b"\n", 0, error.start) + 1
        raise refuse("file-not-utf8", Place(str(path), line, 1), line=line) from None
