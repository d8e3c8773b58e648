"""What reading a text gives: a rule as a rule file writes it, and every piece of the text with what it became."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steelyard.engine.problems import CATALOGUE, Language, Place, Problem
from steelyard.engine.understanding.words.ends import Code
from steelyard.engine.wording.keys import called

CATALOGUE.add(
    {
        "text-unread": (
            "没有读懂“{text}”；请在草稿中补写{key}{choices}",
            "'{text}' was not understood; write {key} in the draft{choices}",
        ),
        "text-unsaid": (
            "文字没有写明{key}；请在草稿中补写{choices}",
            "the text does not say {key}; write it in the draft{choices}",
        ),
        "text-otherwise": (
            "草稿说的不是这一句：“{text}”；草稿说的是：{choices}。请核对",
            "the draft does not say this: '{text}'; it says: {choices}. Check it",
        ),
        "text-refused": (
            "草稿还不成规则：{choices}；请补写",
            "the draft is no rule yet: {choices}; complete it",
        ),
    }
)

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
_PLAIN = re.compile(r"[^\W\d][\w%×＋÷（）、，：；。《》“”〔〕 ./+<>=()*-]*\Z|\d[\w.%（）-]*[%\w）]\Z")
_WORDS = {"", "null", "~", "true", "false", "yes", "no"}


@dataclass(frozen=True, slots=True)
class _Told:
    """Words of a problem that differ by language."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text. ``keys``: where it stands in the rule; ``code`` tells what is wrong, if anything.

    ``start`` counts characters of the text; what the text lacks has no length. ``choices``: what may stand there.
    """

    text: str
    start: int
    keys: tuple[str, ...]
    code: str = ""
    choices: Sequence[str] = ()

    @property
    def resolved(self) -> bool:
        return not self.code

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def problem(self, file: str = "") -> Problem:
        """What to do, for people."""
        told = "、".join(self.choices)
        choices: object = told or "—"
        if self.code in ("text-unread", "text-unsaid"):
            choices = _Told(f"，可选：{told}", f", choices: {told}") if told else ""
        params = {"text": self.text, "key": self._key(), "choices": choices}
        return Problem(self.code, Place(file, 1, self.start + 1), params, "warning")

    def _key(self) -> _Told:
        """What it is called, and where it is written."""
        path = ".".join(self.keys)
        name = called("Indicator", self.keys[-1]) if self.keys else ""
        return _Told(f" {path}" if name in ("", path) else f"{name}（{path}）", path)


@dataclass(frozen=True, slots=True)
class Draft:
    """``written``: the keys of a rule file. ``pieces`` stand in the order of the text."""

    written: Mapping[str, Any]
    pieces: Sequence[Piece]

    @property
    def open(self) -> list[Piece]:
        """What somebody has to write or decide."""
        return [piece for piece in self.pieces if not piece.resolved]

    def yaml(self, language: Language = "zh") -> str:
        """The draft as a rule file, every open piece as a comment above it."""
        word = "待定" if language == "zh" else "open"
        notes = [f"# {word} {' '.join(piece.problem().text(language).split())}" for piece in self.open]
        return "\n".join([*notes, *_block(self.written, 0)]) + "\n"


def _block(found: Mapping[str, Any], indent: int) -> Iterator[str]:
    pad = "  " * indent
    for key, value in found.items():
        if isinstance(value, Mapping) and not _short(value):
            yield f"{pad}{key}:"
            yield from _block(value, indent + 1)
        elif isinstance(value, list) and value and not _short(value):
            yield f"{pad}{key}:"
            for part in value:
                yield from _part(part, indent + 1)
        else:
            yield f"{pad}{key}: {_flow(value)}"


def _part(part: Any, indent: int) -> Iterator[str]:
    pad = "  " * indent
    if not isinstance(part, Mapping) or _short(part):
        yield f"{pad}- {_flow(part)}"
        return
    first, *rest = _block(part, indent + 1)
    yield f"{pad}- {first.strip()}"
    yield from rest


def _short(value: Any) -> bool:
    """What stands well on one line."""
    return len(_flow(value)) <= 90 and not _deep(value)


def _deep(value: Any) -> bool:
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(isinstance(part, list) and any(isinstance(one, Mapping) for one in part) for part in parts)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(part) for part in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """Numbers and formulas plain, names too where nothing could take them for something else."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = str(value)
    if not isinstance(value, str):
        return text
    number = _NUMBER.match(text) is not None
    plain = isinstance(value, Code) if number else text not in _WORDS and _PLAIN.match(text) is not None
    return text if plain and not text.endswith(" ") else json.dumps(text, ensure_ascii=False)
