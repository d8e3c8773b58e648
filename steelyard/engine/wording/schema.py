"""JSON Schema of rule files and declarations, for editors: our words on every key, and the short forms people write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from steelyard.engine.shape import Written
from steelyard.engine.wording.keys import described

Schema = dict[str, Any]

FORMULA: Schema = {"type": ["string", "number"], "description": "数、98%，或口径算式"}
DAYS: Schema = {
    "type": "object",
    "patternProperties": {r"^\d{4}-\d{2}-\d{2}$": FORMULA},
    "additionalProperties": False,
    "description": "生效日期：值",
}
SHORT: Mapping[str, list[Schema]] = {
    "Target": [FORMULA, DAYS],
    "Dated": [FORMULA, DAYS],
    "Outcome": [FORMULA],
    "Rank": [FORMULA],
    "Free": [FORMULA],
    "Entry": [{"type": "string", "description": "指标标识"}],
    "Empty": [{"enum": ["full", "zero", "none", "peers_mean", "rescale"]}],
    "ColumnType": [{"type": "string", "pattern": r"^(text|integer|date|datetime|boolean|decimal\(\d+, ?\d+\))$"}],
}
"""What may be written instead of the whole noun."""
SINGLE = {("Row", "is"), ("Unpivot", "columns")}
"""Lists of which one may be written alone."""


def schema(model: type[Written]) -> Schema:
    """The schema of one kind of document."""
    found: Schema = model.model_json_schema(by_alias=True)
    parts: dict[str, Schema] = found.pop("$defs", {})
    found = _cleaned(found, model.__name__)
    defs = {name: _with_short(name, _cleaned(part, name)) for name, part in sorted(parts.items())}
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
    return {**whole, "$defs": defs} if defs else whole


def _with_short(name: str, part: Schema) -> Schema:
    return {"anyOf": [*SHORT[name], part]} if name in SHORT else part


def _cleaned(part: Schema, model: str) -> Schema:
    """Without titles and defaults that pydantic makes up, with our words on every key."""
    cleaned: Schema = _each(part, _plain)
    for key, value in cleaned.get("properties", {}).items():
        if (model, key) in SINGLE:
            value = {"anyOf": [value, value["items"]]}
        cleaned["properties"][key] = {**value, "description": described(model, key) or key}
    return cleaned


def _plain(part: Schema) -> Schema:
    return {key: value for key, value in part.items() if key not in ("title", "default")}


def _each(part: Any, change: Callable[[Schema], Schema]) -> Any:
    """Every schema inside, but not the mapping from keys to schemas, in which ``title`` would be a key."""
    if isinstance(part, list):
        return [_each(one, change) for one in part]
    if not isinstance(part, dict):
        return part
    found = change(part)
    return {key: _named(value, change) if key == "properties" else _each(value, change) for key, value in found.items()}


def _named(properties: Schema, change: Callable[[Schema], Schema]) -> Schema:
    return {key: _each(value, change) for key, value in properties.items()}
