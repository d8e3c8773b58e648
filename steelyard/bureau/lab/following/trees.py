"""Rule texts as the trees that people wrote, to be changed in one place and written down again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from steelyard.engine.model.book import KINDS
from steelyard.engine.reading import read
from steelyard.engine.understanding.draft import Draft

Tree = dict[str, Any]


def trees_of(rules: Iterable[tuple[str, str]]) -> Mapping[str, Tree]:
    """Identifier -> what is written of that rule; the general part has none."""
    found: dict[str, Tree] = {}
    for name, text in rules:
        for document in read(text, name):
            tree = document.tree
            if isinstance(tree, dict):
                kind = next((key for key in tree if key in KINDS), "")
                if kind not in ("", "book"):
                    found[str(tree[kind])] = tree
    return found


def written(tree: Mapping[str, Any]) -> str:
    """The tree as a rule file. Comments of the old one are gone."""
    return Draft(tree, ()).yaml()


def entries(group: Mapping[str, Any]) -> list[Tree]:
    """The indicators of a group, each in the long form."""
    return [{"indicator": one} if isinstance(one, str) else dict(one) for one in group["indicators"]]


def brief(entry: Tree) -> Tree | str:
    """In the short form where nothing else is said."""
    return str(entry["indicator"]) if set(entry) == {"indicator"} else entry


def amount(written: object) -> Decimal | None:
    """A number or percentage as people write it; None for any other formula."""
    if isinstance(written, Decimal):
        return written
    text = str(written).strip()
    part = text.removesuffix("%")
    try:
        return Decimal(part) / 100 if text.endswith("%") else Decimal(part)
    except ArithmeticError:
        return None
