"""The schema that editors use accepts every example and knows every key by its Chinese name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from steelyard.commands.checking import KINDS
from steelyard.engine.reading import read
from steelyard.engine.wording.keys import called, described
from steelyard.engine.wording.schema import schema
from tests.engine.small_schema import objections

EXAMPLES = Path(__file__).parents[2] / "examples"
SCHEMAS = {kind: schema(model) for kind, model in KINDS.items()}
FIRST = {**{kind: kind for kind in KINDS}, "table": "facts"}
FILES = sorted(EXAMPLES.rglob("*.yaml"))


@pytest.mark.parametrize("folder", sorted({path.relative_to(EXAMPLES).parts[0] for path in FILES}))
def test_every_example_file_fits_its_schema(folder: str) -> None:
    found = []
    for path in (EXAMPLES / folder).rglob("*.yaml"):
        for document in read(path.read_text("utf-8"), path.name):
            tree: Any = document.tree
            kind = (
                None
                if {"monitor", "reconcile"} & set(tree or {})
                else next((FIRST[key] for key in tree or {} if key in FIRST), None)
            )
            if kind is not None:
                found += [f"{path.name}{text}" for text in objections(tree, SCHEMAS[kind], SCHEMAS[kind])]
    assert found == []


@pytest.mark.parametrize(
    ("text", "objection"),
    [
        ("indicator: one\nname: 甲\nfuel: 3", ": fuel is not known"),
        ("indicator: one", ": name is missing"),
        ("indicator: one\nname: 甲\ndirection: upwards", ".direction: upwards is none of ['higher', 'lower']"),
        ("indicator: one\nname: 甲\nplaces: 99", ".places: 99 is out of range"),
        ("indicator: one\nname: 甲\nempty: nothing", ".empty: nothing is none of"),
        ("indicator: One\nname: 甲", ".indicator: One does not fit"),
    ],
)
def test_what_does_not_fit_is_told(text: str, objection: str) -> None:
    (document,) = read(text, "rules.yaml")
    assert any(
        found.startswith(objection) for found in objections(document.tree, SCHEMAS["indicator"], SCHEMAS["indicator"])
    )


def nouns(model: type[BaseModel], seen: dict[str, type[BaseModel]]) -> dict[str, type[BaseModel]]:
    if model.__name__ not in seen:
        seen[model.__name__] = model
        for field in model.model_fields.values():
            for inner in inside(field.annotation):
                nouns(inner, seen)
    return seen


def inside(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [inner for part in getattr(annotation, "__args__", ()) for inner in inside(part)]


def test_every_key_is_described() -> None:
    seen: dict[str, type[BaseModel]] = {}
    for model in KINDS.values():
        nouns(model, seen)
    keys = [(name, field.alias or key) for name, model in seen.items() for key, field in model.model_fields.items()]
    assert [key for key in keys if described(*key) is None] == []


def test_schemas_carry_no_inventions_of_the_machine() -> None:
    text = str(SCHEMAS)
    assert "'title':" not in text.replace("'title': {", "")
    assert "'default':" not in text


def test_a_key_means_what_it_means_in_its_place() -> None:
    assert called("Indicator", "unit") == "计量单位"
    assert called("FactTable", "unit") == "单位列"
    assert called("PersonsPlan", "unit") == "单位得分分值"
    assert called("Nobody", "unheard_of") == "unheard_of"
