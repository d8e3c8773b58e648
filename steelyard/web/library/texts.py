"""The text of a rule: split out of a file, and what lists want to know of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256

from steelyard.engine.model.book import KINDS
from steelyard.engine.reading import Tree, read

CALENDAR = "calendar"
"""Kind and identifier of the working calendar, of which a bureau has one: its text names neither."""
BETWEEN = re.compile(r"(?m)^---[ \t]*(?:#.*)?\n")
"""Between two documents of a file."""


def documents(text: str, file: str) -> Iterator[tuple[Mapping[str, Tree], str]]:
    """Every rule of a file: what it says, and its text as it was written. Comments before a rule stay with it."""
    for part in BETWEEN.split(text):
        for document in read(part, file):
            if isinstance(document.tree, dict):
                yield document.tree, whole(part)


def whole(text: str) -> str:
    """As it is kept: no empty lines around it, one end of line."""
    return text.strip("\n") + "\n"


def digest(text: str) -> str:
    return sha256(whole(text).encode()).hexdigest()


def kind_of(tree: Mapping[str, Tree]) -> str:
    """Empty where it is no rule."""
    found = next((key for key in tree if key in KINDS), "")
    return found or (CALENDAR if {"name", "hours"} <= tree.keys() else "")


def code_in(tree: Mapping[str, Tree]) -> str:
    """Its identifier in the book."""
    kind = kind_of(tree)
    return CALENDAR if kind == CALENDAR else str(tree[kind])


def told(tree: Mapping[str, Tree]) -> dict[str, str]:
    """The columns of a list."""
    return {name: str(tree.get(name) or "") for name in ("name", "family", "owner")}
