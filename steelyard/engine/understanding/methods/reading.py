"""The sentence of a scoring method -> the method: readers propose, and the method that says these words is the one."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from steelyard.engine.scoring.score import Score
from steelyard.engine.understanding.methods import counted, gathered, tabled
from steelyard.engine.understanding.methods.counted import Table
from steelyard.engine.understanding.words.ends import Ends, Unread, Written

READERS: Mapping[str, Table] = {
    "deduct": counted.deduct,
    "step": counted.step,
    "band": tabled.band,
    "completion": gathered.completion,
    "baseline": counted.plus_minus("base", "基准", tabled.band),
    "linear": tabled.linear,
    "efficacy": tabled.efficacy,
    "place": tabled.place,
    "ratio": gathered.ratio,
    "bonus": counted.bonus,
    "threshold": tabled.threshold,
    "checklist": gathered.checklist,
    "matrix": tabled.matrix,
    "progress": counted.plus_minus("past", "往期", tabled.band),
    "survey": gathered.survey,
    "composite": gathered.composite,
    "lateness": counted.lateness,
    "judgement": gathered.judgement,
    "formula": gathered.formula,
}
"""One reader a method, by the word that rule files use."""


def method_of(ends: Ends, text: str) -> Written | None:
    """``score:`` as a rule file writes it; None where no method says so."""
    for key, reader in READERS.items():
        try:
            found = {key: reader(ends, text)}
            said = Score.model_validate(found).method.sentence(ends.setting, "zh")
        except (Unread, ValidationError):
            continue
        if said == text:
            return found
    return None
