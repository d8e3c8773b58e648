"""What a change of rules changes, field by field, in words: two nouns in, a list of differences out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Number, Text
from steelyard.engine.expressions.wording import Vocabulary, words
from steelyard.engine.model.target import Dated, Target
from steelyard.engine.problems import Language
from steelyard.engine.shape import Written
from steelyard.engine.wording.keys import called

NAMES = ("indicator", "item", "list", "label", "name", "because")
"""Keys that name a part of a list, so that a part keeps its identity when another is put before it."""


UNSAID = {(Target, "all"), (Dated, "values")}
"""Keys that a short form leaves out; nobody wrote them, so nobody reads them."""
ALWAYS = date.min.isoformat()
"""The day since which a target without a date is in force."""


@dataclass(frozen=True, slots=True)
class Difference:
    """``path``: names of keys and parts from the outside in; None stands for what is not written."""

    path: tuple[str, ...]
    old: str | None
    new: str | None

    def line(self) -> str:
        """``满分：5 → 6``."""
        return f"{' / '.join(self.path)}：{_or_none(self.old)} → {_or_none(self.new)}"


def _or_none(text: str | None) -> str:
    return "（无）" if text is None else text


def differences(old: Written, new: Written, vocabulary: Vocabulary, language: Language = "zh") -> list[Difference]:
    """In the order of the keys. Two nouns that say the same have none, however they were written."""
    return list(_Comparing(vocabulary, language).nouns(old, new, ()))


@dataclass(frozen=True, slots=True)
class _Comparing:
    vocabulary: Vocabulary
    language: Language

    def nouns(self, old: Written, new: Written, path: tuple[str, ...]) -> Iterator[Difference]:
        for field, info in type(new).model_fields.items():
            inner = path if (type(new), field) in UNSAID else (*path, self._called(new, info.alias or field))
            yield from self.values(getattr(old, field), getattr(new, field), inner)

    def _called(self, noun: Written, key: str) -> str:
        return called(type(noun).__name__, key) if self.language == "zh" else key

    def values(self, old: Any, new: Any, path: tuple[str, ...]) -> Iterator[Difference]:
        if old == new:
            return
        if isinstance(old, Written) and type(old) is type(new):
            yield from self.nouns(old, new, path)
        elif isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from self.parts({str(k): v for k, v in old.items()}, {str(k): v for k, v in new.items()}, path)
        elif isinstance(old, list | tuple) and isinstance(new, list | tuple) and (_nouns(old) or _nouns(new)):
            yield from self.parts(_by_name(old), _by_name(new), path)
        else:
            yield Difference(path, self.said(old), self.said(new))

    def parts(self, old: Mapping[str, Any], new: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[Difference]:
        for key in dict.fromkeys([*old, *new]):
            inner = path if key == ALWAYS else (*path, key)
            yield from self.values(old.get(key), new.get(key), inner)

    def said(self, value: Any) -> str | None:
        """A value in words; a noun by what it states."""
        match value:
            case None:
                return None
            case Number(percent=True):
                return words(value, self.language, self.vocabulary, "percent")
            case Number() | Text() | Day() | Name() | Call() | Aggregate():
                return words(value, self.language, self.vocabulary)
            case Written():
                return self._stated(value)
            case list() | tuple():
                return "、".join(self.said(part) or "—" for part in value) or None
            case Mapping():
                return "、".join(f"{key} {self.said(part) or '—'}" for key, part in value.items()) or None
            case bool():
                return {True: "是", False: "否"}[value] if self.language == "zh" else str(value).lower()
            case _:
                return str(value) or None

    def _stated(self, noun: Written) -> str:
        stated = []
        for field in type(noun).model_fields:
            if field in noun.model_fields_set:
                name = self._called(noun, type(noun).model_fields[field].alias or field)
                stated.append(f"{name} {self.said(getattr(noun, field)) or '—'}")
        return "，".join(stated)


def _nouns(parts: Sequence[Any]) -> bool:
    return any(isinstance(part, Written) for part in parts)


def _by_name(parts: Sequence[Any]) -> dict[str, Any]:
    """Parts by their name, or by their number where they have none or share it."""
    named = [next((str(name) for key in NAMES if (name := getattr(part, key, None))), "") for part in parts]
    found: dict[str, Any] = {}
    for number, (name, part) in enumerate(zip(named, parts, strict=True), start=1):
        found[name if name and named.count(name) == 1 else f"第{number}行"] = part
    return found
