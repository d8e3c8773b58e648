"""The ten sections of a health check, derived: for every sentence its kind, its slots and where each comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from verifier.health_facts import Refusal, Row, Run, Unit, mean
from verifier.health_loop import alerts, appeals, forecasts, rectification
from verifier.health_peers import first_two, peers
from verifier.health_words import Sentence, Slots, count, m, month, n, w

Said = tuple[int, str, Slots]


def derive(run: Run, code: str, beside: bytes, closed: bool) -> Iterator[Said]:
    """``closed``: for readers who may not know which peers these are."""
    unit = Unit(run, code, beside, closed)
    parts = (standing, bridge, losses, peers, course, risks, repeats, rectification, appeals, suggestions)
    for number, part in enumerate(parts, 1):
        for kind, slots in part(unit):
            yield number, kind, slots


def standing(u: Unit) -> Iterator[Sentence]:
    sheet, place = u.sheet, u.place(u.own, u.totals.values())
    yield "total", {
        "period": month(sheet["run"]["period"], u.at("run/period")), "unit": w(u.line["name"], u.at("name")),
        "class": w(u.name, u.at("class_name")), "total": n("points", u.own, u.at("total")),
        "full": n("points", u.run.whole["full"], u.at("full")), "size": count(len(u.totals), u.all("total", "count")),
        "place": count(place, u.all("total", "place")),
    }  # fmt: skip
    equal = sum(1 for total in u.totals.values() if total == u.own) - 1
    if equal:
        yield "shared", {"others": count(equal, u.all("total", "others_equal"))}
    at = u.line["place"]
    if at["confidence"] is None:
        yield "reach_unknown", {}
    else:
        if not at["low"] <= place <= at["high"]:
            raise Refusal(f"{u.code}: 位次不在其区间之内 the place lies outside its interval")
        alike = sum(1 for one in u.peers.lines.values() if one["tie"] == u.line["tie"])
        yield "reach", {
            "sure": n("chance", at["confidence"], u.at("place/confidence")), "low": count(at["low"], u.at("place/low")),
            "high": count(at["high"], u.at("place/high")), "group": count(alike, u.all("tie", "equal")),
        }  # fmt: skip
    for kind in ("segment", "grade"):
        if u.line[kind]:
            yield kind, {kind: w(u.line[kind], u.over(kind))}
    for order, one in enumerate(u.line["memberships"]):
        listed = {"list": w(one["name"], u.at(f"memberships/{order}/name"))}
        if one["state"] == "unset" or one["probability"] is None:
            yield {"unset": "list_unset", "out": "list_unlisted"}.get(one["state"], "list_listed"), listed
        else:
            odds = n("chance", one["probability"], u.at(f"memberships/{order}/probability"))
            yield f"list_{one['state']}", {**listed, "chance": odds}
    yield from changed(u, place)


def changed(u: Unit, place: int) -> Iterator[Sentence]:
    before = u.line["earlier"]
    if before is None:
        yield "no_change", {}
    else:
        old = Fraction(before["total"])
        yield "change", {
            "before": month(before["period"], u.at("earlier/period")),
            "moved": n("moved", u.own - old, f"{u.at('total')} - {u.at('earlier/total')}"),
            "old": n("points", old, u.at("earlier/total")), "total": n("points", u.own, u.at("total")),
        }  # fmt: skip
        if before["place"] is not None:
            here = u.all("total", "place")
            yield "change_place", {
                "steps": ("steps", before["place"] - place, f"{u.at('earlier/place')} - {here}"),
                "old": count(before["place"], u.at("earlier/place")), "place": count(place, here),
            }  # fmt: skip
    months, row = u.run.months, u.peers.rows[u.code]
    if len(months) > 1 and row[-1] is not None and row[-2] is not None:
        last, then = u.over(f"months/{months[-1]}"), u.over(f"months/{months[-2]}")
        yield "last_month", {
            "month": month(months[-1]), "total": n("points", row[-1], last), "before": month(months[-2]),
            "versus": n("versus", row[-1] - row[-2], f"{last} - {then}"),
            "place": count(u.place(row[-1], u.peers.months[-1]), u.all(f"months/{months[-1]}", "place")),
        }  # fmt: skip


def bridge(u: Unit) -> Iterator[Sentence]:
    families, at = u.sheet["families"], u.at
    full = got = other = Fraction(0)
    for order, one in enumerate(families):
        name, points, most = (
            w(one["name"], at(f"families/{order}/name")),
            Fraction(one["points"]),
            Fraction(one["full"]),
        )
        where, whole = at(f"families/{order}/points"), at(f"families/{order}/full")
        if most:
            full, got = full + most, got + points
            yield "family", {
                "family": name, "full": n("points", most, whole), "points": n("points", points, where),
                "lost": n("points", most - points, f"{whole} - {where}"),
                "rate": n("rate", points / most, f"{where} / {whole}"),
            }  # fmt: skip
        else:
            other += points
            yield "extra", {"family": name, "points": n("signed", points, where)}
    for order, one in enumerate(u.sheet["adjustments"]):
        other += Fraction(one["points"])
        name = w(one["name"], at(f"adjustments/{order}/name"))
        yield "adjustment", {"name": name, "points": n("signed", one["points"], at(f"adjustments/{order}/points"))}
    if got + other != u.own:
        raise Refusal(f"{u.code}: 各部分之和不是总分 the parts do not add up to the total")
    scored = f"sum({at('families[full]/points')})"
    yield "bridge", {
        "full": n("points", full, f"sum({at('families[full]/full')})"), "got": n("points", got, scored),
        "lost": n("points", full - got, f"sum({at('families[full]/full - points')})"),
        "extra": n("signed", other, f"{at('total')} - {scored}"), "total": n("points", u.own, at("total")),
    }  # fmt: skip
    yield from items(u)


def items(u: Unit) -> Iterator[Sentence]:
    for id, far in u.losses[:20]:
        row, at, scored = u.rows[id], u.at(f"indicators/{id}"), id in u.peers.scored
        theirs = u.peers.points_mean(id) if scored else Fraction(row["points"])
        source = f"mean(indicators/{id}#lines[{u.name}]/points)" if scored else f"{at}/points"
        yield "item", {
            "name": w(row["name"], f"{at}/name"), "full": n("points", row["full"], f"{at}/full"),
            "points": n("points", row["points"], f"{at}/points"), "lost": n("points", far, f"{at}/full - {at}/points"),
            "mean": n("points", theirs, source),
        }  # fmt: skip
    if rest := u.losses[20:]:
        at = u.at("indicators[lost][20:]")
        together = sum((far for _, far in rest), Fraction(0))
        yield (
            "items_rest",
            {"count": count(len(rest), f"count({at})"), "lost": n("points", together, f"sum({at}/full - points)")},
        )


def losses(u: Unit) -> Iterator[Sentence]:
    if not u.losses:
        yield "losses_none", {}
        return
    far, at = [far for _, far in u.losses], u.at
    yield "losses", {
        "lost": n("points", sum(far), f"sum({at('losses/points')})"),
        "count": count(len(far), f"count({at('losses')})"),
    }  # fmt: skip
    if len(far) > 3:
        three = f"sum({at('losses[:3]/points')})"
        yield "losses_head", {
            "head": count(3, "3"), "points": n("points", sum(far[:3]), three),
            "share": n("share", Fraction(sum(far[:3])) / sum(far), f"{three} / sum({at('losses/points')})"),
        }  # fmt: skip
    for rank, (id, lost) in enumerate(u.losses[:5], 1):
        yield from loss(u, rank, id, lost)
    if far[5:]:
        rest = n("points", sum(far[5:]), f"sum({at('losses[5:]/points')})")
        yield "losses_rest", {"count": count(len(far) - 5, f"count({at('losses[5:]')})"), "lost": rest}


def loss(u: Unit, rank: int, id: str, lost: Fraction) -> Iterator[Sentence]:
    one, row, told, item = u.told[id], u.rows[id], u.at(f"losses/{id}"), u.at(f"indicators/{id}")
    yield "loss", {
        "rank": count(rank, f"place({u.at('losses/points')})"), "name": w(one["name"], f"{told}/name"),
        "lost": n("points", lost, f"{told}/points"), "full": n("points", row["full"], f"{item}/full"),
        "points": n("points", row["points"], f"{item}/points"),
    }  # fmt: skip
    yield "loss_reason", {"reason": w(one["reason"]["text"], f"{told}/reason")}
    if row["numerator"] and row["denominator"]:
        below = m(row["denominator"], f"{item}/denominator")
        yield "loss_rows", {"above": m(row["numerator"], f"{item}/numerator"), "below": below}
    if one["basis"]["zh"]:
        yield "loss_clause", {"basis": w(one["basis"], f"{told}/basis")}
    if id in u.kept:
        yield "loss_remedy", {"remedy": w(one["remedy"]["text"], f"{told}/remedy")}


def course(u: Unit) -> Iterator[Sentence]:
    row, months = u.peers.rows[u.code], u.run.months
    had = [(at, one) for at, one in enumerate(row) if one is not None]
    if not had:
        yield "course_none", {}
    else:
        yield from monthly(u, had)
    run, end = u.sheet["run"], period_end(u.sheet["run"]["period"])
    if run["as_of"] and end and date.fromisoformat(run["as_of"][:10]) > end:
        yield "outlook_over", {"as_of": ("day", run["as_of"][:10], u.at("run/as_of"))}
        return
    totals = [one for _, one in had]
    if len(totals) >= 6 and len(totals) == len(months):
        reach, at = (
            Fraction("2.66") * mean([abs(b - a) for a, b in pairwise(totals)]),
            u.over("months"),
        )
        yield "outlook", {
            "low": n("points", mean(totals) - reach, f"mean({at}) - 2.66 moving_range({at})"),
            "high": n("points", mean(totals) + reach, f"mean({at}) + 2.66 moving_range({at})"),
        }  # fmt: skip
    yield from forecasts(u)


def monthly(u: Unit, had: list[tuple[int, Fraction]]) -> Iterator[Sentence]:
    months, points = u.run.months, {one["period"]: one for one in u.sheet["history"]}
    for at, own in had:
        name, centre = months[at], u.peers.means[at] or Fraction(0)
        here, theirs = u.over(f"months/{name}"), u.all(f"months/{name}", "mean")
        yield "month", {
            "month": month(name), "total": n("points", own, here), "mean": n("points", centre, theirs),
            "gap": n("signed", own - centre, f"{here} - {theirs}"),
            "place": count(u.place(own, u.peers.months[at]), u.all(f"months/{name}", "place")),
            "signal": ("signal", points.get(name, {}).get("signal"), u.at(f"history/{name}/signal")),
        }  # fmt: skip
    best, worst = max(had, key=lambda one: (one[1], -one[0])), min(had, key=lambda one: (one[1], one[0]))
    row = u.over("months")
    yield "course", {
        "count": count(len(had), f"count({row})"), "best_month": month(months[best[0]], f"month_of_max({row})"),
        "best": n("points", best[1], f"max({row})"), "worst_month": month(months[worst[0]], f"month_of_min({row})"),
        "worst": n("points", worst[1], f"min({row})"),
    }  # fmt: skip
    charted = [one for one in u.sheet["history"] if one["lower_limit"] is not None]
    marked = [one["period"] for one in charted if one["signal"]]
    signals = u.at("history/signal")
    if marked:
        yield "signals", {"count": count(len(marked), f"count({signals})"), "months": ("periods", marked, signals)}
    elif charted:
        yield "signals_none", {}


def period_end(text: str) -> date | None:
    found = re.fullmatch(r"(\d{4})(?:Q([1-4])|H([12])|-(\d\d))?(?:YTD)?", text)
    if not found:
        return None
    year, quarter, half, single = (int(one or 0) for one in found.groups())
    last = single or 3 * quarter or 6 * half or 12
    return date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1)


def rated(u: Unit, only: set[str] | None) -> list[tuple[Any, Row]] | None:
    if not u.run.rates or len(u.run.rates["periods"]) < 2:
        return None
    rows = (one for one in u.sheet["indicators"] if only is None or one["id"] in only)
    pairs = ((one, u.rate_row(u.code, one["id"])) for one in rows)
    return [(one, row) for one, row in pairs if row is not None]


def lost(u: Unit, row: Any) -> tuple[str, Any, str]:
    at = u.at(f"indicators/{row['id']}")
    return n("points", u.lost(row), f"max({at}/full - {at}/points, 0)")


def risks(u: Unit) -> Iterator[Sentence]:
    waiting = [one for one in u.sheet["indicators"] if one["state"] == "no_data"]
    if not waiting:
        yield "missing_none", {}
    for one in waiting:
        at = u.at(f"indicators/{one['id']}")
        yield "missing", {"name": w(one["name"], f"{at}/name"), "full": n("points", one["full"], f"{at}/full")}
    yield from falling(u)
    yield from alerts(u)


def falling(u: Unit, only: set[str] | None = None) -> Iterator[Sentence]:
    rates = rated(u, only)
    if rates is None:
        yield "falling_unknown", {}
        return
    found = []
    for one, row in rates:
        last = [rate for rate in row[-4:] if rate is not None]
        if len(last) == 4 and last[0] > last[1] > last[2] > last[3]:
            found.append((last[3] - last[0], one["id"], one, last))
    if not found:
        yield "falling_none", {}
    for _, id, one, last in sorted(found, key=first_two)[:8]:
        at = f"rates#units/{u.code}/{id}"
        told = {f"r{order}": n("share", rate, f"{at}/{order - 5}") for order, rate in enumerate(last, 1)}
        yield "falling", {"name": w(one["name"], u.at(f"indicators/{id}/name")), "lost": lost(u, one), **told}


def repeats(u: Unit, only: set[str] | None = None) -> Iterator[Sentence]:
    rates = rated(u, only)
    if rates is None:
        yield "repeats_unknown", {}
        return
    found = []
    for one, row in rates:
        had = [rate for rate in row if rate is not None]
        run = next((at for at, rate in enumerate(reversed(row)) if rate is None or rate >= 1), len(row))
        if run >= 3:
            found.append((-run, -u.lost(one), one["id"], one, sum(rate < 1 for rate in had), len(had)))
    if not found:
        yield "repeats_none", {}
        return
    at, always = f"rates#units/{u.code}", sum(1 for one in found if one[4] == one[5])
    yield (
        "repeats",
        {"count": count(len(found), f"count_of_runs({at})"), "always": count(always, f"count_of_always({at})")},
    )
    for run, _, id, one, months, known in sorted(found, key=lambda one: one[:3])[:8]:
        own = f"{at}/{id}"
        yield "repeat", {
            "name": w(one["name"], u.at(f"indicators/{id}/name")), "run": count(-run, f"last_run({own} < 1)"),
            "months": count(months, f"count({own} < 1)"), "known": count(known, f"count({own})"), "lost": lost(u, one),
        }  # fmt: skip


def suggestions(u: Unit) -> Iterator[Sentence]:
    found = u.peers.separating
    same = [("same", *one) for one in found if one[3]]
    nearly = [("nearly", *one) for one in found if not one[3] and 100 * one[2] >= 95 * one[1]]
    every = f"indicators/*#lines[{u.name}]"
    yield "suggest", {
        "size": count(len(u.totals), u.all("total", "count")), "all": count(len(found), f"count({every})"),
        "same": count(len(same), f"count_same({every})"), "nearly": count(len(nearly), f"count_nearly({every})"),
    }  # fmt: skip
    for kind, id, size, full, _ in [*same, *nearly][:10]:
        at = f"indicators/{id}#lines[{u.name}]"
        yield kind, {
            "name": w(u.run.pages[id]["rule"]["name"], f"indicators/{id}#rule/name"),
            "size": count(size, f"count({at})"), "full": count(full, f"count({at} at full)"),
            "share": n("share", Fraction(full, size), f"count({at} at full) / count({at})"),
        }  # fmt: skip
