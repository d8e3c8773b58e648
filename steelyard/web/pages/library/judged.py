"""What published results say of a rule: the last one that it counts in, and how good it was as an indicator there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steelyard.bureau.lab.quality.words import REASONS, VERDICTS
from steelyard.engine.model.book import RuleBook
from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.cycles.models import Stage, Version
from steelyard.web.cycles.runs.looking import kept
from steelyard.web.library.models import Kind, Rule
from steelyard.web.library.rules import bureau
from steelyard.web.pages.lab.overview import MOODS
from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import Target


@dataclass(frozen=True)
class Quality:
    """``version``: the result whose indicators were looked at."""

    version: Version
    mood: str
    verdict: Words
    reasons: Sequence[Words]


def quality(rule: Rule, who: Asker) -> Quality | None:
    """None where nobody has looked yet, and for who may not know."""
    version = published(rule) if rule.kind == Kind.INDICATOR and rule.holder is None else None
    if version is None or not who.may("lab-indicator", Target(state=version.stage)):
        return None
    try:
        found = kept(version.run)
    except Refused:  # the page of the lab says what is wrong with it
        return None
    card = next((one for one in found.cards if one.id == rule.code), None) if found else None
    if card is None:
        return None
    return Quality(version, MOODS[card.verdict], VERDICTS[card.verdict], [REASONS[why] for why in card.reasons])


def published(rule: Rule) -> Version | None:
    """The result that was published last, of the plan itself or of one that takes the indicator; for a plan that has
    none yet, of one for the same classes. None while the rules cannot be read."""
    published = Version.objects.filter(stage=Stage.PUBLISHED).select_related("run").order_by("-published_at")
    try:
        plans = _plans(bureau().book(), rule.kind, rule.code)
    except Refused:
        return None
    return next((one for plan in plans for one in published.filter(plan=plan)[:1]), None)


def _plans(book: RuleBook, kind: str, code: str) -> tuple[str, ...]:
    if kind == Kind.PLAN:
        classes = set(book.plans[code].classes) if code in book.plans else None
        alike = [id for id, plan in book.plans.items() if id != code and set(plan.classes) == classes]
        return (code, *alike)
    takes = [id for id, plan in book.plans.items() if any(entry.indicator == code for entry in plan.entries)]
    return tuple(takes) if kind == Kind.INDICATOR else tuple(book.plans)
