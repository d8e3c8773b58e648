"""干什么、考什么、怎么考: the three answers of a duty, made of the rules that score (C3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from steelyard.engine.model.basis import Duty, DutyItem, Trigger
from steelyard.engine.model.book import RuleBook
from steelyard.engine.sources.duties import Carried, carried
from steelyard.engine.wording.rules import given_full, numbered, paragraphs
from steelyard.engine.wording.teller import Teller


@dataclass(frozen=True, slots=True)
class Answers:
    """Of one item of a duty; ``item`` is None for indicators that plans for persons link and no item names.

    ``how`` has the paragraphs of each indicator, in the order of ``indicators``.
    """

    item: DutyItem | None
    does: str
    assessed: str
    indicators: tuple[Carried, ...]
    how: tuple[tuple[str, ...], ...]


def answers(teller: Teller, book: RuleBook, duty: Duty) -> list[Answers]:
    """Of every item in its order, then of what is linked beyond them."""
    found = carried(book, duty)
    said = [_answers(teller, book, item, [one for one in found if one.item is item]) for item in duty.items]
    beyond = [one for one in found if one.item is None]
    return [*said, _answers(teller, book, None, beyond)] if beyond else said


def _answers(teller: Teller, book: RuleBook, item: DutyItem | None, found: Sequence[Carried]) -> Answers:
    how = [tuple(paragraphs(teller, one.indicator, given_full(book, one.indicator))) for one in found]
    return Answers(item, _does(teller, item), _assessed(teller, item, found), tuple(found), tuple(how))


def _does(teller: Teller, item: DutyItem | None) -> str:
    if item is None:
        return teller.sentence(
            teller.pick("个人计划另行关联到本职责的指标", "linked to this duty by the plan for persons")
        )
    basis = teller.pick(f"依据：{item.basis}", f"basis: {item.basis}") if item.basis else ""
    return _closed(teller, item.does) + teller.sentence(basis, *(trigger_text(teller, one) for one in item.triggers))


def trigger_text(teller: Teller, trigger: Trigger) -> str:
    """``触发环节：行政许可·受理，60 个工作分钟内办结``."""
    head = teller.pick(f"触发环节：{trigger.process}·{trigger.step}", f"done at: {trigger.process}, {trigger.step}")
    limit = limit_text(teller, trigger)
    return teller.pick(f"{head}，{limit}", f"{head}, {limit}") if limit else head


def limit_text(teller: Teller, trigger: Trigger) -> str:
    return teller.pick(*limit_words(trigger))


def limit_words(trigger: Trigger) -> tuple[str, str]:
    """How soon it has to be done, in working time, in Chinese and English; empty where nothing makes it late."""
    for count, zh, en in ((trigger.workdays, "工作日", "day"), (trigger.workminutes, "工作分钟", "minute")):
        if count is not None:
            return f"{count} 个{zh}内办结", f"within {count} working {en}{'s' if count > 1 else ''}"
    return "", ""


def _closed(teller: Teller, text: str) -> str:
    """With one full stop, whether or not somebody wrote it."""
    return teller.sentence(text.rstrip("。. "))


def _assessed(teller: Teller, item: DutyItem | None, found: Sequence[Carried]) -> str:
    """考核点, 风险点, and the indicators that score them."""
    parts = [] if item is None else [("考核点", "points", item.assesses), ("风险点", "risks", item.risks)]
    names = [one.indicator.name for one in found]
    told = [
        teller.pick(f"{zh}：{teller.listed(said)}", f"{en}: {teller.listed(said)}")
        for zh, en, said in (*parts, ("指标", "indicators", names))
        if said
    ]
    return teller.sentence(*told) or teller.sentence(teller.pick("没有指标", "no indicator"))


def duty_paragraphs(teller: Teller, book: RuleBook, duty: Duty) -> list[str]:
    """A whole duty as text."""
    lines = [duty.name]
    for number, found in enumerate(answers(teller, book, duty), start=1):
        lines.append(numbered(teller, (number,)) + teller.pick("干什么：", "What is done: ") + found.does)
        lines.append(teller.pick("考什么：", "What is assessed: ") + found.assessed)
        lines.append(teller.pick("怎么考：", "How: ") + _how(teller, found))
        lines += [line for told in found.how for line in told]
    return lines


def _how(teller: Teller, found: Answers) -> str:
    if not found.how:
        return teller.pick(
            "没有指标考核这一条，按考核点和风险点检查。", "no indicator scores this; it is checked by its points."
        )
    return teller.pick(f"共 {len(found.how)} 项指标，逐项如下。", f"{len(found.how)} indicators, as follows.")


def duties_text(teller: Teller, book: RuleBook) -> Iterator[str]:
    """Every duty of a book, paragraph by paragraph, an empty line before each."""
    for duty in book.duties.values():
        yield ""
        yield from duty_paragraphs(teller, book, duty)
