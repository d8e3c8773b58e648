"""Chinese names of everything that a rule may name, taken from declarations and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from steelyard.engine.expressions.nodes import Call, Name, Node
from steelyard.engine.expressions.parse import parse
from steelyard.engine.expressions.wording import Vocabulary
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.facts import FactTable
from steelyard.engine.model.item import Item
from steelyard.engine.weighing.expanding import expanded


def vocabulary(book: RuleBook, tables: Mapping[str, FactTable]) -> Vocabulary:
    """Tables, columns (``table.column``), indicators, items with what they give (``item.points``), lists.

    What book and plans name themselves (``names: {unit.staff: 在职人数}``) wins.
    """
    names = {indicator.id: indicator.name for indicator in book.indicators.values()}
    for indicator in book.indicators.values():
        names |= dict(_given(indicator.id, indicator.name)) | parts_of(indicator)
    for table in tables.values():
        names[table.table] = table.name
        names |= {f"{table.table}.{key}": name for key, name in titles(table).items()}
    names |= {} if book.defaults is None else book.defaults.names
    for plan in book.plans.values():
        names |= {f"list:{cut.list}": cut.name for cut in plan.lists} | dict(plan.names)
    return Vocabulary(names)


def titles(table: FactTable) -> dict[str, str]:
    """What people call each column; a derived one by its ``names``, else by what it counts, else by its key."""
    derived = {key: table.names.get(key) or _derived(table, parse(one)) or key for key, one in table.derive.items()}
    return {key: column.name for key, column in table.columns.items()} | derived


_BETWEEN = {"days": "天数", "workdays": "工作日数", "minutes": "分钟数", "workminutes": "工作分钟数"}


def _derived(table: FactTable, tree: Node) -> str:
    """``申报期限至申报日期的天数``; empty for what has no plain name."""
    match tree:
        case Call(op=op, args=(Name(text=start), Name(text=end))) if op in _BETWEEN:
            return f"{_title(table, start)}至{_title(table, end)}的{_BETWEEN[op]}"
        case _:
            return ""


def _title(table: FactTable, written: str) -> str:
    return table.columns[written].name if written in table.columns else written


def parts_of(item: Item) -> dict[str, str]:
    """What the items and checkpoints inside an item give, as its formulas name them."""
    return {key: name for part in _items(item) for key, name in _given(part.item, part.name)}


def _items(item: Item) -> Iterator[Item]:
    for rule in (item, *item.by_class.values()):
        for part in expanded(rule).items:
            yield part
            yield from _items(part)


def _given(key: str, name: str) -> Iterator[tuple[str, str]]:
    for what, word in (("value", "实际值"), ("full", "满分"), ("points", "得分"), ("label", "等次")):
        yield f"{key}.{what}", f"{name}的{word}"


def of_tables(tables: Mapping[str, FactTable]) -> Vocabulary:
    """Chinese names of tables and columns, derived ones as well, as their declarations give them."""
    names = {key: column.name for table in tables.values() for key, column in table.columns.items()}
    return vocabulary(RuleBook(), tables).named(names)
