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
        case Call():
            return _call(node, frame)
    raise Beyond(type(node).__name__)


def _call(node: Call, frame: Any) -> Any:
    if node.op in ("and", "or", "not"):
        return _logic(node, frame)
    first, *others = (_column(arg, frame) for arg in node.args)
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
    raise Beyond(node.op)


def _logic(node: Call, frame: Any) -> Any:
    unknown = node.op == "not"  # what is not known is not met, whichever way it is asked
    first, *others = (_column(arg, frame).fillna(unknown).astype(bool) for arg in node.args)
    if node.op == "not":
        return ~first
    for other in others:
        first = first & other if node.op == "and" else first | other
    return first
