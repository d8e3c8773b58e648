"""Checks of holdings: shares, units that end under a post, days without a post."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from steelyard.engine.organisation.known import grouped, uncovered
from steelyard.engine.organisation.rows import Holding, Register, Unit
from steelyard.engine.problems import CATALOGUE, Problem

CATALOGUE.add(
    {
        "holding-share": (
            "任职份额应大于 0 且不超过 1，现为 {share}；请更正",
            "the share of a holding must be above 0 and at most 1, not {share}; correct it",
        ),
        "holding-shares-over-one": (
            "{person} 自 {start} 起的任职份额合计 {total}，超过 1；请更正份额或止期",
            "the shares that {person} holds from {start} on add up to {total}, more than 1; correct shares or ends",
        ),
        "holding-outside-unit": (
            "{person} 任岗位 {post} 期间（自 {start} 起），所属单位 {unit} 并不一直存在；机构变动后请换岗位代码",
            "unit {unit} does not exist throughout the holding of post {post} by {person} (from {start}); "
            "after a reorganisation use a post of the new unit",
        ),
        "holding-gap": (
            "{person} 在 {start} 至 {end}（不含）期间没有岗位；这些天不计入其考评",
            "{person} holds no post from {start} to before {end}; these days are not assessed",
        ),
    }
)


def check_holdings(register: Register, units: Mapping[str, Sequence[Unit]]) -> Iterator[Problem]:
    unit_of = {post.code: post.unit for post in register.posts}
    for holding in register.holdings:
        if not 0 < holding.share <= 1:
            yield holding.origin.problem("holding-share", share=holding.share)
        yield from _outside(holding, unit_of.get(holding.post, ""), units)
    for own in grouped(register.holdings, lambda holding: holding.person).values():
        yield from _over_one(own)
        yield from _gaps(own)


def _outside(holding: Holding, unit: str, units: Mapping[str, Sequence[Unit]]) -> Iterator[Problem]:
    if unit in units and any(uncovered(holding.start, holding.end, units[unit])):
        params = {"person": holding.person, "post": holding.post, "start": holding.start, "unit": unit}
        yield holding.origin.warning("holding-outside-unit", **params)


def _over_one(own: Sequence[Holding]) -> Iterator[Problem]:
    """The sum of shares can only grow on the first day of a holding."""
    for holding in own:
        at_once = [other.share for other in own if other.start <= holding.start < other.end]
        total = sum(at_once, Decimal(0))
        if total > 1 and len(at_once) > 1:
            params = {"person": holding.person, "start": holding.start, "total": total}
            yield holding.origin.problem("holding-shares-over-one", **params)


def _gaps(own: Sequence[Holding]) -> Iterator[Problem]:
    until = own[0].end
    for holding in own[1:]:
        if holding.start > until:
            yield holding.origin.warning("holding-gap", person=holding.person, start=until, end=holding.start)
        until = max(until, holding.end)
