"""Meaning: a rule that can have no result says what that is worth."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.checking.applied import Applied
from steelyard.engine.checking.calculation import Calculations, with_full
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.outlook import WORDS, Cause, Outlook
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.wording import Vocabulary, words
from steelyard.engine.problems import CATALOGUE, Problem

CATALOGUE.add(
    {
        "empty-unsaid": (
            "“{rule}”可能没有结果：{reason_zh}；请写 empty:（full 得满分、zero 不得分、none 不计分、peers_mean "
            "取同类平均、"
            "rescale 剔除后折算，或 points: 算式）",
            "'{rule}' may have no result: {reason_en}; write empty: (full, zero, none, peers_mean, rescale, or points: "
            "a formula)",
        ),
    }
)


@check(stage="meaning", code="empty-unsaid")
def what_is_empty_is_said(context: Context) -> Iterator[Problem]:
    """“没有发生”既不是零分也不是满分：除数可能为零、平均和极值可能没有行、往期和同类可能没有、属性可能未登记的规则，
    必须写 empty。

    Nothing happened is neither zero nor full marks: a rule that divides by what may be zero, averages what may have
    no rows, looks at peers, the past or attributes that may be missing, says what that is worth.
    """
    told: list[str] = []
    for rule in reversed(context.rules):
        cause = _cause(rule, context.looks)
        inside = any(name.startswith(f"{rule.name}.") for name in told)
        if cause is not None and rule.rule.empty is None and not inside:
            told.append(rule.name)
            yield Problem("empty-unsaid", rule.place("value"), {"rule": rule.rule.name, **reason(cause)})


def _cause(rule: Applied, looks: Calculations[Outlook]) -> Cause | None:
    """How the points, or the word where there are none, could be missing before ``empty`` is applied."""
    found = looks.rule(with_full(rule.rule.model_copy(update={"empty": None}), looks.context.full_of(rule)))
    result = found.get("points", found.get("label"))
    return None if result is None else result.cause


def reason(cause: Cause) -> dict[str, str]:
    """The cause as parameters of a problem's words."""
    zh, en = WORDS[cause.why]
    plain = Vocabulary()
    return {
        "reason_zh": zh.format(part=words(cause.part, "zh", plain)),
        "reason_en": en.format(part=words(cause.part, "en", plain)),
    }
