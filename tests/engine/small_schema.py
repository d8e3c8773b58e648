"""As much of JSON Schema as our schemas use, to try files against them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

Schema = dict[str, Any]
TYPES = {"string": str, "number": Decimal, "integer": Decimal, "boolean": bool, "object": dict, "array": list}


def objections(value: Any, schema: Schema, root: Schema, where: str = "") -> list[str]:
    return list(_objections(value, schema, root, where))


def _objections(value: Any, schema: Schema, root: Schema, where: str) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        yield from _objections(value, root["$defs"][name], root, where)
    if "anyOf" in schema:
        tried = [objections(value, option, root, where) for option in schema["anyOf"]]
        if all(tried):
            yield from min(tried, key=len)
    if value not in schema.get("enum", [value]):
        yield f"{where}: {value} is none of {schema['enum']}"
    if value != schema.get("const", value):
        yield f"{where}: {value} is not {schema['const']}"
    if "type" in schema and not _is(value, schema["type"]):
        yield f"{where}: {value!r} is no {schema['type']}"
    else:
        yield from _within(value, schema, root, where)


def _within(value: Any, schema: Schema, root: Schema, where: str) -> Iterator[str]:
    match value:
        case str() if not re.search(schema.get("pattern", ""), value):
            yield f"{where}: {value} does not fit {schema['pattern']}"
        case dict():
            yield from _in_object(value, schema, root, where)
        case list():
            for number, part in enumerate(value):
                yield from _objections(part, schema.get("items", {}), root, f"{where}[{number}]")
            if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
                yield f"{where}: {len(value)} parts"
        case Decimal() if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{where}: {value} is out of range"


def _in_object(value: dict[str, Any], schema: Schema, root: Schema, where: str) -> Iterator[str]:
    for key in schema.get("required", []):
        if key not in value:
            yield f"{where}: {key} is missing"
    for key, part in value.items():
        found = schema.get("properties", {}).get(key)
        if found is None:
            patterns = schema.get("patternProperties", {})
            found = next((inner for pattern, inner in patterns.items() if re.search(pattern, key)), None)
        if found is None:
            found = schema.get("additionalProperties", True)
        if found is False:
            yield f"{where}: {key} is not known"
        elif found is not True:
            yield from _objections(part, found, root, f"{where}.{key}")


def _is(value: Any, wanted: str | list[str]) -> bool:
    for name in [wanted] if isinstance(wanted, str) else wanted:
        if name == "null" and value is None:
            return True
        if name != "null" and isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool)):
            return name != "integer" or value == int(value)
    return False
