"""As what a declared column is stored."""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa
from pydantic import TypeAdapter

from steelyard.engine.model.facts import ColumnType, Type

_WRITTEN: TypeAdapter[ColumnType] = TypeAdapter(Type)


def arrow_type(declared: ColumnType) -> pa.DataType:
    match declared.kind:
        case "decimal":
            return pa.decimal128(declared.precision, declared.scale)
        case "integer":
            return pa.int64()
        case "date":
            return pa.date32()
        case "datetime":
            return pa.timestamp("s")
        case "boolean":
            return pa.bool_()
        case "text":
            return pa.string()


@lru_cache(maxsize=256)
def written_type(declared: str) -> pa.DataType:
    """The same by its name in the record: ``decimal(18,2)``, ``date`` …"""
    return arrow_type(_WRITTEN.validate_python(declared))
