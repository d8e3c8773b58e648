"""``steelyard lab RUN``: which indicators of a run to keep, mend and retire, why, and what retiring does."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

from steelyard.bureau.lab.quality.cards import Card, Figures, Lab
from steelyard.bureau.lab.quality.criteria import CRITERIA, GAO
from steelyard.bureau.lab.quality.looking import LAB, look
from steelyard.bureau.lab.quality.words import REASONS, VERDICTS
from steelyard.commands.asked import speaker
from steelyard.engine.problems import CATALOGUE, Language, refuse
from steelyard.engine.shape import suggestion

CATALOGUE.add(
    {
        "lab-indicator": (
            "这个计划没有指标“{indicator}”{suggestion}",
            "the plan has no indicator '{indicator}'{suggestion}",
        ),
    }
)


def lab(arguments: argparse.Namespace) -> int:
    """Always 0: a verdict is an answer, not a failure."""
    found = look(arguments.run, arguments.record, speaker(arguments.language))
    if arguments.json:
        print(json.dumps(json.loads(LAB.dump_json(found)), ensure_ascii=False))
    elif arguments.indicator:
        print("\n".join(card_lines(_card(found, arguments.indicator), arguments.language)))
    else:
        print("\n".join(lines(found, arguments.language)))
    return 0


def _card(found: Lab, wanted: str) -> Card:
    for card in found.cards:
        if wanted in (card.id, card.name):
            return card
    raise refuse("lab-indicator", indicator=wanted, suggestion=suggestion(wanted, [card.id for card in found.cards]))


def lines(found: Lab, language: Language) -> Iterator[str]:
    """What is to be retired and mended, worst first, and what retiring would do."""
    zh = language == "zh"
    said = "，".join if zh else ", ".join
    yield f"{found.plan_name} {'、'.join(found.periods)}"
    yield said(f"{words.of(language)} {len(found.with_verdict(key))}" for key, words in VERDICTS.items())
    for key in ("retire", "mend"):
        for card in found.with_verdict(key):
            reasons = said(REASONS[why].of(language) for why in card.reasons)
            yield f"{VERDICTS[key].of(language)}  {card.name}（{card.id}）：{reasons}"
    for one in found.retiring:
        yield (
            f"停用这 {one.indicators} 项：{one.name} {one.units} 个单位位次相关（Spearman）{one.spearman:.6f}，"
            f"{one.moved} 个变动，最多 {one.climbed} 位"
            if zh
            else f"retiring these {one.indicators}: Spearman {one.spearman:.6f} in {one.name}, {one.moved} of "
            f"{one.units} units move, {one.climbed} places at most"
        )


def card_lines(card: Card, language: Language) -> Iterator[str]:
    """Criterion by criterion with its numbers, then period by period."""
    yield f"{card.name}（{card.id}） {VERDICTS[card.verdict].of(language)}"
    for mark in card.marks:
        criterion = CRITERIA[mark.criterion]
        share = "  —" if mark.share is None else f"{mark.share:4.0%}"
        source = f" [{GAO}]" if criterion.source == GAO else ""
        yield f"  {share} {criterion.name.of(language)}：{mark.said.of(language)}{source}"
    for of in card.classes:
        yield f"  {of.name} {VERDICTS[of.verdict].of(language)}"
        yield from (f"    {_period(one, language == 'zh')}" for one in of.figures)


def _period(one: Figures, zh: bool) -> str:
    names = ("得分率", "满分", "差异", "偶然", "达标") if zh else ("reached", "full", "variance", "chance", "met")
    shares = (one.reached, one.full_share, one.variance_share, one.noise_share, one.attained)
    told = [f"{name} {'—' if share is None else f'{share:.1%}'}" for name, share in zip(names, shares, strict=True)]
    return f"{one.period}: {' · '.join(told)}"
