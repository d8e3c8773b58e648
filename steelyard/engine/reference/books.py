"""A whole rule book weighed by hand: the slow twin of `engine.evaluate`, for one period at a time.

It reads rules and rows themselves, not the steps that the engine turns rules into, so that a mistake in those shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import cast

from steelyard.engine.expressions.nodes import Node, Number
from steelyard.engine.model.book import Defaults, RuleBook
from steelyard.engine.model.item import Indicator, Rule, Veto
from steelyard.engine.model.plan import Alignment, Cut, Entry, Group, Plan
from steelyard.engine.reference.formulas import Missing, Subject, Value, divided, evaluate, known, rounded
from steelyard.engine.reference.items import DROPPED, ZERO, Scores, Weigher, added, each, grade, merged
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
        rule = _of_class(self.book.indicators[id], self.world.units[place].group)
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
    _total(book, plan, company)
    for place, one in enumerate(company):
        if any(_vetoed(work, id, place, one, lambda veto: veto.zero == "total") for id in work.entries):
            one.names["exact"] = ZERO
        one.names["total"] = _round(plan, one.names["exact"], plan.places)
    return _ranked(plan, work, company)


# -- the total --------------------------------------------------------------------------------------------------------


def _total(book: RuleBook, plan: Plan, company: list[Subject]) -> None:
    for group in plan.groups:
        _group(book, plan, group, company)
    base = [group for group in plan.groups if group.role == "base"]
    each(company, "full", lambda one: evaluate(plan.total, one))
    each(company, "points", lambda one: _rescaled(book, plan, base, one))
    on_base = plan.difficulty is not None and plan.difficulty.applies_to == "base"
    if on_base:
        _difficulty(plan, company)
    for group in plan.groups:
        if group.role != "base":
            each(company, "points", lambda one, g=group: added([one.names["points"], one.names[f"group:{g.name}"]]))  # type: ignore[misc]
    if not on_base:
        _difficulty(plan, company)
    if not plan.exceed_total:
        each(company, "points", lambda one: known(min, one.names["points"], one.names["full"]))
    for veto in plan.veto:
        if veto.zero == "total":
            each(company, "points", lambda one, v=veto: ZERO if evaluate(v.when, one) is True else one.names["points"])  # type: ignore[misc]
    each(company, "exact", lambda one: one.names["points"])


def _round(plan: Plan, value: Value, places: int) -> Value:
    return known(lambda exact: rounded(exact, places, plan.rounding), value)


def _group(book: RuleBook, plan: Plan, group: Group, company: list[Subject]) -> None:
    for entry in group.indicators:
        each(company, f"part:{entry.indicator}", lambda one, e=entry: _contribution(plan, e, one))  # type: ignore[misc]
    if plan.alignment is not None and group.role == "base":
        sums = _aligned(book, plan, plan.alignment, group, company)
    else:
        sums = [added(one.names[f"part:{entry.indicator}"] for entry in group.indicators) for one in company]
    for one, points in zip(company, sums, strict=True):
        for limit, choose in ((group.floor, max), (group.cap, min)):
            points = points if limit is None else known(choose, points, evaluate(limit, one))
        one.names[f"group:{group.name}"] = points


def _contribution(plan: Plan, entry: Entry, one: Subject) -> Value:
    points = one.names[f"{entry.indicator}.points"]
    if entry.weight is not None:
        weight, full = evaluate(entry.weight, one), one.names[f"{entry.indicator}.full"]
        share = known(lambda p, w, f: divided(p * w, f), points, weight, full)
        points = _round(plan, known(lambda s, t: s * t, share, evaluate(plan.total, one)), plan.places)
    return ZERO if points in DROPPED else points


def _worth(plan: Plan, entry: Entry, one: Subject) -> Value:
    if entry.weight is None:
        return one.names[f"{entry.indicator}.full"]
    return known(lambda w, t: w * t, evaluate(entry.weight, one), evaluate(plan.total, one))


def _dropped(book: RuleBook, entry: Entry, one: Subject) -> bool:
    """Left out for this unit: the rest makes up for it."""
    rule = book.indicators[entry.indicator]
    rules: list[Rule] = [rule, *(merged(rule, own) for own in rule.by_class.values())]
    droppable = entry.only or any(r.empty is not None and r.empty.gives in ("rescale", "none") for r in rules)
    return bool(droppable) and one.names[f"{entry.indicator}.points"] in DROPPED


def _rescaled(book: RuleBook, plan: Plan, base: Sequence[Group], one: Subject) -> Value:
    points = added(one.names[f"group:{group.name}"] for group in base)
    entries = [entry for group in base for entry in group.indicators]
    dropped = [entry for entry in entries if _dropped(book, entry, one)]
    out = added(_worth(plan, entry, one) for entry in dropped)
    if out == 0:
        return points
    offered = added(_worth(plan, entry, one) for entry in entries)
    scaled = known(lambda p, t, o, d: divided(p * t, o - d), points, evaluate(plan.total, one), offered, out)
    return _round(plan, scaled, plan.places)


def _difficulty(plan: Plan, company: list[Subject]) -> None:
    if plan.difficulty is None:
        return
    written = plan.difficulty

    def coefficient(one: Subject) -> Value:
        if written.off_when is not None and evaluate(written.off_when, one) is True:
            return Fraction(1)
        k, low, high = (evaluate(tree, one) for tree in (written.coefficient, written.lowest, written.highest))
        bounded = known(lambda k, low, high: min(max(k, low), high), k, low, high)
        return Fraction(1) if isinstance(bounded, Missing) else _round(plan, bounded, written.places)

    each(company, "coefficient", coefficient)
    each(
        company,
        "points",
        lambda one: _round(plan, known(lambda p, k: p * k, one.names["points"], one.names["coefficient"]), plan.places),
    )


# -- alignment of departments -----------------------------------------------------------------------------------------


def _aligned(book: RuleBook, plan: Plan, written: Alignment, group: Group, company: list[Subject]) -> list[Value]:
    """The group's points once every department's have been brought to one measure."""
    departments: dict[str, list[Entry]] = {}
    for entry in group.indicators:
        rule = book.indicators[entry.indicator]
        departments.setdefault(rule.owner if written.by == "owner" else rule.family, []).append(entry)
    columns = [_department(book, plan, written, entries, company) for entries in departments.values()]
    return [added(column[place] for column in columns) for place in range(len(company))]


def _department(
    book: RuleBook, plan: Plan, written: Alignment, entries: Sequence[Entry], company: list[Subject]
) -> list[Value]:
    worth = [added(_worth(plan, entry, one) for entry in entries if not _dropped(book, entry, one)) for one in company]
    mine = [added(one.names[f"part:{entry.indicator}"] for entry in entries) for one in company]
    rates = [known(divided, got, most) for got, most in zip(mine, worth, strict=True)]
    found = []
    for place, one in enumerate(company):
        peers = [rates[other] for other, peer in enumerate(company) if one.group and peer.group == one.group]
        numbers = [rate for rate in peers if isinstance(rate, Fraction)]
        rate = known(partial(_brought, written, numbers, one), rates[place])
        points = known(lambda w, r: w * r, worth[place], rate)
        found.append(_round(plan, mine[place] if points in DROPPED else points, written.places))
    return found


def _brought(written: Alignment, peers: Sequence[Fraction], one: Subject, rate: Fraction) -> Value:
    """The aligned rate of one unit among its peers; nothing where there is nobody or nothing to align with."""
    if not peers:
        return Missing.EMPTY
    if written.method == "convert_best":
        return rate / max(peers) if max(peers) > 0 else Missing.EMPTY
    if written.method == "percentile":
        return Fraction(len(peers) - sum(peer > rate for peer in peers), len(peers))
    mean = sum(peers, ZERO) / len(peers)
    spread = sum((abs(peer - mean) for peer in peers), ZERO) / len(peers)
    centre, wide = (cast(Fraction, evaluate(cast(Node, tree), one)) for tree in (written.centre, written.spread))
    return min(max(centre + ((rate - mean) * wide / spread if spread else ZERO), ZERO), Fraction(1))


# -- places -----------------------------------------------------------------------------------------------------------


def _ranked(plan: Plan, work: _Book, company: list[Subject]) -> Twin:
    keys = [_key(plan, one) for one in company]
    peers = {
        "class": [_peers(company, one.group, keys) for one in company],
        "all": [_peers(company, None, keys) for one in company],
    }
    ahead = [_ahead(key, others) for key, others in zip(keys, peers[plan.ranking.within], strict=True)]
    for one, (place, _, _, size) in zip(company, ahead, strict=True):
        one.names |= {"place": Fraction(place), "class_size": Fraction(size)}
    barred = {cut.list: [_barred(plan, work, cut.list, one) for one in company] for cut in plan.lists}
    lists = {
        cut.list: [
            _listed(cut, key, _ahead(key, others)) and not kept_off
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
        [_segment(plan, place, size) for place, _, _, size in ahead],
        lists,
        grades,
    )


Key = tuple[tuple[bool, Fraction], ...] | None


def _key(plan: Plan, one: Subject) -> Key:
    """Higher is better; a further criterion that is not known stands behind all that are. None: not ranked."""
    score = one.names["total" if plan.ranking.on == "rounded" else "exact"]
    if one.group is None or isinstance(score, Missing):
        return None
    criteria = [score, *(evaluate(tree, one) for tree in plan.ranking.next)]
    return tuple((not isinstance(value, Missing), ZERO if isinstance(value, Missing) else value) for value in criteria)  # type: ignore[misc]


def _peers(company: Sequence[Subject], group: str | None, keys: Sequence[Key]) -> list[Key]:
    return [key for peer, key in zip(company, keys, strict=True) if key is not None and group in (None, peer.group)]


def _ahead(key: Key, peers: Sequence[Key]) -> tuple[int, int, int, int]:
    """Place, place from the end, how many share it, how many are ranked; all 0 for who is not."""
    if key is None:
        return 0, 0, 0, 0
    ranked = cast("list[tuple[tuple[bool, Fraction], ...]]", peers)
    better, worse = sum(other > key for other in ranked), sum(other < key for other in ranked)
    return 1 + better, 1 + worse, sum(other == key for other in ranked), len(ranked)


def _listed(cut: Cut, key: Key, found: tuple[int, int, int, int]) -> bool:
    place, from_last, ties, size = found
    if key is None:
        return False
    if cut.at_least is not None:
        return key[0][1] >= cast(Number, cut.at_least).value
    written = cast(Number, cut.bottom if cut.top is None else cut.top).value
    whole = written.denominator == 1 and written >= 1
    room = min(written, Fraction(size)) if whole else rounded(written * size, 0, cut.rounding or "half_up")
    counted = place if cut.top is not None else from_last
    return counted <= room if cut.ties == "extend" else counted + ties - 1 <= room


def _segment(plan: Plan, place: int, size: int) -> str | None:
    reached = ZERO
    for segment in plan.segments:
        reached += Fraction(1) if segment.share is None else cast(Number, segment.share).value
        end = size if reached >= 1 else rounded(reached * size, 0, plan.segment_rounding)
        if 0 < place <= end:
            return segment.name
    return None


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
    rule = _of_class(work.book.indicators[id], one.group)
    found = any(does(veto) and evaluate(veto.when, one) is True for veto in rule.veto)
    one.names.clear()
    one.names.update(outer)
    return found


def _of_class(rule: Indicator, group: str | None) -> Indicator:
    return cast(Indicator, merged(rule, rule.by_class[group])) if group in rule.by_class else rule  # type: ignore[index]
