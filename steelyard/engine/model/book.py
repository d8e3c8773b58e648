"""规则书: all rule files of a bureau, read and shaped. What the parts mean together is checked in `engine.checking`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from pydantic import Field

from steelyard.engine.arithmetic.rounding import Rounding
from steelyard.engine.model.basis import BasisDocument, Duty, Task
from steelyard.engine.model.item import Indicator
from steelyard.engine.model.persons import PersonsPlan
from steelyard.engine.model.plan import Plan
from steelyard.engine.model.tolerance import Tolerance, as_indicator, tolerated, untolerated
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.engine.reading import Document, read
from steelyard.engine.shape import Formula, Id, Written, shaped, suggestion

CATALOGUE.add(
    {
        "document-kind": (
            "看不出这一段写的是什么；第一行应为其中之一：{allowed}{suggestion}",
            "cannot tell what this document is; its first key must be one of: {allowed}{suggestion}",
        ),
        "doubled-id": (
            "“{id}”已在 {first} 定义；请改名或删去其中一个",
            "'{id}' is already defined at {first}; rename or remove one",
        ),
        "rule-one": (
            "请只写一条规则（现为 {count} 条），不用“---”分隔",
            "write one rule, not {count}, and no '---'",
        ),
    }
)


class Defaults(Written):
    """What a whole book states once, so that every rule need not repeat it. Nothing here has a hidden value.

    ``floor`` (扣完为止) is for rules and items with a full mark; those that only add or take away have none of it.
    ``names`` are Chinese names of attributes (``unit.staff: 在职人数``) for the sentences.
    """

    book: Id
    name: str
    authority: str = ""
    points_places: int = Field(ge=0, le=12)
    rounding: Rounding
    floor: Formula | None
    months_start: int = Field(default=1, ge=1, le=12)
    names: Mapping[str, str] = Field(default_factory=dict)


Noun = TypeVar("Noun", bound=Written)


@dataclass(frozen=True)
class RuleBook:
    """Immutable. Identifiers are unique over the whole book.

    Each of the ``tolerances`` is also among the indicators, as what it gives, and its plan has a group for it.
    """

    defaults: Defaults | None = None
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    plans: Mapping[str, Plan] = field(default_factory=dict)
    persons: Mapping[str, PersonsPlan] = field(default_factory=dict)
    documents: Mapping[str, BasisDocument] = field(default_factory=dict)
    duties: Mapping[str, Duty] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    tolerances: Mapping[str, Tolerance] = field(default_factory=dict)

    @cached_property
    def worked_out(self) -> dict[str, Any]:
        """What is worked out of a book once for all who ask: its value trees, its references. It goes with the book."""
        return {}

    @property
    def everything(self) -> tuple[Written, ...]:
        """All rules as they are written, the general part first."""
        general = () if self.defaults is None else (self.defaults,)
        indicators = [rule for id, rule in self.indicators.items() if id not in self.tolerances]
        plans = [untolerated(plan) for plan in self.plans.values()]
        rooms = (self.persons, self.documents, self.duties, self.tasks, self.tolerances)
        return (*general, *indicators, *plans, *(rule for room in rooms for rule in room.values()))


KINDS: Mapping[str, type[Written]] = {
    "book": Defaults,
    "indicator": Indicator,
    "plan": Plan,
    "persons": PersonsPlan,
    "document": BasisDocument,
    "duty": Duty,
    "task": Task,
    "tolerance": Tolerance,
}


def read_book(files: Iterable[tuple[str, str]], skip: str = "") -> RuleBook:
    """A book from ``(file name, text)`` pairs; documents with the key ``skip`` belong to somebody else.

    Raises `Refused` with the syntax and shape problems of all files.
    """
    nouns: list[Written] = []
    problems: list[Problem] = []
    for name, text in files:
        found, wrong = _written(name, text, skip)
        nouns.extend(found)
        problems.extend(wrong)
    problems.extend(_doubled(nouns))
    if problems:
        raise Refused(problems)
    return _assembled(nouns)


@lru_cache(maxsize=2048)  # who changes one rule of a book reads the others as they were
def _written(name: str, text: str, skip: str) -> tuple[tuple[Written, ...], tuple[Problem, ...]]:
    """The nouns of one file, and what is wrong with the rest of it."""
    nouns: list[Written] = []
    problems: list[Problem] = []
    try:
        documents = read(text, name)
    except Refused as refused:
        return (), refused.problems
    for document in documents:
        try:
            nouns.extend(_noun(document, skip))
        except Refused as refused:
            problems.extend(refused.problems)
    return tuple(nouns), tuple(problems)


def with_rule(book: RuleBook, name: str, text: str) -> tuple[RuleBook, Written]:
    """The book with one rule more, or another text of one that it has, and that rule. Raises `Refused` with the syntax
    and shape problems of the text, and ``rule-one`` where it is not one rule."""
    found = [noun for document in read(text, name) for noun in _noun(document, "")]
    if len(found) != 1:
        raise refuse("rule-one", Place(name), count=len(found))
    (noun,) = found if book.defaults is None else [_rounding(rule, book.defaults) for rule in found]
    id = identifier(noun)
    return _assembled([*(rule for rule in book.everything if identifier(rule) != id), noun]), noun


def _noun(document: Document, skip: str) -> list[Written]:
    keys = list(document.tree) if isinstance(document.tree, dict) else []
    if document.tree is None or skip in keys:
        return []
    kind = next((key for key in keys if key in KINDS), None)
    if kind is None:
        first = keys[0] if keys else ""
        params = {"allowed": "、".join(KINDS), "suggestion": suggestion(first, list(KINDS))}
        raise Refused([Problem("document-kind", document.place(()), params)])
    return [shaped(KINDS[kind], document)]


def identifier(noun: Written) -> str:
    """By which a book knows a rule; of the general part there is one only."""
    return "book" if isinstance(noun, Defaults) else str(noun.id)  # type: ignore[attr-defined]  # each kind has one


def _doubled(nouns: Iterable[Written]) -> Iterable[Problem]:
    first: dict[str, Place] = {}
    for noun in nouns:
        key = identifier(noun)
        if key in first:
            yield Problem("doubled-id", noun.place(), {"id": key, "first": first[key]})
        first.setdefault(key, noun.place())


def _assembled(nouns: list[Written]) -> RuleBook:
    def named(kind: type[Noun]) -> dict[str, Noun]:
        return {identifier(noun): noun for noun in nouns if isinstance(noun, kind)}

    defaults = next((noun for noun in nouns if isinstance(noun, Defaults)), None)
    nouns = nouns if defaults is None else [_rounding(noun, defaults) for noun in nouns]
    plans, indicators, allowed = named(Plan), named(Indicator), named(Tolerance)
    given = {id: as_indicator(one, plans.get(one.plan), indicators) for id, one in allowed.items()}
    rest = (named(PersonsPlan), named(BasisDocument), named(Duty), named(Task), allowed)
    return RuleBook(defaults, {**indicators, **given}, tolerated(plans, allowed.values()), *rest)


def _rounding(noun: Written, defaults: Defaults) -> Written:
    """A plan that says nothing rounds as the whole book does, its points and the ends of its segments."""
    if not isinstance(noun, Plan | PersonsPlan):
        return noun
    silent = {"rounding", "segment_rounding"} & (type(noun).model_fields.keys() - noun.model_fields_set)
    return noun.model_copy(update=dict.fromkeys(sorted(silent), defaults.rounding))
