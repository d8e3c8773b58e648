"""A token for a part of the organisation brings facts of that part only, and replaces none of another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from steelyard.bureau.sent import Row, cell
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import CATALOGUE, Place, Problem
from steelyard.lake.record import snapshot
from steelyard.web.api.guarding import over_the_whole
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Unit

CATALOGUE.add(
    {
        "push-unit": (
            "本令牌的范围内没有机构“{unit}”；请核对代码，或改用范围包括它的令牌",
            "there is no unit '{unit}' within this token; check its code, or use a token that covers it",
        ),
        "push-key": (
            "业务主键“{key}”不能由本令牌改写；请核对，或改用范围更大的令牌",
            "the row with key '{key}' is not for this token to replace; check it, or use a token that covers more",
        ),
        "push-no-unit": (
            "数据表 {table} 不分单位，只能由覆盖全局的令牌推送",
            "rows of table {table} belong to no unit; only a token over the whole may push them",
        ),
    }
)
NAME = "api-facts-unit"


def foreign(who: Asker, table: FactTable, rows: Sequence[Row]) -> Iterator[Problem]:
    """What is not for this token to bring. A unit of others and one that does not exist look the same."""
    if over_the_whole(who, NAME):
        return
    if table.unit is None:
        yield Problem("push-no-unit", params={"table": table.table})
        return
    within = {code for code, path in Unit.objects.values_list("code", "path") if who.may(NAME, Target(path=path))}
    for number, row in enumerate(rows):
        unit = cell(table, row, table.unit)
        if unit not in within:
            yield Problem("push-unit", Place(f"rows[{number}].{table.unit}"), {"unit": unit})
    yield from _replaced(table, table.unit, rows, within)


def _replaced(table: FactTable, unit: str, rows: Sequence[Row], within: set[str]) -> Iterator[Problem]:
    """Rows of others that have the same key; one whose key names the unit cannot be of another."""
    if not table.key or unit in table.key:
        return
    held = _held(table, unit, {cell(table, row, table.key[0]) for row in rows})
    for number, row in enumerate(rows):
        key = tuple(cell(table, row, name) for name in table.key)
        if held.get(key, set()) - within:
            yield Problem("push-key", Place(f"rows[{number}].{table.key[0]}"), {"key": "、".join(key)})


def _held(table: FactTable, unit: str, firsts: set[str]) -> dict[tuple[str, ...], set[str]]:
    """The units of every version of the rows whose key begins as one of those sent."""
    record = settings.STEELYARD.of_bureau().record
    source = snapshot(record).sources.get(table.table) if (record / "ledger.sqlite").is_file() else None
    found: dict[tuple[str, ...], set[str]] = {}
    texts = pa.array(sorted(firsts), "string")
    for file in () if source is None else source.files:
        stored = pq.read_table(file, columns=[*table.key, unit])
        kept = stored.filter(pc.is_in(pc.cast(stored[0], "string"), value_set=texts))
        for row in kept.to_pylist():
            found.setdefault(tuple(str(row[name]) for name in table.key), set()).add(str(row[unit]))
    return found
