"""The script that an analyst would write: every table into pandas, one groupby for every total of every indicator.

Months of the year only, as most indicators use them. What it cannot say in a line (totals per group, firsts, lasts,
totals inside conditions, years to date) it leaves out; what it leaves out is counted and nothing is extrapolated.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Node, Number, Text, Window

_BINARY: Mapping[str, str] = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "=": "__eq__", "!=": "__ne__",
    "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__",
}  # fmt: skip


class Beyond(Exception):
    """More than a line of pandas."""


def loaded(files: Mapping[str, list[Path]], columns: Mapping[str, set[str]], dates: Mapping[str, str]) -> Any:
    """Each table as one frame with the month of every row."""
    frames = {}
    for table, paths in files.items():
        frame = pd.concat([pd.read_parquet(path, columns=sorted(columns[table])) for path in paths])
        for name in frame.columns:
            first = frame[name].dropna()
            if len(first) and type(first.iloc[0]).__name__ == "date":
                frame[name] = pd.to_datetime(frame[name])
            elif len(first) and type(first.iloc[0]).__name__ == "Decimal":
                frame[name] = frame[name].astype(float)
        when = frame[dates[table]]
        frame["_month"] = when.dt.year * 12 + when.dt.month - 1
        frames[table] = frame
    return frames


def total(frame: Any, unit: str, wanted: Aggregate) -> Any:
    """One total by unit and month. Raises `Beyond`."""
    if wanted.per or wanted.window != Window() or wanted.kind in ("first", "last"):
        raise Beyond(wanted.kind)
    rows = frame if wanted.where is None else frame[_column(wanted.where, frame).fillna(False).astype(bool)]
    keys = [rows[unit], rows["_month"]]
    if wanted.kind == "count" or wanted.argument is None:
        return rows.groupby([unit, "_month"]).size()
    groups = _column(wanted.argument, rows).groupby(keys)
    if wanted.kind == "percentile":
        return groups.quantile(float(wanted.level or 0) / 100, interpolation="higher")
    return getattr(groups, {"distinct": "nunique", "avg": "mean"}.get(wanted.kind, wanted.kind))()


def _column(node: Node, frame: Any) -> Any:
    match node:
        case Name():
            return frame[node.parts[-1]]
        case Number(value=value):
            return int(value) if value.denominator == 1 else float(value)
        case Text(value=text):
            return text
        case Day(value=day):
            return pd.Timestamp(day)
        case Call(op="and" | "or" as op, args=args):
            parts = [_column(arg, frame).fillna(False).astype(bool) for arg in args]
            found = parts[0]
            for part in parts[1:]:
                found = found & part if op == "and" else found | part
            return found
        case Call(op="not", args=(inner,)):
            return ~_column(inner, frame).fillna(True).astype(bool)
        case Call(op="is_null", args=(inner,)):
            return _column(inner, frame).isna()
        case Call(op="in", args=(value, *options)):
            return _column(value, frame).isin([_column(option, frame) for option in options])
        case Call(op="days", args=(first, last)):
            return (_day(_column(last, frame)) - _day(_column(first, frame))).dt.days
        case Call(op="month" | "year" as part, args=(inner,)):
            return getattr(_column(inner, frame).dt, part)
        case Call(op=op, args=(left, right)) if op in _BINARY:
            return getattr(_column(left, frame), _BINARY[op])(_column(right, frame))
    raise Beyond(type(node).__name__)


def _day(column: Any) -> Any:
    return column.dt.normalize()
