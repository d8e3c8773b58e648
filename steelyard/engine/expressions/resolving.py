"""Names in an aggregate -> declared tables and columns, or every wrong name with what was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from steelyard.engine.expressions.nodes import Aggregate, Call, Name, Node, Span
from steelyard.engine.expressions.schema import TableSchema
from steelyard.engine.problems import CATALOGUE, NOWHERE, Place, Problem, Refused

CATALOGUE.add(
    {
        "expression-unknown-table": (
            "没有声明过事实表“{table}”{suggestion_zh}；已声明的有：{allowed}",
            "no fact table '{table}' is declared{suggestion_en}; declared are: {allowed}",
        ),
        "expression-unknown-column": (
            "事实表 {table} 没有列“{column}”{suggestion_zh}；可用的列：{allowed}",
            "fact table {table} has no column '{column}'{suggestion_en}; it has: {allowed}",
        ),
        "expression-other-table": (
            "此处只能用事实表 {table} 的列，不能用“{column}”；跨表请分别汇总后再运算",
            "only columns of {table} can stand here, not '{column}'; total each table by itself, then combine",
        ),
    }
)


def resolve(aggregate: Aggregate, tables: Mapping[str, TableSchema], place: Place = NOWHERE) -> Aggregate:
    """The same aggregate with English identifiers: every `Name` inside is then one column of its table.

    ``place`` is where the whole expression starts. Two aggregates that mean the same columns become equal.
    Raises `Refused` with every ``expression-unknown-table``, ``-unknown-column`` and ``-other-table``.
    """
    table = _table(aggregate.table, tables)
    if table is None:
        raise Refused([_unknown_table(aggregate, tables, place)])
    names = _Names(table, tables, place)
    resolved = names.aggregate(aggregate)
    if names.problems:
        raise Refused(names.problems)
    return resolved


def beside(place: Place, span: Span) -> Place:
    """The place of a part of an expression that starts at ``place``."""
    return Place(place.file, place.line, place.column + span[0]) if place.line else place


def suggestion(written: str, allowed: Iterable[str]) -> dict[str, str]:
    """The words for "did you mean": parameters ``suggestion_zh`` and ``suggestion_en``, empty when nothing is near."""
    near = difflib.get_close_matches(written, sorted(allowed), n=1, cutoff=0.6)
    return {
        "suggestion_zh": f"，是否指“{near[0]}”" if near else "",
        "suggestion_en": f", did you mean '{near[0]}'" if near else "",
    }


def _table(written: str, tables: Mapping[str, TableSchema]) -> TableSchema | None:
    titled = sorted(name for name, table in tables.items() if table.title == written)
    return tables.get(written) or (tables[titled[0]] if len(titled) == 1 else None)


def _unknown_table(aggregate: Aggregate, tables: Mapping[str, TableSchema], place: Place) -> Problem:
    names = [name for known in tables.values() for name in (known.name, known.title) if name]
    allowed = "、".join(f"{known.name} {known.title}".strip() for _, known in sorted(tables.items()))
    params = {"table": aggregate.table, "allowed": allowed, **suggestion(aggregate.table, names)}
    return Problem("expression-unknown-table", beside(place, aggregate.span), params)


class _Names:
    """Resolves within one table and gathers what is wrong."""

    def __init__(self, table: TableSchema, tables: Mapping[str, TableSchema], place: Place) -> None:
        self.table, self.tables, self.place = table, tables, place
        self.problems: list[Problem] = []

    def aggregate(self, found: Aggregate) -> Aggregate:
        return replace(
            found,
            table=self.table.name,
            argument=self._optional(found.argument),
            where=self._optional(found.where),
            per=tuple(self.column(name, found.span) for name in found.per),
            order=None if found.order is None else self.column(found.order, found.span),
        )

    def _optional(self, node: Node | None) -> Node | None:
        return None if node is None else self.node(node)

    def node(self, node: Node) -> Node:
        match node:
            case Name(parts=(column,), span=span):
                return Name((self.column(column, span),), span)
            case Name(parts=(table, column), span=span):
                return Name((self.column(column, span) if self._ours(table, node.text, span) else column,), span)
            case Call(op=op, args=args, span=span):
                return Call(op, tuple(self.node(arg) for arg in args), span)
            case Aggregate(table=table, span=span):
                return self.aggregate(node) if self._ours(table, table, span) else node
            case _:
                return node

    def _ours(self, table: str, written: str, span: Span) -> bool:
        ours = _table(table, self.tables) is self.table
        if not ours:
            params = {"table": self.table.name, "column": written}
            self.problems.append(Problem("expression-other-table", beside(self.place, span), params))
        return ours

    def column(self, written: str, span: Span) -> str:
        found = self.table.column(written)
        if found is None:
            titles = {column: title for title, column in self.table.titles.items()}
            allowed = "、".join(f"{name} {titles.get(name, '')}".strip() for name in sorted(self.table.columns))
            near = suggestion(written, [*self.table.columns, *self.table.titles])
            params = {"table": self.table.name, "column": written, "allowed": allowed, **near}
            self.problems.append(Problem("expression-unknown-column", beside(self.place, span), params))
        return found or written
