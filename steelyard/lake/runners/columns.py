"""Columns that an engine hands over -> exact integers and texts. What is neither is refused, never rounded."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from steelyard.engine.expressions.rows import MAX_NUMBER
from steelyard.engine.planning.runner import Whole
from steelyard.engine.problems import CATALOGUE, refuse

CATALOGUE.add(
    {
        "engine-overflow": (
            "合计超出 {engine} 能精确保存的 38 位整数：{reason}；请检查数据或口径里的乘法",
            "a total exceeds the 38 digits that {engine} holds exactly: {reason}; check the data and the products",
        ),
        "engine-timeout": (
            "{engine} 计算超过 {seconds} 秒，已停止；请缩小口径或放宽时限",
            "{engine} ran longer than {seconds} seconds and was stopped; narrow the expression or allow more time",
        ),
        "engine-memory": (
            "{engine} 内存不足（上限 {memory}）：{reason}；请提高上限",
            "{engine} ran out of memory (limit {memory}): {reason}; raise the limit",
        ),
        "engine-failed": (
            "{engine} 无法完成计算：{reason}",
            "{engine} could not answer: {reason}",
        ),
        "engine-not-whole": (
            "{engine} 返回的列 {column} 不是精确整数（{type}）",
            "column {column} from {engine} is not made of exact whole numbers ({type})",
        ),
    }
)


def exact(table: pa.Table, engine: str) -> Mapping[str, Whole | list[str]]:
    """Every column of a result, by name."""
    return {name: _column(name, table.column(name).combine_chunks(), engine) for name in table.column_names}


def _column(name: str, column: pa.Array, engine: str) -> Whole | list[str]:
    if isinstance(column, pa.ChunkedArray):  # pyarrow keeps an empty column in chunks
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        texts: list[str] = column.to_pylist()
        return texts
    whole = pa.types.is_integer(column.type) or (pa.types.is_decimal(column.type) and column.type.scale == 0)
    if column.null_count or not whole:
        raise refuse("engine-not-whole", engine=engine, column=name, type=str(column.type))
    try:
        return np.asarray(column.cast(pa.int64()).to_numpy(zero_copy_only=False))
    except pa.ArrowInvalid:  # wider than 63 bits
        values = [int(value) for value in column.to_pylist()]
    widest = max(values, key=abs)
    if abs(widest) > MAX_NUMBER:  # DuckDB holds a few numbers of 39 digits, Spark does not: neither may say them
        raise refuse("engine-overflow", engine=engine, reason=str(widest))
    return np.array(values, dtype=object)
