"""A whole indicator as paragraphs of an 考评细则, and the general part of the book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from steelyard.engine.expressions.nodes import Node
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.item import Indicator, Item, Rule
from steelyard.engine.weighing.expanding import merged
from steelyard.engine.wording import clauses
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import parts_of

_ORDINALS = "一二三四五六七八九十"


def paragraphs(teller: Teller, indicator: Indicator, full: Node | None = None) -> list[str]:
    """The indicator, then its items, then what differs for classes. ``full``: the mark that a plan gives it instead."""
    rule = indicator if full is None else indicator.model_copy(update={"full": full})
    teller = replace(teller, vocabulary=teller.vocabulary.named(parts_of(indicator)))
    return list(_paragraphs(teller, rule, rule.name, _sources(teller, indicator)))


def given_full(book: RuleBook, indicator: Indicator) -> Node | None:
    """The full mark that a plan gives instead of the indicator's own."""
    entries = (entry for plan in book.plans.values() for entry in plan.entries)
    return next((entry.full for entry in entries if entry.indicator == indicator.id and entry.full is not None), None)


def general(teller: Teller) -> str:
    """What the book states once for all rules."""
    defaults = teller.defaults
    places = teller.decimals(defaults.points_places, defaults.rounding)
    floor = teller.pick("各项得分不设下限", "points have no lower limit")
    if defaults.floor is not None:
        marks = teller.marks(defaults.floor)
        floor = teller.pick(f"各项得分最低{marks}", f"points are never below {marks}")
    rounded = teller.pick(f"除另有规定外，得分{places}", f"unless stated otherwise, points are {places}")
    return teller.sentence(rounded, floor)


def _paragraphs(
    teller: Teller, item: Item, title: str, ending: str = "", within: tuple[int, ...] = ()
) -> Iterator[str]:
    """``within``: the numbers of the items that this one is a part of, and its own."""
    yield title + _marks(teller, item) + teller.pick("。", ". ") + _body(teller, item) + ending
    for index, part in enumerate(item.items, start=1):
        numbers = (*within, index)
        yield from _paragraphs(teller, part, f"{numbered(teller, numbers)}{part.name}", within=numbers)
    for name, own in item.by_class.items():
        variant = merged(item, own).model_copy(update={"by_class": {}})
        yield from _paragraphs(teller, variant, f"{name}：{item.name}", within=within)


def numbered(teller: Teller, numbers: tuple[int, ...]) -> str:
    """``（一）``, and ``（一）2.1．`` for the first part of the second part of the first item."""
    first, *rest = numbers
    below = f"{'.'.join(map(str, rest))}{teller.pick('．', ' ')}" if rest else ""
    if teller.language == "zh" and first <= len(_ORDINALS):
        return f"（{_ORDINALS[first - 1]}）{below}"
    return teller.pick(f"（{first}）{below}", f"({first}) {below}")


def _marks(teller: Teller, rule: Rule) -> str:
    if rule.full is None:
        return ""
    marks = teller.marks(rule.full)
    return teller.pick(f"（{marks}）", f" ({marks})")


def _body(teller: Teller, rule: Rule) -> str:
    """In the order of calculation, so that a reader who follows the text comes to the same points."""
    said = [_scored(teller, rule), *clauses.lines(teller, rule)]
    said += [clauses.exemption(teller, exempt) for exempt in rule.exempt]
    if rule.checkpoints is not None:
        said += [clauses.exemption(teller, exempt, parts=True) for exempt in rule.checkpoints.exempt]
    said += [clauses.escalation(teller, found) for found in rule.escalate]
    said += [clauses.relief(teller, relief) for relief in rule.relief]
    said += [clauses.veto(teller, veto) for veto in rule.veto]
    said += [_rounded(teller, rule), clauses.grades(teller, rule.grades), clauses.empty(teller, rule)]
    return "".join(said)


def _scored(teller: Teller, rule: Rule) -> str:
    """Value and target, then the method with its limits."""
    what = teller.pick("，", ", ").join(
        part
        for part in (clauses.value(teller, rule), clauses.better(teller, rule), clauses.target(teller, rule))
        if part
    )
    if rule.checkpoints is not None:
        what = teller.joined([what, clauses.checkpoints(teller, rule, rule.checkpoints)])
    limits = [clauses.floor(teller, rule, _takes(teller, rule)), clauses.cap(teller, rule)]
    how = teller.pick("，", ", ").join(part for part in (_method(teller, rule), *limits) if part)
    return teller.sentence(what, how, _converted(teller, rule))


def _method(teller: Teller, rule: Rule) -> str:
    if rule.score is not None:
        return rule.score.method.sentence(teller.setting(rule), teller.language)
    if not rule.items:
        return ""
    if rule.full is None:
        return teller.pick("各要点得分相加", "the points of the items are added up")
    return teller.pick("各要点合并计分，共用满分", "the items share one full mark")


def _takes(teller: Teller, rule: Rule) -> bool:
    """Whether the rule only takes from a mark; a rule that also gives is not 扣完为止."""
    if rule.minus or rule.items:
        return True
    steps = [] if rule.score is None else rule.score.method.steps(teller.setting(rule))
    names = {step.name for step in steps}
    return "lost" in names and "base" not in names


def _converted(teller: Teller, rule: Rule) -> str:
    if rule.convert_to is None:
        return ""
    marks = teller.marks(rule.convert_to)
    return teller.pick(f"合计后折算为{marks}", f"the whole is converted to {marks}")


def _rounded(teller: Teller, rule: Rule) -> str:
    """Only where the rule departs from the book."""
    if rule.points_places is None and (rule.rounding is None or rule.rounding == teller.defaults.rounding):
        return ""
    places = teller.defaults.points_places if rule.points_places is None else rule.points_places
    said = teller.decimals(places, rule.rounding or teller.defaults.rounding)
    return teller.sentence(teller.pick(f"得分{said}", f"points are {said}"))


def _sources(teller: Teller, indicator: Indicator) -> str:
    """Who is weighed and since when, warning, evidence, owner, waiver and basis, as far as they are written."""
    said = [teller.sentence(clauses.subject(teller, indicator)), teller.sentence(clauses.in_force(teller, indicator))]
    if indicator.warn is not None:
        when = teller.say(indicator.warn, indicator.show)
        said.append(teller.sentence(teller.pick(f"{when}的，发出预警", f"a warning is given where {when}")))
    for zh, en, text in (
        ("数据来源", "evidence", indicator.evidence),
        ("考评部门", "assessed by", indicator.owner),
        ("依据", "basis", indicator.basis),
    ):
        said.append(teller.sentence(teller.pick(f"{zh}：{text}", f"{en}: {text}")) if text else "")
    return "".join(said)
