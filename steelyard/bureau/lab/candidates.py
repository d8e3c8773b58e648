"""Candidates for new indicators: problems that come again and again, ranked by how often and how grave, each with a
draft of a rule and what last year's scores under it would have been (C4)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from steelyard.bureau.folder import Bureau
from steelyard.bureau.lab.following.drafting import NewRule
from steelyard.bureau.lab.monitors import Kind, kinds, monitors
from steelyard.bureau.lab.quality.burden import resting
from steelyard.bureau.lab.quality.cards import Backcast, Candidate, Lab
from steelyard.bureau.runs.running import Ran, run_book
from steelyard.bureau.runs.uncertainty import floats
from steelyard.bureau.telling import silent
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.checking.door import check_context, context_of
from steelyard.engine.evaluate import Result
from steelyard.engine.model.book import RuleBook, with_rule
from steelyard.engine.model.plan import Entry, Group, Plan, Ranking
from steelyard.engine.problems import Problem
from steelyard.reports.sheet import Words

MOST, FEWEST, RECURRENT = 12, 10, 3
"""How many candidates; of how many problems at least, in how many months of the year at least."""
FULL, EACH = Decimal(5), Decimal("0.5")
"""Marks of a draft, and what one step beyond the target costs: ten steps, from the target to the worst tenth."""
BARS = 10
PROPOSED = 3
"""How many of them a draft of next year's plan proposes."""


def proposed(lab: Lab) -> list[NewRule]:
    """The first few that pass the check, as next year's draft takes them."""
    sound = [one for one in lab.candidates if not one.problems][:PROPOSED]
    return [NewRule(one.id, one.name, one.full, one.text, one.because) for one in sound]


def candidates(bureau: Bureau, ran: Ran, most: int = MOST) -> list[Candidate]:
    """From what the bureau's monitors found in the year up to the end of the run. Raises `Refused` where
    ``monitors.yaml`` is wrong; nothing where there is none."""
    last = ran.periods[-1]
    start = last.end.replace(year=last.end.year - 1)
    found = [kind for monitor in monitors(bureau) for kind in kinds(ran, monitor, start, last.end)]
    recurrent = [one for one in found if one.events >= FEWEST and one.months >= RECURRENT and _plain(one)]
    recurrent.sort(key=lambda kind: (-kind.weight, -kind.events, kind.monitor.monitor, kind.values))
    return _candidates(ran, recurrent[:most]) if recurrent else []


def _plain(kind: Kind) -> bool:
    """A value with a quotation mark cannot stand in a condition."""
    return not any("'" in value for value in kind.values)


def _candidates(ran: Ran, found: Sequence[Kind]) -> list[Candidate]:
    ids = dict(zip(_ids(ran.book, found), found, strict=True))
    first = {id: _draft(ran, id, kind) for id, kind in ids.items()}
    reached = _evaluated(ran, first)
    aims = {id: _aim(_values(reached, id)) for id in ids}
    texts = {id: _draft(ran, id, kind, *aims[id]) for id, kind in ids.items()}
    scored = _evaluated(ran, texts)
    wrong, tables = _wrong(ran, texts), resting(ran)
    names = ran.book.indicators
    return [
        Candidate(
            id, _name(ran, kind), kind.monitor.name, kind.monitor.owner,
            kind.events, kind.units, kind.months, kind.weight,
            tuple(names[other].name for other, one in tables.items() if kind.monitor.table in one.tables),
            aims[id][0], texts[id], _backcast(scored, id), FULL, wrong.get(id, ()),
        )
        for id, kind in ids.items()
    ]  # fmt: skip


def _ids(book: RuleBook, found: Sequence[Kind]) -> Iterator[str]:
    """``watch_control_1``, the first of each that the book does not have."""
    taken = set(book.indicators)
    for kind in found:
        stem = f"watch_{kind.monitor.monitor}"
        id = next(f"{stem}_{number}" for number in range(1, 10_000) if f"{stem}_{number}" not in taken)
        taken.add(id)
        yield id


def _staffed(ran: Ran) -> bool:
    return "staff" in ran.result.panel.attributes


def _name(ran: Ran, kind: Kind) -> str:
    return f"{kind.name}（每十人）" if _staffed(ran) else f"{kind.name}件数"


def _draft(ran: Ran, id: str, kind: Kind, target: Decimal = Decimal(0), step: Decimal = Decimal(1)) -> str:
    """The rule as a text: how many of the kind for ten of the staff, or in all where the staff is not known."""
    of = kind.monitor
    same = " and ".join(f"{column} = '{value}'" for column, value in zip(of.by, kind.values, strict=True))
    count = f"count({of.table} where {same} and ({of.when}))"
    value = f"10 * {count} / unit.staff" if _staffed(ran) else count
    lines = [
        f"indicator: {id}", f"name: {_said(_name(ran, kind))}", f"basis: {_said(of.basis)}" if of.basis else "",
        f"owner: {_said(of.owner)}" if of.owner else "", f"family: {_said(of.family)}" if of.family else "",
        "kind: common", f"value: {_said(value)}", "places: 2", f"unit: {_said('件/十人' if _staffed(ran) else '件')}",
        "direction: lower", f"target: {target}", f"full: {FULL}",
        f"score: {{step: {{every: {step}, lose: {EACH}, counting: proportional}}}}",
        "empty: rescale" if _staffed(ran) else "", "warn: value > target",
        f"evidence: {_said(of.evidence)}" if of.evidence else "",
        f"about: {_said(f'由{of.name}反复出现的问题拟出：一年 {kind.events} 件')}",
    ]  # fmt: skip
    return "\n".join(line for line in lines if line) + "\n"


def _said(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _evaluated(ran: Ran, texts: Mapping[str, str]) -> Result:
    """The drafts alone, weighed over the last period of the run by the facts that it knew."""
    book = ran.book
    for id, text in texts.items():
        book, _ = with_rule(book, id, text)
    plan = _alone(ran.plan, texts)
    book = replace(book, plans={**book.plans, plan.id: plan})
    order = replace(ran.order, plan=plan.id, periods=(str(ran.periods[-1]),), uncertainty=False, history=False)
    return run_book(ran.bureau, order, book, ran.tables, silent).result


def _alone(plan: Plan, ids: Mapping[str, str]) -> Plan:
    """The plan with nothing but these."""
    nothing: dict[str, Any] = {"veto": [], "lists": [], "segments": [], "grades": [], "waivers": []}
    group = Group(name="候选", indicators=[Entry(indicator=id) for id in ids])
    alone = {"groups": [group], "difficulty": None, "alignment": None, "ranking": Ranking(), **nothing}
    return plan.model_copy(update=alone)


def _values(result: Result, id: str) -> npt.NDArray[np.float64]:
    value = result.indicators[id].value
    assert isinstance(value, Numbers)  # a draft has one
    return floats(value)[value.known & result.panel.assessed]


def _aim(values: npt.NDArray[np.float64]) -> tuple[Decimal, Decimal]:
    """The target is what the better half of the units kept to; from there to the worst tenth all marks go."""
    if not len(values):
        return Decimal(0), Decimal(1)
    target, worst = (Decimal(f"{np.quantile(values, part):.6f}") for part in (0.5, 0.9))
    aim = target.quantize(Decimal("0.1"), ROUND_HALF_UP)
    step = ((worst - aim) * EACH / FULL).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return aim, max(step, Decimal("0.05"))


def _backcast(result: Result, id: str) -> Backcast:
    points = result.indicators[id].points
    assert points is not None  # a draft has a full mark
    shares = floats(points)[points.known & result.panel.assessed] / float(FULL)
    if not len(shares):
        return Backcast(0, 0.0, 0.0, 0.0, (0.0,) * 5, (0,) * BARS)
    bars = np.histogram(shares, bins=BARS, range=(0, 1))[0]
    quartiles = tuple(round(float(one), 4) for one in np.quantile(shares, (0, 0.25, 0.5, 0.75, 1)))
    full, zero = (float(np.mean(shares == share)) for share in (1.0, 0.0))
    return Backcast(
        len(shares), round(float(shares.mean()), 4), round(full, 4), round(zero, 4), quartiles, tuple(map(int, bars))
    )


def _wrong(ran: Ran, texts: Mapping[str, str]) -> dict[str, tuple[Words, ...]]:
    """Errors of the check of the whole book with the drafts in it, by draft."""
    book = ran.book
    for id, text in texts.items():
        book, _ = with_rule(book, id, text)
    found: dict[str, list[Problem]] = {}
    for problem in check_context(context_of(book, ran.tables)):
        if problem.severity == "error" and problem.place.file in texts:
            found.setdefault(problem.place.file, []).append(problem)
    return {id: tuple(Words(one.text("zh"), one.text("en")) for one in several) for id, several in found.items()}
