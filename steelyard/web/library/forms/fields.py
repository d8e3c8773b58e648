"""A rule as a form: a field for every key that its kind has, filled with what the rule says, and back to its text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from steelyard.engine.model.book import KINDS
from steelyard.engine.problems import Refused
from steelyard.engine.reading import Tree, read
from steelyard.reports.sheet import Words
from steelyard.web.library.forms.blocks import apart, changed
from steelyard.web.library.forms.labels import choice, label

SHOWN: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "indicator": (
        ("indicator", "name", "family", "owner", "kind", "basis", "evidence"),
        ("value", "direction", "show", "unit", "places", "target"),
        ("full", "score", "empty", "warn"),
    )
}
"""Fields that are always there, in groups; every other key of the kind folds away until something stands in it."""
WIDE = {"value", "score", "basis", "evidence", "groups"}
Shape = Literal["text", "choice", "written"]


@dataclass(frozen=True)
class Field:
    """``shape``: a line of text, one of ``choices``, or as it is ``written`` in YAML. ``lines``: its height;
    ``unsaid``: what counts where nothing is chosen; ``wrong``: what the check says of it."""

    key: str
    name: Words
    hint: Words
    shape: Shape
    value: str
    choices: tuple[tuple[str, Words], ...] = ()
    unsaid: Words | None = None
    must: bool = False
    wrong: tuple[Words, ...] = ()

    @property
    def lines(self) -> int:
        return min(self.value.count("\n") + 1, 24)

    @property
    def wide(self) -> bool:
        return self.key in WIDE or len(self.value) > 60


def fields(
    kind: str, text: str, wrong: Mapping[str, tuple[Words, ...]] = MappingProxyType({})
) -> tuple[list[list[Field]], list[Field]]:
    """The groups that are always shown, and the other keys: those in use first. ``wrong``: by key."""
    told = {block.key: block.text for block in apart(text)}
    made = {field.key: replace(field, wrong=wrong.get(field.key, ())) for field in _all(kind, told)}
    groups = [[made[key] for key in group] for group in SHOWN.get(kind, ())]
    first = {field.key for group in groups for field in group}
    rest = sorted((field for field in made.values() if field.key not in first), key=lambda field: not field.value)
    return groups, rest


def written(kind: str, text: str, typed: Mapping[str, str]) -> str:
    """The rule with what was typed into its fields; what nobody touched stays as it was, with its comments."""
    before = {field.key: field for field in _all(kind, {block.key: block.text for block in apart(text)})}
    values = {
        key: _line(value.strip()) if before[key].shape == "text" else value
        for key, value in typed.items()
        if key in before and value.replace("\r\n", "\n").rstrip() != before[key].value.rstrip()
    }
    return changed(text, values, before)


def _all(kind: str, told: Mapping[str, str]) -> Iterator[Field]:
    model = KINDS[kind]
    for name, info in model.model_fields.items():
        key = info.alias or name
        said = label(kind, key)
        shape, choices = _shape(info.annotation)
        shape, value = _shown(shape, told.get(key, ""))
        offered = tuple((one, choice(key, one)) for one in choices)
        yield Field(key, said.name, said.hint, shape, value, offered, _unsaid(key, info), info.is_required())


def _unsaid(key: str, info: FieldInfo) -> Words | None:
    """What a key says that nobody wrote, where that is one of a few values."""
    if isinstance(info.default, bool | str) and info.default != "":
        return choice(key, str(info.default).lower())
    return None


def _shape(annotation: Any) -> tuple[Shape, tuple[str, ...]]:
    if annotation is bool:
        return "choice", ("true", "false")
    if get_origin(annotation) is Literal:
        return "choice", tuple(str(one) for one in get_args(annotation))
    if annotation is str:
        return "text", ()
    return "written", ()


def _shown(shape: Shape, told: str) -> tuple[Shape, str]:
    """A text without its quotation marks; as it is written where it has several lines or a comment, or is no text."""
    if shape == "written" or "\n" in told or "#" in told:
        return "written", told.removeprefix("\n")
    if shape == "choice":
        return shape, told
    match _read(told):
        case [None]:
            return shape, ""
        case [str(value)]:
            return shape, value
        case [Decimal()]:
            return shape, told
    return "written", told


def _line(text: str) -> str:
    """One line as it is read back."""
    return text if not text or _read(text) == [text] else json.dumps(text, ensure_ascii=False)


def _read(told: str) -> list[Tree]:
    """What stands behind a key; nothing where that cannot be read."""
    try:
        return [one.tree["key"] for one in read(f"key: {told}", "rule") if isinstance(one.tree, dict)]
    except Refused:
        return []
