"""How good the matching is: held against labels that people made, with precision and recall of each half of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from steelyard.engine.matching.matching import Match
from steelyard.engine.model.book import RuleBook
from steelyard.engine.problems import CATALOGUE, Problem, Refused
from steelyard.engine.reading import read
from steelyard.engine.shape import Written, shaped, suggestion

CATALOGUE.add(
    {
        "label-unknown": (
            "标注里的{what_zh}“{name}”不在规则书里{suggestion}；请改正",
            "the labelled {what_en} '{name}' is not in the book{suggestion}; correct it",
        ),
    }
)

Half = Literal["tune", "held"]
BAR = (Fraction(95, 100), Fraction(90, 100))
"""The precision and the recall that matching is to reach."""


class Label(Written):
    """Which ``duties`` carry an indicator, by somebody's judgement; none where no duty does."""

    indicator: str
    duties: list[str]
    half: Half


class Labels(Written):
    """``tune``: looked at when weights and thresholds were chosen and texts mended; ``held``: only measured."""

    labels: list[Label]


@dataclass(frozen=True, slots=True)
class Measured:
    """Pairs of indicator and duty: ``proposed``, ``labelled``, and those that are both."""

    proposed: int
    labelled: int
    right: int

    @property
    def precision(self) -> Fraction:
        return Fraction(self.right, self.proposed) if self.proposed else Fraction(1)

    @property
    def recall(self) -> Fraction:
        return Fraction(self.right, self.labelled) if self.labelled else Fraction(1)

    @property
    def reached(self) -> bool:
        return self.precision >= BAR[0] and self.recall >= BAR[1]


def read_labels(text: str, file: str, book: RuleBook) -> list[Label]:
    """Raises `Refused` with every mistake of shape, or every name that the book does not know."""
    labels = [label for document in read(text, file) for label in shaped(Labels, document).labels]
    problems = list(_unknown(labels, book))
    if problems:
        raise Refused(problems)
    return labels


def _unknown(labels: Iterable[Label], book: RuleBook) -> Iterator[Problem]:
    duties = [duty.name for duty in book.duties.values()]
    for label in labels:
        if label.indicator not in book.indicators:
            params = {"what_zh": "指标", "what_en": "indicator", "name": label.indicator}
            near = suggestion(label.indicator, list(book.indicators))
            yield Problem("label-unknown", label.place("indicator"), {**params, "suggestion": near})
        for index, name in enumerate(label.duties):
            if name not in duties:
                params = {"what_zh": "岗责", "what_en": "duty", "name": name, "suggestion": suggestion(name, duties)}
                yield Problem("label-unknown", label.place("duties", index), params)


def measured(labels: Iterable[Label], matches: Iterable[Match], half: Half | None = None) -> Measured:
    """Of one half, or of all labels; indicators without a label count nowhere."""
    kept = [label for label in labels if half in (None, label.half)]
    ids = {label.indicator for label in kept}
    labelled = {(label.indicator, duty) for label in kept for duty in label.duties}
    proposed = {(one.indicator.id, one.duty.name) for one in matches if one.indicator.id in ids}
    return Measured(len(proposed), len(labelled), len(proposed & labelled))
