"""The moves of an appeal as data: buttons, permissions, the manual's diagram and the tests come from this table."""

from __future__ import annotations

from dataclasses import dataclass

from steelyard.reports.sheet import Words
from steelyard.web.dialogue.models import OPEN, Stage
from steelyard.web.people.roles import Role


@dataclass(frozen=True)
class Way:
    """``name`` is the word of the policy as well: ``appeal-<name>``. ``other``: nobody who made a move before, nor who
    filed, may make it. ``previewed``: only after the effect on everybody has been shown. ``undone``: only where later
    files replaced the corrected records, so that the ruling cannot be carried out as it is."""

    name: str
    of: tuple[Stage, ...]
    to: Stage
    role: Role
    words: Words
    other: bool = True
    previewed: bool = False
    undone: bool = False


WAYS = (
    Way("answer", (Stage.FILED,), Stage.ANSWERED, Role.ASSESSOR, Words("答复", "answer")),
    Way("check", (Stage.ANSWERED,), Stage.CHECKED, Role.OFFICE, Words("核查", "check")),
    Way("uphold", (Stage.CHECKED,), Stage.UPHELD, Role.COMMITTEE, Words("裁定成立", "uphold"), previewed=True),
    Way("reject", (Stage.CHECKED,), Stage.REJECTED, Role.COMMITTEE, Words("裁定不成立", "reject")),
    Way("return", (Stage.CHECKED,), Stage.FILED, Role.COMMITTEE, Words("退回补充", "send back")),
    Way("withdraw", OPEN, Stage.WITHDRAWN, Role.UNIT, Words("撤回", "withdraw"),
        other=False),
    Way("reopen", (Stage.UPHELD,), Stage.CHECKED, Role.OFFICE, Words("重新提请裁定", "put to the committee again"),
        other=False, undone=True),
)  # fmt: skip


def ways(stage: str) -> tuple[Way, ...]:
    """The moves that lead on from a stage."""
    return tuple(way for way in WAYS if stage in way.of)


def named(name: str) -> Way:
    return next(way for way in WAYS if way.name == name)


def diagram() -> str:
    """The same as a Mermaid state diagram, for the manual."""
    lines = [f"  {stage} --> {way.to.value}: {way.words.zh} {way.role.label}" for way in WAYS for stage in way.of]
    return "\n".join(["stateDiagram-v2", "  [*] --> filed: 提出 被考评单位", *lines, "  upheld --> done: 更正公布"])
