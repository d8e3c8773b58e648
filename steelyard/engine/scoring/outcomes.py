"""What a row of a table gives: points, a share of the full mark, a word (等次、信号), or points and a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import model_validator

from steelyard.engine.expressions.nodes import Call, Node, Text
from steelyard.engine.problems import CATALOGUE, Language
from steelyard.engine.scoring.recipe import Setting, Step, write
from steelyard.engine.shape import Formula, Written, complain

CATALOGUE.add(
    {
        "outcome-none": (
            "这一行没有写结果；请写 points（分值）、share（满分的份额）或 label（等次、信号）",
            "this row gives nothing; write points, share (of the full mark) or label",
        ),
        "outcome-both": (
            "points 与 share 只能写一个",
            "write points or share, not both",
        ),
        "outcome-mixed": (
            "各行给出的东西必须一致：有的行写了{kind}，有的行没有写；请补齐",
            "all rows must give the same kinds of result: some give {kind}, some do not; complete them",
        ),
    }
)


class Outcome(Written):
    """A bare number or expression is ``points``."""

    points: Formula | None = None
    share: Formula | None = None
    label: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, written: Any) -> Any:
        return written if isinstance(written, Mapping | Outcome) or written is None else {"points": written}

    @model_validator(mode="after")
    def _something(self) -> Outcome:
        if self.points is not None and self.share is not None:
            raise complain("outcome-both")
        if self.points is None and self.share is None and self.label is None:
            raise complain("outcome-none")
        return self

    @property
    def worth(self) -> Node | None:
        """Points as a tree; None for a row that gives only a word."""
        return self.points if self.share is None else write("full * share", {"share": self.share})

    def words(self, setting: Setting, language: Language) -> str:
        """``得5分，评为“良好”`` / ``5 points, graded '良好'``."""
        said = []
        if self.share is not None:
            said.append(setting.part(self.share, language))
        elif self.points is not None:
            said.append(setting.marks(self.points, language))
        if language == "zh":
            said = [f"得{part}" for part in said]
        if self.label is not None:
            said.append(f"评为“{self.label}”" if language == "zh" else f"labelled '{self.label}'")
        return ("，" if language == "zh" else ", ").join(said)


def checked_alike(outcomes: Iterable[Outcome | None]) -> None:
    """For validators: a table in which one row lacks the points or the word of the others has a hole."""
    written = [outcome for outcome in outcomes if outcome is not None]
    for kind, has in (("points/share", _gives_points), ("label", _gives_label)):
        if len({has(outcome) for outcome in written}) > 1:
            raise complain("outcome-mixed", kind=kind)


def _gives_points(outcome: Outcome) -> bool:
    return outcome.worth is not None


def _gives_label(outcome: Outcome) -> bool:
    return outcome.label is not None


Build = Callable[[Sequence[tuple[Node, Node]], Node], Node]
"""Turns cases and what happens otherwise into one tree."""


def outcome_steps(cases: Sequence[tuple[Node, Outcome]], otherwise: Outcome | None, build: Build) -> list[Step]:
    """The step ``points`` and/or the step ``label``. Where no case holds and nothing is said, there is no result."""
    steps = []
    worths = [(condition, outcome.worth) for condition, outcome in cases]
    if cases[0][1].worth is not None:
        rest = Call("nothing", ()) if otherwise is None or otherwise.worth is None else otherwise.worth
        found = [(condition, worth) for condition, worth in worths if worth is not None]
        steps.append(Step("points", "得分", "points", build(found, rest), "points"))
    if cases[0][1].label is not None:
        rest = Call("no_text", ()) if otherwise is None else Text(otherwise.label or "")
        labels: list[tuple[Node, Node]] = [(condition, Text(outcome.label or "")) for condition, outcome in cases]
        steps.append(Step("label", "等次", "grade", build(labels, rest), "text"))
    return steps
