"""Weights and full marks of a plan's indicators as numbers to drag, written back where they stand in its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from steelyard.engine.problems import Refused
from steelyard.engine.reading import Document, read

SAID = re.compile(r"\s*(-?\d{1,9}(?:\.\d{1,6})?)\s*(%?)\s*\Z")
"""What can be dragged: a number, or a percentage. Formulas are written."""
STAY = "-"


@dataclass(frozen=True)
class Weight:
    """One number. ``at``: its place among all of them; ``key``: weight or full; ``given``: False where the plan takes
    the full mark of the indicator itself."""

    at: str
    group: str
    indicator: str
    key: str
    value: str
    percent: bool
    given: bool

    @property
    def top(self) -> Decimal:
        """Twice what it is, and at least ten, so that there is something to drag."""
        return max(Decimal(self.value) * 2, Decimal(10))


def weights(text: str, full_of: Mapping[str, str]) -> list[Weight]:
    """Those of a plan, in order; ``full_of``: the full marks that its indicators have by themselves. None where the
    text cannot be read."""
    return [one for one, _ in _found(text, full_of)]


def weighted(text: str, values: Mapping[str, str], full_of: Mapping[str, str]) -> str:
    """The text with these numbers, by place; whatever is no number stays as it was."""
    lines = text.split("\n")
    for one, (line, column) in reversed(list(_found(text, full_of))):
        said = SAID.match(values.get(one.at, STAY))
        if said is None or Decimal(said[1]) == Decimal(one.value):
            continue
        number = said[1] + ("%" if one.percent else "")
        before, rest = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
        if one.given:
            lines[line - 1] = before + re.sub(r"\A[\"']?-?[\d.]+\s*%?[\"']?", number, rest)
        else:
            lines[line - 1] = before + rest.replace(one.indicator, f"{{indicator: {one.indicator}, full: {number}}}", 1)
    return "\n".join(lines)


def _found(text: str, full_of: Mapping[str, str]) -> Iterator[tuple[Weight, tuple[int, int]]]:
    try:
        documents = read(text, "plan")
    except Refused:
        return
    for document in documents[:1]:
        groups = document.tree.get("groups") if isinstance(document.tree, dict) else None
        for number, group in enumerate(groups if isinstance(groups, list) else ()):
            told: Mapping[str, Any] = group if isinstance(group, dict) else {}
            entries = told.get("indicators")
            for at, entry in enumerate(entries if isinstance(entries, list) else ()):
                yield from _one(document, (number, at), told, entry, full_of)


def _one(
    document: Document, at: tuple[int, int], group: Mapping[str, Any], entry: Any, full_of: Mapping[str, str]
) -> Iterator[tuple[Weight, tuple[int, int]]]:
    told = entry if isinstance(entry, dict) else {"indicator": entry}
    indicator = str(told.get("indicator"))
    key = next((key for key in ("weight", "full") if key in told), "")
    said = SAID.match(str(told[key] if key else full_of.get(indicator, "")))
    if said is None or (not key and isinstance(entry, dict)):
        return
    path = ("groups", at[0], "indicators", at[1], *((key,) if key else ()))
    place = document.place(path)
    name = f"{at[0]}.{at[1]}"
    found = Weight(name, str(group.get("name", "")), indicator, key or "full", said[1], bool(said[2]), bool(key))
    yield found, (place.line, place.column)
