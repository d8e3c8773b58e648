"""A whole rule book weighed by hand: the slow twin of `engine.evaluate`, for one period at a time.

It reads rules and rows themselves, not the steps that the engine turns rules into, so that a mistake in those shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

from steelyard.engine.model.book import Defaults, RuleBook
from steelyard.engine.model.item import Veto
from steelyard.engine.model.plan import Entry, Plan
from steelyard.engine.reference.finishing import grade, none_left
from steelyard.engine.reference.formulas import Missing, Subject, Value, evaluate
from steelyard.engine.reference.items import Scores, Weigher
from steelyard.engine.reference.places import ahead_of, key_of, listed, peers_of, segment_of
from steelyard.engine.reference.totals import rounding, total
from steelyard.engine.reference.variants import of_class
from steelyard.engine.reference.worlds import Unit, When, World


@dataclass
class Twin:
    """What the twin finds: by unit (in order of ``units``), for every indicator and for the plan."""

    indicators: Mapping[str, Scores]
    total: list[Value]
    places: list[int]
    segments: list[str | None]
    lists: Mapping[str, list[bool]]
    grades: list[Value]


@dataclass
class _Book:
    """Indicators are weighed when first asked for, since they may read each other."""

    book: RuleBook
    world: World
    entries: Mapping[str, Entry] = field(default_factory=dict)
    done: dict[str, Scores] = field(default_factory=dict)

    @property
    def weigher(self) -> Weigher:
        return Weigher(self.world, cast(Defaults, self.book.defaults), self.result)

    def result(self, what: str, id: str, place: int, past: list[Subject] | None) -> Value:
        if past is None:
            return self.indicator(id)[place][what]
        rule = of_class(self.book.indicators[id], self.world.units[place].group)
        return self.weigher.value(rule, past[place])

    def indicator(self, id: str) -> Scores:
        if id not in self.done:
            rule, entry = self.book.indicators[id], self.entries.get(id, Entry(indicator=id))
            if entry.full is not None:
                rule = rule.model_copy(update={"full": entry.full})
            found = self.weigher.weigh(rule, When(self.world.period))
            for unit, scores in zip(self.world.units, found, strict=True):
                if not self.applies(id, unit):
                    scores["points"] = Missing.OUTSIDE
            self.done[id] = found
        return self.done[id]

    def applies(self, id: str, unit: Unit) -> bool:
        only = self.entries[id].only if id in self.entries else []
        return not only or unit.group in only or unit.code in only

    def company(self) -> list[Subject]:
        """The units as formulas of the plan see them."""
        company = self.world.subjects(When(self.world.period), self.result)
        for place, one in enumerate(company):
            for id, scores in self.done.items():
                one.names.update({f"{id}.{kind}": value for kind, value in scores[place].items()})
        return company


def weigh(book: RuleBook, plan: Plan, world: World) -> Twin:
    """Scores, totals, places, segments, lists and grades of all units in the world's period."""
    work = _Book(book, world, {entry.indicator: entry for entry in plan.entries})
    for entry in plan.entries:
        work.indicator(entry.indicator)
    company = work.company()
    total(book, plan, company)
    for place, one in enumerate(company):
        if any(_vetoed(work, id, place, one, lambda veto: veto.zero == "total") for id in work.entries):
            one.names["exact"] = none_left(one.names["exact"])
        one.names["total"] = rounding(plan, one.names["exact"], plan.places)
    return _ranked(plan, work, company)


def _ranked(plan: Plan, work: _Book, company: list[Subject]) -> Twin:
    keys = [key_of(plan, one) for one in company]
    peers = {
        "class": [peers_of(company, one.group, keys) for one in company],
        "all": [peers_of(company, None, keys) for one in company],
    }
    ahead = [ahead_of(key, others) for key, others in zip(keys, peers[plan.ranking.within], strict=True)]
    for one, (place, _, _, size) in zip(company, ahead, strict=True):
        one.names |= {"place": Fraction(place), "class_size": Fraction(size)}
    barred = {cut.list: [_barred(plan, work, cut.list, one) for one in company] for cut in plan.lists}
    lists = {
        cut.list: [
            listed(cut, key, ahead_of(key, others)) and not kept_off
            for key, others, kept_off in zip(keys, peers[cut.within], barred[cut.list], strict=True)
        ]
        for cut in plan.lists
    }
    wanted = plan.grades or any(veto.grade for veto in plan.veto)
    grades = [grade(plan.grades, plan.veto, "total", one) if wanted else Missing.EMPTY for one in company]
    return Twin(
        work.done,
        [one.names["total"] for one in company],
        [place for place, _, _, _ in ahead],
        [segment_of(plan, place, size) for place, _, _, size in ahead],
        lists,
        grades,
    )


def _barred(plan: Plan, work: _Book, name: str, one: Subject) -> bool:
    """By a veto of the plan, or of an indicator that is there for the unit."""
    if any(name in veto.bars and evaluate(veto.when, one) is True for veto in plan.veto):
        return True
    place = one.company.index(one)
    return any(_vetoed(work, id, place, one, lambda veto: name in veto.bars) for id in work.done)


def _vetoed(work: _Book, id: str, place: int, one: Subject, does: Callable[[Veto], bool]) -> bool:
    """Whether a veto of the indicator that does this holds for the unit, if the indicator is there for it at all."""
    if not work.applies(id, work.world.units[place]):
        return False
    outer = dict(one.names)
    one.names.update(work.done[id][place])
    rule = of_class(work.book.indicators[id], one.group)
    found = any(does(veto) and evaluate(veto.when, one) is True for veto in rule.veto)
    one.names.clear()
    one.names.update(outer)
    return found
