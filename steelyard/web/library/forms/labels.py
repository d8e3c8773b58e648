"""What the fields of a rule are called, what one writes there, and what may be chosen: in words, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from steelyard.reports.sheet import NO_WORDS, Words


@dataclass(frozen=True)
class Label:
    """``hint``: one line on what to write, for somebody who has never seen a rule."""

    name: Words
    hint: Words = NO_WORDS


@cache
def _written() -> tuple[dict[str, Label], dict[str, Words]]:
    told = yaml.safe_load((Path(__file__).parent / "labels.yaml").read_text("utf-8"))
    labels = {
        key: Label(*(Words(one["zh"][part], one["en"][part]) for part in ("name", "hint")))
        for key, one in told["labels"].items()
    }
    return labels, {key: Words(**words) for key, words in told["choices"].items()}


def label(kind: str, key: str) -> Label:
    """Of a key of this kind; one that nobody has named is called by itself, which a test refuses."""
    labels, _ = _written()
    return labels.get(f"{kind}.{key}") or labels.get(key) or Label(Words(key, key))


def choice(key: str, value: str) -> Words:
    """``specific`` in words."""
    _, choices = _written()
    return choices.get(f"{key}.{value}") or choices.get(value) or Words(value, value)
