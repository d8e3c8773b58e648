"""Every check with its stage, its code and its manual; a stage with errors stops the next."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from steelyard.engine.checking.context import Context
from steelyard.engine.problems import Problem

Stage = Literal["structure", "limits", "references", "meaning", "policy"]
STAGES: tuple[Stage, ...] = ("structure", "limits", "references", "meaning", "policy")
STAGE_NAMES: dict[Stage, tuple[str, str]] = {
    "structure": ("结构", "Structure"),
    "limits": ("规模", "Limits"),
    "references": ("引用", "References"),
    "meaning": ("含义", "Meaning"),
    "policy": ("政策", "Policy"),
}

Finding: TypeAlias = Callable[[Context], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Check:
    """One rule about rules. ``code`` is the problem that it reports; its words stand in the catalogue."""

    stage: Stage
    code: str
    find: Finding

    @property
    def manual(self) -> str:
        """The docstring, Chinese first, paragraphs apart."""
        paragraphs = (self.find.__doc__ or "").split("\n\n")
        return "\n\n".join(_joined(paragraph.split("\n")) for paragraph in paragraphs)


def _joined(lines: Sequence[str]) -> str:
    """Lines of a paragraph as one; Chinese goes on without a space."""
    return re.sub(r"(?<=[^\x00-\xff]) (?=[^\x00-\xff])", "", " ".join(line.strip() for line in lines)).strip()


CHECKS: list[Check] = []


def check(*, stage: Stage, code: str) -> Callable[[Finding], Finding]:
    """Registers a check: ``@check(stage="meaning", code="weights-not-whole")``."""

    def register(find: Finding) -> Finding:
        CHECKS.append(Check(stage, code, find))
        return find

    return register
