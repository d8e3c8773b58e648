"""The place above, the tier above, and the smallest published changes that reach them (C97)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from steelyard.bureau.health.basis import About
from steelyard.bureau.health.parts.losses import kept_of
from steelyard.reports.health.document import Claim, Slot, number, period, whole, words
from steelyard.reports.health.wording import claim
from steelyard.reports.sheet import LostPoints, Words


def remedies(of: About) -> list[tuple[Fraction, LostPoints]]:
    """Points that each published change would have kept, the most first."""
    found = [(kept, loss) for loss in of.sheet.losses if (kept := kept_of(loss)) is not None]
    return sorted(found, key=lambda pair: (-pair[0], pair[1].indicator))


def next_place(of: About) -> Iterator[Claim]:
    own = of.peers.totals[of.code]
    better = [total for total in of.peers.totals.values() if total > own]
    if not better:
        yield claim("gap_first")
        return
    gap = min(better) - own
    yield claim("gap", gap=number("points", gap, f"{of.all('total', 'next')} - {of.at('total')}"))
    enough = [(kept, loss) for kept, loss in remedies(of) if kept >= gap]
    if not enough:
        yield claim("gap_no_step")
        return
    _, loss = min(enough, key=lambda pair: (pair[0], pair[1].indicator))
    yield claim("gap_step", **_change(of, loss))


def _change(of: About, loss: LostPoints) -> dict[str, Slot]:
    at = of.at(f"losses/{loss.indicator}")
    assert loss.remedy is not None  # only losses with a remedy get here
    return {"name": words(loss.name, f"{at}/name"), "remedy": words(loss.remedy.text, f"{at}/remedy")}


def next_tier(of: About) -> Iterator[Claim]:
    """The nearest better segment that somebody of the class is in, and the fewest changes that reach it."""
    ranks = {name: order for order, name in enumerate(of.peers.segments)}
    if of.line.segment not in ranks:
        yield claim("tier_none")
        return
    own, totals = ranks[of.line.segment], of.peers.totals
    better = {ranks[line.segment] for line in of.peers.lines if ranks.get(line.segment, own) < own}
    if not better:
        yield claim("tier_top", tier=words(Words(of.line.segment), of.whole("segment")))
        return
    tier = of.peers.segments[max(better)]
    cut = min(totals[line.code] for line in of.peers.lines if line.segment == tier)
    least = f"min(overview#units[{of.peers.name}][{tier}]/total)"
    gap = cut - totals[of.code]
    yield claim(
        "tier",
        tier=words(Words(tier), "overview#segments"),
        cut=number("points", cut, least),
        gap=number("points", gap, f"{least} - {of.at('total')}"),
    )
    yield from _way(of, gap)


def _way(of: About, gap: Fraction) -> Iterator[Claim]:
    """The largest changes, as few as will do."""
    chosen: list[LostPoints] = []
    kept_together = Fraction(0)
    for kept, loss in remedies(of):
        if kept_together >= gap:
            break
        chosen.append(loss)
        kept_together += kept
    together = number("points", kept_together, f"sum({of.at('losses/remedy')})")
    if kept_together < gap:
        yield claim("tier_far", sum=together)
        return
    yield claim("tier_reach", count=whole(len(chosen), f"count({of.at('losses/remedy')})"), sum=together)
    for loss in chosen:
        yield claim("step", **_change(of, loss))


def progress(of: About) -> Iterator[Claim]:
    """Where its own rise stands among everybody's: a rank that a low unit can lead (C97)."""
    spans, rises = of.peers.spans, of.peers.rises
    if spans is None or of.code not in rises:
        yield claim("progress_none")
        return
    months, own = of.peers.months, rises[of.code]
    yield claim(
        "progress",
        **{"from": period(months[spans.second[0]], "overview#months")},
        to=period(months[spans.second[-1]], "overview#months"),
        moved=number("moved", own, f"{of.whole('months[second]')} mean - {of.whole('months[first]')} mean"),
        place=whole(1 + sum(1 for rise in rises.values() if rise > own), of.all("months", "place_of_rise")),
        size=whole(len(rises), of.all("months", "count_of_rises")),
    )
