"""A token for a part of the organisation brings facts of that part only, and replaces none of another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from steelyard.bureau.sent import Row, cell, values
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
    """What is not for this token to bring. A unit of others and one that does not exist look the same. To be asked
    while nobody else writes to the record: of two who bring one new key at once, the second is told so."""
    if over_the_whole(who, NAME):
        return
    if table.unit is None:
        yield Problem("push-no-unit", params={"table": table.table})
        return
    within = {code for code, path in Unit.objects.values_list("code", "path") if who.may(NAME, Target(path=path))}
    for number, unit in enumerate(values(table, rows, table.unit)):
        if unit not in within:
            said = {"unit": cell(table, rows[number], table.unit)}
            yield Problem("push-unit", Place(f"rows[{number}].{table.unit}"), said)
    yield from _replaced(table, table.unit, rows, within)


def _replaced(table: FactTable, unit: str, rows: Sequence[Row], within: set[str]) -> Iterator[Problem]:
    """Rows of others that have the same key; one whose key names the unit cannot be of another."""
    if not table.key or unit in table.key:
        return
    keys = list(zip(*(values(table, rows, name) for name in table.key), strict=True))
    held = _held(table, unit, {key[0] for key in keys} - {None})
    for number, key in enumerate(keys):
        if held.get(key, set()) - within:
            said = "、".join(cell(table, rows[number], name) for name in table.key)
            yield Problem("push-key", Place(f"rows[{number}].{table.key[0]}"), {"key": said})


def _held(table: FactTable, unit: str, firsts: set[Any]) -> dict[tuple[Any, ...], set[str]]:
    """The units of every version of the rows whose key begins as one of those sent."""
    record = settings.STEELYARD.of_bureau().record
    source = snapshot(record).sources.get(table.table) if (record / "ledger.sqlite").is_file() else None
    found: dict[tuple[Any, ...], set[str]] = {}
    for file in () if source is None else source.files:
        stored = pq.read_table(file, columns=[*table.key, unit])
        kept = stored.filter(pc.is_in(stored[0], value_set=pa.array(sorted(firsts)).cast(stored[0].type)))
        for row in kept.to_pylist():
            found.setdefault(tuple(row[name] for name in table.key), set()).add(str(row[unit]))
    return found
