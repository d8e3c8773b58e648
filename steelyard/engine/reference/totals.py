"""From points to totals: groups, what does not apply, difficulty, bonus and malus, cap and veto, unit by unit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import cast

from steelyard.engine.expressions.nodes import Node
from steelyard.engine.model.book import RuleBook
from steelyard.engine.model.item import Rule
from steelyard.engine.model.plan import Alignment, Entry, Group, Plan
from steelyard.engine.reference.finishing import DROPPED, ZERO, added, each, none_left
from steelyard.engine.reference.formulas import Missing, Subject, Value, divided, evaluate, known, rounded
from steelyard.engine.reference.variants import merged


def total(book: RuleBook, plan: Plan, company: list[Subject]) -> None:
    """From points of indicators to ``exact``, for everybody step by step."""
    for group in plan.groups:
        _group(book, plan, group, company)
    base = [group for group in plan.groups if group.role == "base"]
    each(company, "full", lambda one: evaluate(plan.total, one))
    each(company, "points", lambda one: _rescaled(book, plan, base, one))
    on_base = plan.difficulty is not None and plan.difficulty.applies_to == "base"
    if on_base:
        _difficulty(plan, company)
    for group in plan.groups:
        if group.role in ("bonus", "malus"):
            each(company, "points", lambda one, g=group: added([one.names["points"], one.names[f"group:{g.name}"]]))  # type: ignore[misc]
    if not on_base:
        _difficulty(plan, company)
    _limited(plan, company)
    for group in plan.groups:
        if group.role == "tolerance":
            each(company, "points", lambda one, g=group: added([one.names["points"], one.names[f"group:{g.name}"]]))  # type: ignore[misc]
            _limited(plan, company)
    each(company, "exact", lambda one: one.names["points"])


def _limited(plan: Plan, company: list[Subject]) -> None:
    if not plan.exceed_total:
        each(company, "points", lambda one: known(min, one.names["points"], one.names["full"]))
    for veto in plan.veto:
        if veto.zero == "total":
            each(company, "points", lambda one, v=veto: _vetoed(v.when, one))  # type: ignore[misc]


def _vetoed(when: Node, one: Subject) -> Value:
    """Nothing is left to win; a total that is below zero already stays there."""
    return none_left(one.names["points"]) if evaluate(when, one) is True else one.names["points"]


def rounding(plan: Plan, value: Value, places: int) -> Value:
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
        points = rounding(plan, known(lambda s, t: s * t, share, evaluate(plan.total, one)), plan.places)
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
    return rounding(plan, scaled, plan.places)


def _difficulty(plan: Plan, company: list[Subject]) -> None:
    if plan.difficulty is None:
        return
    written = plan.difficulty

    def coefficient(one: Subject) -> Value:
        if written.off_when is not None and evaluate(written.off_when, one) is True:
            return Fraction(1)
        k, low, high = (evaluate(tree, one) for tree in (written.coefficient, written.lowest, written.highest))
        bounded = known(lambda k, low, high: min(max(k, low), high), k, low, high)
        if bounded in DROPPED and written.empty is not None:
            bounded = evaluate(written.empty, one)
        return rounding(plan, bounded, written.places)

    each(company, "coefficient", coefficient)
    each(
        company,
        "points",
        lambda one: rounding(
            plan, known(lambda p, k: p * k, one.names["points"], one.names["coefficient"]), plan.places
        ),
    )


# -- departments brought to one measure --------------------------------------------------------------------------------


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
        found.append(rounding(plan, mine[place] if points in DROPPED else points, written.places))
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
