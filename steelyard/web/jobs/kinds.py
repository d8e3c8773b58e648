"""Kinds of work, each a function with a name; rooms above add theirs, `context.Context` is what it is handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steelyard.web.jobs.context import Context

Work = Callable[[Context, Mapping[str, Any]], Mapping[str, Any]]
"""``given`` -> ``came_to``, both as JSON has it. Raises `Refused` with what is wrong; lets `Cancelled` pass."""
Routine = Callable[[datetime], None]
"""What a worker does every so often between jobs: short, and harmless when two workers do it at once."""


@dataclass(frozen=True)
class Kind:
    name: str
    zh: str
    en: str
    do: Work


KINDS: dict[str, Kind] = {}
ROUTINES: list[Routine] = []


def work(name: str, zh: str, en: str) -> Callable[[Work], Work]:
    """``@work("run", "考评运行", "run")``. A kind has one owner: a second one is a mistake of ours."""

    def added(do: Work) -> Work:
        if name in KINDS and KINDS[name].do.__qualname__ != do.__qualname__:
            raise ValueError(f"two kinds of work are called {name}")
        KINDS[name] = Kind(name, zh, en, do)
        return do

    return added


def routine(do: Routine) -> Routine:
    ROUTINES.append(do)
    return do
