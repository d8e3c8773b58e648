"""Kinds of work, each a function with a name; rooms above add theirs, `context.Context` is what it is handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steelyard.reports.sheet import Words
from steelyard.web.jobs.context import Context

Work = Callable[[Context, Mapping[str, Any]], Mapping[str, Any]]
"""``given`` -> ``came_to``, both as JSON has it. Raises `Refused` with what is wrong; lets `Cancelled` pass."""
Routine = Callable[[datetime], None]
"""What a worker does every so often between jobs: short, and harmless when two workers do it at once."""


@dataclass(frozen=True)
class Kind:
    """``partly``: it is done part by part, and what is done stays done wherever it stops."""

    name: str
    zh: str
    en: str
    do: Work
    partly: bool = False


WHOLE = Words("没有留下半成品，可以重新提交", "nothing was left half done, it can be submitted again")
PARTLY = Words("此前已经办完的部分仍然有效，请看清办到哪里再接着办",
               "what had been done before stands; look how far it came, and go on from there")  # fmt: skip


KINDS: dict[str, Kind] = {}
ROUTINES: list[Routine] = []


def work(name: str, zh: str, en: str, *, partly: bool = False) -> Callable[[Work], Work]:
    """``@work("run", "考评运行", "run")``. A kind has one owner: a second one is a mistake of ours."""

    def added(do: Work) -> Work:
        if name in KINDS and KINDS[name].do.__qualname__ != do.__qualname__:
            raise ValueError(f"two kinds of work are called {name}")
        KINDS[name] = Kind(name, zh, en, do, partly)
        return do

    return added


def left(name: str) -> Words:
    """What somebody finds whose work of this kind stopped on the way."""
    return PARTLY if name in KINDS and KINDS[name].partly else WHOLE


def routine(do: Routine) -> Routine:
    ROUTINES.append(do)
    return do
