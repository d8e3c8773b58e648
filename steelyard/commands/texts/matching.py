"""``steelyard match``: which duties carry each indicator, with the clause that says so, and how good that is."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from steelyard.bureau.folder import Bureau, text_of
from steelyard.bureau.showing import decimal
from steelyard.engine.matching.matching import BESIDE, ENOUGH, Match, Matching
from steelyard.engine.matching.measuring import BAR, Half, Label, Measured, measured, read_labels
from steelyard.engine.model.book import RuleBook
from steelyard.engine.problems import CATALOGUE, Language, refuse
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import vocabulary

CATALOGUE.add(
    {
        "match-no-duties": (
            "规则书里没有岗责（duty:），没有可匹配的职责；请先写明各项职责干什么",
            "the book has no duty (duty:) to match with; write first what each duty does",
        ),
    }
)


def match(arguments: argparse.Namespace) -> int:
    """Always 0: what is proposed is for people to confirm, and a measurement is an answer."""
    bureau = Bureau(arguments.folder)
    book = bureau.book()
    if book.defaults is None:
        raise refuse("book-missing")
    if not book.duties:
        raise refuse("match-no-duties")
    teller = Teller(arguments.language, vocabulary(book, bureau.tables()), book.defaults)
    found = Matching(book, teller).all()
    labels = None if arguments.labels is None else _labels(arguments.labels, book)
    if arguments.json:
        print(json.dumps(_plain(found, labels), ensure_ascii=False))
    else:
        print("\n".join([*_lines(book, found, arguments.language), *_measured(found, labels, arguments.language)]))
    return 0


def _labels(file: Path, book: RuleBook) -> list[Label]:
    return read_labels(text_of(file), str(file), book)


def _lines(book: RuleBook, found: Sequence[Match], language: Language) -> Iterator[str]:
    """Every indicator with its proposals; those that no duty carries are named at the end."""
    zh = language == "zh"
    for indicator in book.indicators.values():
        own = [one for one in found if one.indicator is indicator]
        if own:
            yield f"{indicator.name}（{indicator.id}）" if zh else f"{indicator.name} ({indicator.id})"
            yield from (f"  {_line(one, zh)}" for one in own)
    matched = {one.indicator.id for one in found}
    left = [one.name for one in book.indicators.values() if one.id not in matched]
    least, share = ENOUGH, _percent(Fraction(*BESIDE))
    yield (
        f"共 {len(found)} 处匹配，{len(matched)} 个指标；门槛：匹配度不低于 {least}，且不低于本指标最高的 {share}；"
        f"没有匹配的指标：{'、'.join(left) or '无'}"
        if zh
        else f"{len(found)} matches of {len(matched)} indicators; threshold: a score of {least} and {share} of the "
        f"indicator's best; without a match: {', '.join(left) or 'none'}"
    )


def _line(one: Match, zh: bool) -> str:
    """``税源管理职责 / 按户提醒…  612；同据《征管法》第二十五条；同说“按期申”``."""
    words = "、".join(f"“{word}”" for word in one.words) if zh else ", ".join(f"'{word}'" for word in one.words)
    clauses = "、".join(one.clauses)
    parts = [f"{one.duty.name} / {one.item.does}", f"{'匹配度' if zh else 'score'} {one.score}"]
    parts += [f"{'岗责依据' if zh else 'basis of the duty'} {one.item.basis}"] if one.item.basis else []
    parts += [f"{'同引' if zh else 'both cite'} {clauses}"] if clauses else []
    parts += [f"{'同说' if zh else 'both say'} {words}"] if words else []
    return ("；" if zh else "; ").join(parts)


HALVES: tuple[tuple[Half | None, str, str], ...] = (
    ("tune", "调整用的一半", "the half for tuning"),
    ("held", "只作检验的一半", "the half held out"),
    (None, "全部", "all"),
)


def _measured(found: Sequence[Match], labels: Sequence[Label] | None, language: Language) -> Iterator[str]:
    for half, zh, en in HALVES if labels is not None else ():
        told = measured(labels or (), found, half)
        yield _told(told, zh) if language == "zh" else _told_in_english(told, en)


def _told(one: Measured, name: str) -> str:
    reached = "达到" if one.reached else "未达到"
    return (
        f"{name}：标注 {one.labelled} 对，匹配 {one.proposed} 对，对的 {one.right} 对；"
        f"准确率 {_percent(one.precision)}，召回率 {_percent(one.recall)}；"
        f"{reached}准确率 {_percent(BAR[0])}、召回率 {_percent(BAR[1])} 的标准"
    )


def _told_in_english(one: Measured, name: str) -> str:
    reached = "reached" if one.reached else "not reached"
    return (
        f"{name}: {one.labelled} pairs labelled, {one.proposed} proposed, {one.right} right; precision "
        f"{_percent(one.precision)}, recall {_percent(one.recall)}; the bar of {_percent(BAR[0])} and "
        f"{_percent(BAR[1])} is {reached}"
    )


def _percent(share: Fraction) -> str:
    return f"{decimal(share * 100, 1)}%"


def _plain(found: Sequence[Match], labels: Sequence[Label] | None) -> dict[str, object]:
    told: dict[str, object] = {"matches": [_plain_match(one) for one in found]}
    if labels is not None:
        told["measured"] = {half or "all": _plain_measured(measured(labels, found, half)) for half, _, _ in HALVES}
    return told


def _plain_match(one: Match) -> dict[str, object]:
    return {
        "indicator": one.indicator.id,
        "duty": one.duty.name,
        "item": one.item.item,
        "basis": one.item.basis,
        "score": one.score,
        "clauses": one.clauses,
        "words": one.words,
    }


def _plain_measured(one: Measured) -> dict[str, object]:
    counts = {"labelled": one.labelled, "proposed": one.proposed, "right": one.right}
    return {**counts, "precision": _percent(one.precision), "recall": _percent(one.recall), "reached": one.reached}
