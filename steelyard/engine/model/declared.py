"""Fact tables from YAML: shape first, meaning second, all problems of a stage together, each with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Node, walk
from steelyard.engine.expressions.parse import parse
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import CATALOGUE, Problem, Refused
from steelyard.engine.reading import Document, Path, read
from steelyard.engine.shape import shaped, suggestion

CATALOGUE.add(
    {
        "facts-unknown-column": (
            "数据表“{table}”没有列“{column}”{suggestion}；已声明的列：{known}",
            "table '{table}' has no column '{column}'{suggestion}; declared columns: {known}",
        ),
        "facts-doubled-name": (
            "列“{column}”的名称“{name}”已被列“{other}”占用；请改名或删去别名",
            "name '{name}' of column '{column}' already belongs to column '{other}'; rename it or drop the alias",
        ),
        "facts-date-type": (
            "列“{column}”决定考评周期，类型应为 date 或 datetime，现为 {type}",
            "column '{column}' decides the period; its type must be date or datetime, not {type}",
        ),
        "facts-code-type": (
            "列“{column}”是代码，类型应为 text，现为 {type}",
            "column '{column}' holds codes; its type must be text, not {type}",
        ),
        "facts-expression": (
            "“{text}”里不能用“{found}”；行条件只能用本表的列、数、文字、日期和：{known}",
            "'{found}' cannot be used in '{text}'; a row may use columns, numbers, texts, dates and: {known}",
        ),
        "facts-format": (
            "日期格式“{format}”写法有误；只能用 %Y %m %d %H %M %S（%-m %-d 表示可不补零），且年月日齐全",
            "date format '{format}' is wrong; use %Y %m %d %H %M %S (%-m: not padded), with year, month and day",
        ),
        "facts-group": (
            "“{pattern}”没有第 {group} 组括号；请检查 into 里的编号",
            "'{pattern}' has no group {group}; check the numbers in into",
        ),
        "facts-doubled-table": ("数据表“{table}”声明了两次；请合并", "table '{table}' is declared twice; merge them"),
    }
)

ROW_FUNCTIONS = (
    "+", "-", "*", "negative", "=", "!=", "<", "<=", ">", ">=", "and", "or", "not", "in", "is_null", "if", "abs",
    "days", "workdays", "minutes", "workminutes", "month_start",
)  # fmt: skip
_DIRECTIVE = re.compile(r"%(-?[A-Za-z%])")
_DIRECTIVES = {"Y", "m", "d", "H", "M", "S", "-m", "-d", "-H"}


def read_facts(text: str, file: str) -> list[FactTable]:
    """All fact tables of one file. Raises `Refused` with every problem of the stage that failed."""
    documents = read(text, file)
    tables, problems = [], list[Problem]()
    for document in documents:
        try:
            tables.append(shaped(FactTable, document))
        except Refused as refused:
            problems += refused.problems
    if not problems:
        problems = [p for table, document in zip(tables, documents, strict=True) for p in meaning(table, document)]
        problems += _doubled_tables(tables, documents)
    if problems:
        raise Refused(problems)
    return tables


def _doubled_tables(tables: Sequence[FactTable], documents: Sequence[Document]) -> Iterator[Problem]:
    seen: set[str] = set()
    for table, document in zip(tables, documents, strict=True):
        if table.table in seen:
            yield Problem("facts-doubled-table", document.place(("table",)), {"table": table.table})
        seen.add(table.table)


def meaning(table: FactTable, document: Document) -> list[Problem]:
    """What a well-shaped declaration can still get wrong."""
    checks: tuple[Callable[[FactTable, Document], Iterator[Problem]], ...] = (
        _columns_exist, _names_differ, _types_fit, _formats_read, _groups_exist, _expressions_fit,
    )  # fmt: skip
    return [problem for check in checks for problem in check(table, document)]


def _columns_exist(table: FactTable, document: Document) -> Iterator[Problem]:
    """Key, unit, officer, date and feeds name declared columns; the date may also be derived."""
    known = [*table.columns, *table.derive]
    for path, name in table.mentioned():
        if name not in (known if path == ("date",) else table.columns):
            params = {"table": table.table, "column": name, "known": "、".join(known)}
            yield Problem(
                "facts-unknown-column", document.place(path), {**params, "suggestion": suggestion(name, known)}
            )
    for name in table.names:
        if name not in table.derive:
            params = {"table": table.table, "column": name, "known": "、".join(table.derive)}
            params["suggestion"] = suggestion(name, list(table.derive))
            yield Problem("facts-unknown-column", document.place(("names", name)), params)


def _names_differ(table: FactTable, document: Document) -> Iterator[Problem]:
    """A heading belongs to one column; a derived column has a name of its own."""
    owners: dict[str, str] = {}
    for column, declared in table.columns.items():
        for name in dict.fromkeys((column, declared.name, *declared.aliases)):
            if owners.setdefault(name, column) != column:
                params = {"column": column, "name": name, "other": owners[name]}
                yield Problem("facts-doubled-name", document.place(("columns", column)), params)
    for column in table.derive:
        for name, key in {table.names.get(column, column): "names", column: "derive"}.items():
            if name in owners:
                params = {"column": column, "name": name, "other": owners[name]}
                yield Problem("facts-doubled-name", document.place((key, column)), params)
            owners.setdefault(name, column)


def _types_fit(table: FactTable, document: Document) -> Iterator[Problem]:
    date = table.columns.get(table.date or "")
    if date and date.type.kind not in ("date", "datetime"):
        params = {"column": table.date, "type": date.type}
        yield Problem("facts-date-type", document.place(("date",)), params)
    for field in ("unit", "officer"):
        column = table.columns.get(getattr(table, field) or "")
        if column and column.type.kind != "text":
            params = {"column": getattr(table, field), "type": column.type}
            yield Problem("facts-code-type", document.place((field,)), params)


def _formats_read(table: FactTable, document: Document) -> Iterator[Problem]:
    for name, column in table.columns.items():
        for index, written in enumerate(column.formats):
            found = _DIRECTIVE.findall(written)
            plain = {part.lstrip("-") for part in found}
            if not set(found) <= _DIRECTIVES or len(plain) != len(found) or not {"Y", "m", "d"} <= plain:
                yield Problem("facts-format", document.place(("columns", name, "formats", index)), {"format": written})


def _groups_exist(table: FactTable, document: Document) -> Iterator[Problem]:
    for path, pattern, into in _templates(table):
        # counted, not compiled: texts meet the pattern only inside the cage, in an engine without backtracking
        groups = len(re.findall(r"(?<!\\)\((?!\?)", pattern))
        used = [into] if isinstance(into, int) else [int(digit) for digit in re.findall(r"\\([0-9])", into)]
        for group in used:
            if not 1 <= group <= groups:
                yield Problem("facts-group", document.place(path), {"pattern": pattern, "group": group})


def _templates(table: FactTable) -> Iterator[tuple[Path, str, int | str]]:
    """Every pattern with what its groups become, and where that is written."""
    for column, declared in table.columns.items():
        for index, rewrite in enumerate(declared.rewrite):
            yield ("columns", column, "rewrite", index, "into"), rewrite.pattern, rewrite.into
    for at, feed in enumerate(table.files):
        for index, spread in enumerate(feed.unpivot.columns if feed.unpivot else ()):
            for name, into in spread.into.items():
                yield ("files", at, "unpivot", "columns", index, "into", name), spread.pattern, into


def _expressions_fit(table: FactTable, document: Document) -> Iterator[Problem]:
    written: list[tuple[Path, str]] = [(("checks", i, "check"), check.check) for i, check in enumerate(table.checks)]
    written += [(("derive", name), text) for name, text in table.derive.items()]
    names = row_names(table)
    for path, text in written:
        try:
            tree = parse(text, document.place(path))
        except Refused as refused:
            yield from refused.problems
            continue
        for found in _strangers(tree, names):
            params = {"text": text, "found": found, "known": " ".join(ROW_FUNCTIONS)}
            yield Problem("facts-expression", document.place(path), params)


def row_names(table: FactTable) -> Mapping[str, str]:
    """Every word for a column in row expressions, English or Chinese, with the column it stands for."""
    names = {name: name for name in table.derive} | {title: name for name, title in table.names.items()}
    for name, column in table.columns.items():
        names |= {name: name, column.name: name}
    return names


def _strangers(tree: Node, names: Mapping[str, str]) -> Iterator[str]:
    """What a row expression may not hold: totals over rows, unknown names, functions of rules."""
    for node in walk(tree):
        match node:
            case Aggregate(kind=kind):
                yield kind
            case Name(text=text) if text not in names:
                yield text
            case Call(op=op) if op not in ROW_FUNCTIONS:
                yield op
            case Day() | Name() | Call():
                pass
