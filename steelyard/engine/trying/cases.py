"""A case file: rules, the facts they read, and what must come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pydantic import Field

from steelyard.engine.model.book import KINDS, Noun, RuleBook, read_book
from steelyard.engine.model.facts import ColumnType, FactTable, Type
from steelyard.engine.problems import Problem, Refused
from steelyard.engine.reading import Document, read
from steelyard.engine.shape import Written, shaped
from steelyard.engine.trying.tables import Cell, TextTable, table, typed


class English(Written):
    """Name and story of a teaching case for those who do not read Chinese."""

    name: str
    about: str


class Cases(Written):
    """One group of examples. Worked examples carry a number in column ``example``; other rows are company for them.

    ``facts`` declares tables in short: column -> type; every table also has ``unit``, ``officer`` and ``on``
    (the day that decides the period; the last day of ``period`` where nothing is written).
    ``of`` is the plan or indicator that is tried; the file's only plan, else its first indicator, where not written.
    ``units`` lists the subjects: code, ``class`` and attributes (numbers). ``reading`` names how an ambiguity of the
    published text is read. ``words`` are Chinese names of tables, columns (``table.column``) and attributes
    (``unit.staff``), for the sentences of the manual.

    With ``holdings`` (person, post, duty, unit, from, to, share of full time; empty is full time) the file's plan for
    persons is tried too: ``expect_persons`` has rows about a person (``total``) and, where ``unit`` is written, about
    the stage in that unit (``frozen``, ``days``, ``weight``, ``points``, ``carried``).
    """

    cases: str
    name: str = ""
    of: str = ""
    period: str = "2026"
    facts: Mapping[str, Mapping[str, Type]] = Field(default_factory=dict)
    units: str = ""
    given: Mapping[str, str] = Field(default_factory=dict)
    expect: str
    reading: str = ""
    source: str = ""
    about: str = ""
    words: Mapping[str, str] = Field(default_factory=dict)
    english: English | None = None
    holdings: str = ""
    expect_persons: str = ""


@dataclass(frozen=True)
class CaseFile:
    """A case file read: its book (with the shared defaults) and its groups of examples.

    A group tries the rules written between it and the group before it (``books``); where there are none, the same
    rules as that group.
    """

    file: str
    book: RuleBook
    groups: tuple[Cases, ...]
    books: tuple[RuleBook, ...]


IMPLICIT: Mapping[str, ColumnType] = {
    "unit": ColumnType(kind="text"),
    "officer": ColumnType(kind="text"),
    "on": ColumnType(kind="date"),
}
DEFAULTS = "book.yaml"


def read_cases(files: Iterable[tuple[str, str]]) -> list[CaseFile]:
    """All case files of a folder; ``book.yaml`` holds the defaults shared by all. Raises `Refused`."""
    named = dict(files)
    shared = named.pop(DEFAULTS, "")
    found: list[CaseFile] = []
    problems: list[Problem] = []
    for file, text in sorted(named.items()):
        try:
            found.append(_case_file(file, text, shared))
        except Refused as refused:
            problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    return found


def _case_file(file: str, text: str, shared: str) -> CaseFile:
    documents = read(text, file)
    groups = tuple(shaped(Cases, document) for document in documents if _is_cases(document))
    book = read_book([(DEFAULTS, shared), (file, text)], skip="cases")
    return CaseFile(file, book, groups, tuple(_narrowed(book, ids) for ids in _sections(documents)))


def _sections(documents: Iterable[Document]) -> Iterator[set[str]]:
    """The identifiers of the rules that each group tries."""
    section: set[str] = set()
    written: set[str] = set()
    for document in documents:
        if _is_cases(document):
            section, written = written or section, set()
            yield section
        elif isinstance(document.tree, dict):
            written |= {str(document.tree[kind]) for kind in KINDS if kind in document.tree}


def _narrowed(book: RuleBook, ids: set[str]) -> RuleBook:
    def own(found: Mapping[str, Noun]) -> dict[str, Noun]:
        return {id: noun for id, noun in found.items() if id in ids}

    return replace(
        book,
        indicators=own(book.indicators),
        plans=own(book.plans),
        persons=own(book.persons),
        tolerances=own(book.tolerances),
    )


def _is_cases(document: Document) -> bool:
    return isinstance(document.tree, dict) and "cases" in document.tree


def fact_table(name: str, columns: Mapping[str, ColumnType], words: Mapping[str, str] | None = None) -> FactTable:
    """The short declaration as a full one."""
    called = words or {}
    all_columns = {
        key: {"name": called.get(f"{name}.{key}", key), "type": str(kind)}
        for key, kind in {**IMPLICIT, **columns}.items()
    }
    return FactTable.model_validate(
        {
            "table": name,
            "name": called.get(name, name),
            "source": "case",
            "columns": all_columns,
            "unit": "unit",
            "officer": "officer",
            "date": "on",
            "key": [],
        }
    )


def case_table(cases: Cases, name: str) -> FactTable:
    return fact_table(name, cases.facts[name], cases.words)


def rows(cases: Cases, name: str, last_day: Cell) -> list[dict[str, Cell]]:
    """The typed rows of one table; the day is the last of the period where the case does not write one."""
    columns = {**IMPLICIT, **cases.facts.get(name, {})}
    written = table(cases.given.get(name, ""), cases.place("given", name))
    found = typed(written, columns, cases.place("given", name)) if written.header else []
    return [{**row, "on": row["on"] or last_day} for row in found]


def subjects(cases: Cases) -> TextTable:
    """Units as written, or everyone named in the tables and the expectations, in order of first mention."""
    if cases.units:
        return table(cases.units, cases.place("units"))
    names: dict[str, None] = {}
    for key, text in [*cases.given.items(), ("", cases.expect)]:
        written = table(text, cases.place("given", key) if key else cases.place("expect"))
        names.update((str(record["unit"]), None) for record in written.records() if record.get("unit"))
    return TextTable(("unit",), tuple((name,) for name in names))
