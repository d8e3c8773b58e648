"""Section 4 of a health check, derived: beside the class, within reach, whom to learn from, who lags."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from verifier.health_facts import Unit, mean, middle, root, scatter, whole_row
from verifier.health_words import Sentence, Slots, count, exact, m, month, n, w

T95 = {3: Fraction("2.920"), 4: Fraction("2.353"), 5: Fraction("2.132"), 6: Fraction("2.015")}  # by months of a span
NAMES = {
    "taxpayers": ["管户", "taxpayers"], "staff": ["在岗人数", "staff"], "area": ["辖区面积", "area"],
    "revenue": ["收入规模", "revenue"],
}  # fmt: skip


def peers(u: Unit) -> Iterator[Sentence]:
    totals = list(u.totals.values())
    figures = {"best": max(totals), "mean": mean(totals), "median": middle(totals)}
    slots: Slots = {kind: n("points", value, u.all("total", kind)) for kind, value in figures.items()}
    for kind, value in figures.items():
        slots[f"from_{kind}"] = n("versus", u.own - value, f"{u.at('total')} - {u.all('total', kind)}")
    yield "peers", slots
    yield from families(u)
    yield from gap(u)
    yield from tier(u)
    yield from progress(u)
    yield from alike(u)
    yield from laggard(u)


def families(u: Unit) -> Iterator[Sentence]:
    found = []
    for order, one in enumerate(u.sheet["families"]):
        full, theirs = Fraction(one["full"]), Fraction(0)
        if full:
            rate, theirs = Fraction(one["points"]) / full, u.peers.rate_mean(one["name"]["zh"])
            found.append(((rate - theirs) * full, order, one["name"], rate, theirs))
    if len(found) < 2:
        return
    for kind, one in (("family_best", max(found, key=first_two)), ("family_worst", min(found, key=first_two))):
        _, order, name, rate, theirs = one
        at, source = u.at(f"families/{order}"), f"mean(overview#units[{u.name}]/families[{name['zh']}])"
        own = n("rate", rate, f"{at}/points / {at}/full")
        yield kind, {"family": w(name, f"{at}/name"), "rate": own, "mean": n("rate", theirs, source)}


def first_two(found: Any) -> Any:
    return found[:2]


def change(u: Unit, id: str) -> Slots:
    at = u.at(f"losses/{id}")
    return {"name": w(u.told[id]["name"], f"{at}/name"), "remedy": w(u.told[id]["remedy"]["text"], f"{at}/remedy")}


def gap(u: Unit) -> Iterator[Sentence]:
    above = [total for total in u.totals.values() if total > u.own]
    if not above:
        yield "gap_first", {}
        return
    far = min(above) - u.own
    yield "gap", {"gap": n("points", far, f"{u.all('total', 'next')} - {u.at('total')}")}
    enough = sorted((kept, id) for id, kept in u.kept.items() if kept >= far)
    yield ("gap_step", change(u, enough[0][1])) if enough else ("gap_no_step", {})


def tier(u: Unit) -> Iterator[Sentence]:
    order = u.run.whole["segments"]
    if u.line["segment"] not in order:
        yield "tier_none", {}
        return
    held = {one["segment"] for one in u.peers.lines.values()}
    better = [name for name in order[: order.index(u.line["segment"])] if name in held]
    if not better:
        yield "tier_top", {"tier": w(u.line["segment"], u.over("segment"))}
        return
    cut = min(u.totals[code] for code, one in u.peers.lines.items() if one["segment"] == better[-1])
    least, far = f"min(overview#units[{u.name}][{better[-1]}]/total)", cut - u.own
    yield "tier", {
        "tier": w(better[-1], "overview#segments"), "cut": n("points", cut, least),
        "gap": n("points", far, f"{least} - {u.at('total')}"),
    }  # fmt: skip
    chosen: list[str] = []
    together = Fraction(0)
    for kept, id in sorted(((kept, id) for id, kept in u.kept.items()), key=lambda pair: (-pair[0], pair[1])):
        if together < far:
            chosen, together = [*chosen, id], together + kept
    brought = n("points", together, f"sum({u.at('losses/remedy')})")
    if together < far:
        yield "tier_far", {"sum": brought}
        return
    yield "tier_reach", {"count": count(len(chosen), f"count({u.at('losses/remedy')})"), "sum": brought}
    for id in chosen:
        yield "step", change(u, id)


def progress(u: Unit) -> Iterator[Sentence]:
    rises, months = u.peers.rises, u.run.months
    if u.code not in rises:
        yield "progress_none", {}
        return
    own, second = rises[u.code], u.run.spans[1]
    yield "progress", {
        "from": month(months[second[0]]), "to": month(months[second[-1]]),
        "moved": n("moved", own, f"{u.over('months[second]')} mean - {u.over('months[first]')} mean"),
        "place": count(u.place(own, rises.values()), u.all("months", "place_of_rise")),
        "size": count(len(rises), u.all("months", "count_of_rises")),
    }  # fmt: skip


def halves(u: Unit, id: str) -> dict[str, tuple[Fraction, Fraction, bool]]:
    """Code -> mean rate of both spans, and whether the rise is larger than months vary."""
    if id not in u.peers.halves:
        found = {}
        for code in u.peers.lines if u.run.spans else ():
            row = u.rate_row(code, id)
            both = [] if row is None else [whole_row(row, span) for span in u.run.spans]
            if both and both[0] and both[1]:
                rise, size = mean(both[1]) - mean(both[0]), len(both[0])
                chance = (scatter(both[0]) + scatter(both[1])) / size
                found[code] = (mean(both[0]), mean(both[1]), rise > 0 and rise * rise > 4 * chance)
        u.peers.halves[id] = found
    return dict(u.peers.halves[id])


def alike(u: Unit) -> Iterator[Sentence]:
    choices = [(id, solved) for id, _ in u.losses[:5] if (solved := solvers(u, id))]
    if not choices:
        yield "alike_none", {}
        return
    id, solved = next((one for one in choices if len(one[1]) >= 3), choices[0])
    found = halves(u, id)
    yield "alike_intro", {
        "name": w(u.told[id]["name"], u.at(f"losses/{id}/name")),
        "own": n("rate", found[u.code][1], f"mean(rates#units/{u.code}/{id}[second])"),
        "median": n("rate", middle([one[1] for one in found.values()]), f"median(rates#units[{u.name}]/{id}[second])"),
    }  # fmt: skip
    for code in sorted(solved, key=lambda code: (distance(u, code), code))[:3]:
        if u.closed:
            somebody = f"mean(rates#units[{u.name}]/{id}"
            first, second = (n("rate", found[code][at], f"{somebody}[{('first', 'second')[at]}])") for at in (0, 1))
            yield "alike_peer", {"first": first, "second": second}
            continue
        rates, scored = f"rates#units/{code}/{id}", u.peers.scored.get(id, {})
        pairs = zip(u.run.whole["attributes"], u.peers.attributes[code], u.peers.attributes[u.code], strict=True)
        near = [
            [*NAMES.get(name, [name, ""]), exact(a), exact(b)]
            for name, a, b in pairs
            if a is not None and b is not None
        ]
        yield "alike", {
            "unit": w(u.peers.lines[code]["name"], f"overview#units/{code}/name"),
            "near": ("pairs", near, f"overview#units/{code}/attributes"),
            "first": n("rate", found[code][0], f"mean({rates}[first])"),
            "second": n("rate", found[code][1], f"mean({rates}[second])"),
            "value": m(scored[code]["value"] if code in scored else None, f"indicators/{id}#lines/{code}/value"),
        }  # fmt: skip


def solvers(u: Unit, id: str) -> list[str]:
    """As weak in the first span as this unit is in the second, then stronger than it and than half of the class."""
    found = halves(u, id)
    if u.code not in found or not u.run.whole["attributes"]:
        return []
    own, half = found[u.code][1], middle([one[1] for one in found.values()])
    return [code for code, (a, b, sure) in found.items() if code != u.code and a <= own and b > max(own, half) and sure]


def distance(u: Unit, code: str) -> Fraction:
    far = Fraction(0)
    columns = zip(u.peers.attributes[u.code], u.peers.attributes[code], u.peers.ranges, strict=True)
    for mine, theirs, size in columns:
        if size:
            far += Fraction(1) if mine is None or theirs is None else ((mine - theirs) / size) ** 2
    return far


def laggard(u: Unit) -> Iterator[Sentence]:
    ends = [span_of(u, order) for order in range(2)] if u.run.spans else [None]
    if None in ends:
        yield "laggard_unknown", {}
        return
    slots: Slots = {}
    below = []
    for name, (own, upper, limit, span) in zip(("first", "second"), ends, strict=True):  # type: ignore[misc]
        gaps = f"{u.over(f'months[{name}]')} - mean(overview#units[{u.name}]/months)"
        slots[f"{name}_from"], slots[f"{name}_to"] = month(u.run.months[span[0]]), month(u.run.months[span[-1]])
        slots[name], slots[f"{name}_upper"] = n("signed", own, f"mean({gaps})"), n("signed", upper, f"upper95({gaps})")
        slots[f"{name}_limit"] = n("signed", limit, f"-deviation(overview#units[{u.name}]/months[{name}])")
        below.append(upper < limit)
    place = u.place(u.own, u.totals.values())
    if all(below):
        yield "laggard", slots
    elif 4 * place > 3 * len(u.totals):
        yield "laggard_refused", {"place": count(place, u.all("total", "place")), **slots}
    else:
        yield "laggard_no", {}


def span_of(u: Unit, order: int) -> tuple[Fraction, Fraction, Fraction, range] | None:
    gaps = u.peers.gaps[order]
    own = gaps.get(u.code)
    if own is None or len(gaps) < 3 or len(own) not in T95:
        return None
    upper = mean(own) + T95[len(own)] * root(scatter(own) / len(own))
    return mean(own), upper, -u.peers.spreads[order], u.run.spans[order]
