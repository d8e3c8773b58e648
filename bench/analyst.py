"""The script that an analyst would write: every table into pandas, and for every indicator a block of its own that
filters and groups what it needs. `bench.points` goes on from the totals to points and places.

Floats, one thread, nothing kept for the next month. What the tables hold twice is left with its last version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Node, Number, Text

_BINARY: Mapping[str, str] = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "=": "__eq__", "!=": "__ne__",
    "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__",
}  # fmt: skip
_NAMED = {"distinct": "nunique", "avg": "mean"}


def loaded(files: Sequence[Path], columns: set[str], key: Sequence[str], date: str) -> Any:
    """One table as a frame with the month of every row; of rows with one key the last one."""
    wanted = sorted({*columns, *key, date})
    parts = [pd.read_parquet(path, columns=wanted) for path in files]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({name: [] for name in wanted})
    frame[date] = pd.to_datetime(frame[date])
    frame = frame.drop_duplicates(list(key), keep="last")
    for name in frame.columns:
        first = frame[name].dropna()
        if len(first) and type(first.iloc[0]).__name__ == "date":
            frame[name] = pd.to_datetime(frame[name])
        elif len(first) and type(first.iloc[0]).__name__ == "Decimal":
            frame[name] = frame[name].astype(float)
    frame["_month"] = frame[date].dt.year * 12 + frame[date].dt.month - 1
    return frame


def total(frame: Any, wanted: Aggregate) -> Any:
    """One total by subject and month (as ``year * 12 + month - 1``), of a frame that names the ``_subject`` of rows."""
    rows = frame if wanted.where is None else frame[column(wanted.where, frame).fillna(False).astype(bool)]
    if wanted.window.checkpoint is not None:
        return _to_date(rows, wanted)
    found = _grouped(rows, ["_subject", "_month"], wanted)
    if wanted.window.years:
        found.index = found.index.set_levels(found.index.levels[1] + 12 * wanted.window.years, level=1)
    return found


def _to_date(rows: Any, wanted: Aggregate) -> Any:
    """From January to the end of a quarter, said for every month from the one in which the quarter ends."""
    last = int(str(wanted.window.checkpoint)[1:]) * 3
    year, month = rows["_month"] // 12, rows["_month"] % 12
    inside = rows[month < last].assign(_year=year[month < last])
    found = _grouped(inside, ["_subject", "_year"], wanted)
    months = [found.rename(lambda year, m=month: year * 12 + m, level=1) for month in range(last - 1, 12)]
    return pd.concat(months).rename_axis(["_subject", "_month"])


def _grouped(rows: Any, keys: list[str], wanted: Aggregate) -> Any:
    if wanted.per:
        inner = _plain(rows, [*keys, *wanted.per], str(wanted.inner), wanted)
        return getattr(inner.groupby(level=[0, 1]), _NAMED.get(wanted.kind, wanted.kind))()
    if wanted.order is not None:
        rows = rows.sort_values(wanted.order, kind="stable")
    return _plain(rows, keys, wanted.kind, wanted)


def _plain(rows: Any, keys: list[str], kind: str, wanted: Aggregate) -> Any:
    if kind == "count" or wanted.argument is None:
        return rows.groupby(keys).size()
    values = column(wanted.argument, rows).dropna()
    groups = values.groupby([rows[key].reindex(values.index) for key in keys])
    if kind == "percentile":
        level = float(wanted.level or 0)
        return groups.agg(lambda known: np.percentile(known, level, method="inverted_cdf"))
    return getattr(groups, _NAMED.get(kind, kind))()


def column(node: Node, frame: Any) -> Any:
    """What a rule says of a row, for all rows of a frame."""
    match node:
        case Name():
            return frame[node.parts[-1]]
        case Number(value=value):
            return int(value) if value.denominator == 1 else float(value)
        case Text(value=text):
            return text
        case Day(value=day):
            return pd.Timestamp(day)
        case Call():
            return _call(node, frame)
    raise NotImplementedError(type(node).__name__)


def _call(node: Call, frame: Any) -> Any:
    if node.op in ("and", "or", "not"):
        return _logic(node, frame)
    first, *others = (column(arg, frame) for arg in node.args)
    match node.op, others:
        case "is_null", []:
            return first.isna()
        case "in", options:
            return first.isin(options)
        case "days", [last]:
            return (last.dt.normalize() - first.dt.normalize()).dt.days
        case "month" | "year", []:
            return getattr(first.dt, node.op)
        case op, [other] if op in _BINARY:
            return getattr(first, _BINARY[op])(other)
    raise NotImplementedError(node.op)


def _logic(node: Call, frame: Any) -> Any:
    unknown = node.op == "not"  # what is not known is not met, whichever way it is asked
    first, *others = (column(arg, frame).fillna(unknown).astype(bool) for arg in node.args)
    if node.op == "not":
        return ~first
    for other in others:
        first = first & other if node.op == "and" else first | other
    return first
