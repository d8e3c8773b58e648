"""A plan as people read it: its conventions in words, and its groups with their indicators and marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from steelyard.engine.checking.door import title_of
from steelyard.engine.expressions.nodes import Node
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.item import Indicator
from steelyard.engine.model.plan import Cut, Entry, Plan, Ranking
from steelyard.engine.wording.clauses import grades, veto
from steelyard.engine.wording.teller import Teller
from steelyard.engine.wording.vocabulary import vocabulary
from steelyard.reports.sheet import Words
from steelyard.web.library.forms.labels import label
from steelyard.web.library.rules import bureau
from steelyard.web.look.reading import language
from steelyard.web.plans.shown.marks import mark, said

ROLES = {"base": ("", Words("基础分", "base")), "bonus": ("green", Words("加分", "bonus")),
         "malus": ("red", Words("减分", "malus")), "tolerance": ("green", Words("容错返还", "tolerance"))}  # fmt: skip
GIVEN = {"value": "实际值", "full": "满分", "points": "得分", "label": "等次"}
SHORT = ("year", "total", "ranking", "segments")
"""Keys whose parts stand in one line."""
METHODS = {
    "convert_best": ("按最高分折算", "converted to the best"), "percentile": ("按位次", "by place"),
    "mean_spread": ("按平均得分率和离差", "by mean and spread"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """An indicator of a group: what the plan makes of it. ``rule``: None where the book has no such indicator."""

    indicator: str
    rule: Indicator | None
    mark: str
    weight: str
    only: Sequence[str]


@dataclass(frozen=True)
class Part:
    """A group. ``role``: the colour and the word of its kind."""

    name: str
    role: tuple[str, Words]
    only: Sequence[str]
    lines: Sequence[Line]


def in_words(teller: Teller, plan: Plan) -> list[tuple[Words, list[str]]]:
    """What each key of its head is called and what it says; keys that say nothing are left out."""
    told = {key: [one for one in says(teller, plan) if one] for key, says in _SAYS.items()}
    return [
        (label("plan", key).name, [teller.joined(lines)] if key in SHORT else lines)
        for key, lines in told.items() if lines
    ]  # fmt: skip


def spoken(plan: Plan, book: RuleBook) -> list[tuple[Words, list[str]]]:
    """The same for whoever reads a page of the site; nothing where the book has no conventions yet."""
    if book.defaults is None:
        return []
    teller = Teller(language(), vocabulary(book, bureau().tables()), book.defaults)
    return in_words(teller_of(teller, plan, book), plan)


def teller_of(teller: Teller, plan: Plan, book: RuleBook) -> Teller:
    """It calls lists as this plan does, and the value of an indicator by the indicator's name once."""
    lists = {f"list:{one.list}": one.name for one in plan.lists}
    given = {f"{id}.{what}": word for id in book.indicators for what, word in GIVEN.items()}
    return replace(teller, vocabulary=teller.vocabulary.named({**lists, **given, **plan.names}))


def parts(plan: Plan, book: RuleBook) -> list[Part]:
    return [
        Part(one.name, ROLES[one.role], one.only, [_line(entry, one.only, book) for entry in one.indicators])
        for one in plan.groups
    ]


def _line(entry: Entry, only: Sequence[str], book: RuleBook) -> Line:
    full, weight = (_number(tree) for tree in (entry.full, entry.weight))
    own = [] if list(entry.only) == list(only) else entry.only
    rule = book.indicators.get(entry.indicator)
    return Line(entry.indicator, rule, mark(book, entry.indicator, full), weight, own)


def _number(tree: Node | None) -> str:
    value = getattr(tree, "value", None)
    return "" if value is None else said(value)


def _year(teller: Teller, plan: Plan) -> Iterator[str]:
    yield plan.year
    if plan.since:
        yield teller.pick(f"自 {plan.since} 起", f"from {plan.since}")
    if plan.until:
        yield teller.pick(f"至 {plan.until} 止", f"until {plan.until}")


def _total(teller: Teller, plan: Plan) -> Iterator[str]:
    yield teller.marks(plan.total)
    yield teller.decimals(plan.places, plan.rounding)
    above = (
        ("加分后可以超过总分", "bonuses may lift it above")
        if plan.exceed_total
        else ("加分后不超过总分", "bonuses never lift it above")
    )
    yield teller.pick(*above)


def _ranking(teller: Teller, plan: Plan) -> Iterator[str]:
    on: Ranking = plan.ranking
    yield _within(teller, on.within)
    exact = on.on == "exact"
    yield teller.pick("按未舍入的总分排" if exact else "按舍入后的总分排", f"by the {on.on} total")
    if on.next:
        then = teller.listed(teller.say(one) for one in on.next)
        yield teller.pick(f"同分再比：{then}", f"ties by: {then}")


def _within(teller: Teller, within: str) -> str:
    return (
        teller.pick("在同类单位中", "within a class") if within == "class" else teller.pick("在全部单位中", "among all")
    )


def _lists(teller: Teller, plan: Plan) -> Iterator[str]:
    return (_cut(teller, one) for one in plan.lists)


def _cut(teller: Teller, one: Cut) -> str:
    top, bottom, least = (teller.say(tree) if tree is not None else "" for tree in (one.top, one.bottom, one.at_least))
    zh = f"前 {top}" if top else f"后 {bottom}" if bottom else f"{least} 分以上"
    en = f"the first {top}" if top else f"the last {bottom}" if bottom else f"from {least} points"
    ties = ("并列者都进", "all who tie") if one.ties == "extend" else ("并列者都不进", "none who tie")
    return teller.pick(f"{one.name}：{zh}，{ties[0]}", f"{one.name}: {en}, {ties[1]}")


def _segments(teller: Teller, plan: Plan) -> Iterator[str]:
    for one in plan.segments:
        yield f"{one.name} {teller.say(one.share) if one.share is not None else teller.pick('其余', 'the rest')}"


def _difficulty(teller: Teller, plan: Plan) -> Iterator[str]:
    found = plan.difficulty
    if found is None:
        return
    yield teller.say(found.coefficient)
    low, high = teller.say(found.lowest), teller.say(found.highest)
    yield teller.pick(f"不低于 {low}，不高于 {high}", f"between {low} and {high}")
    if found.off_when is not None:
        when = teller.say(found.off_when)
        yield teller.pick(f"{when}的，不用系数", f"none where {when}")


def _alignment(teller: Teller, plan: Plan) -> Iterator[str]:
    if plan.alignment is not None:
        yield teller.pick(*METHODS[plan.alignment.method])


def _waivers(teller: Teller, plan: Plan) -> Iterator[str]:
    for one in plan.waivers:
        title = title_of(one.finding)
        about = f"（{teller.vocabulary.of(one.indicator, teller.language)}）" if one.indicator else ""
        zh = f"{title.zh}{about}：{one.authority}依{one.document}批准，至 {one.until}；{one.reason}"
        yield teller.pick(zh, f"{title.en}{about}: {one.authority}, {one.document}, until {one.until}; {one.reason}")


_SAYS: dict[str, Callable[[Teller, Plan], Iterator[str]]] = {
    "year": _year,
    "basis": lambda _, plan: iter([plan.basis]),
    "classes": lambda teller, plan: iter([teller.listed(plan.classes)]),
    "total": _total,
    "ranking": _ranking,
    "lists": _lists,
    "segments": _segments,
    "grades": lambda teller, plan: iter([grades(teller, plan.grades)]),
    "difficulty": _difficulty,
    "alignment": _alignment,
    "veto": lambda teller, plan: (veto(teller, one).partition(teller.pick("：", ": "))[2] for one in plan.veto),
    "waivers": _waivers,
}
