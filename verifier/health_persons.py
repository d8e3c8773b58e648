"""The ten sections of a person's health check, derived: every sentence with its kind, its slots and their sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from verifier.health_facts import remedied
from verifier.health_loop import alerts, appeals, forecasts, rectification
from verifier.health_people import People, Person, number
from verifier.health_sections import Said, falling, period_end, repeats
from verifier.health_words import Sentence, Slots, count, month, n, w


def derive_person(people: People, code: str, beside: bytes, quoted: list[str]) -> Iterator[Said]:
    person = Person(people, code, beside, quoted)
    parts = (standing, bridge, losses, peers, course, risks, problems, rectification, appeals, suggestions)
    for order, part in enumerate(parts, 1):
        for kind, slots in part(person):
            yield order, kind, slots


def standing(u: Person) -> Iterator[Sentence]:
    totals = list(u.group.totals.values())
    place, equal = 1 + sum(one > u.total for one in totals), sum(one == u.total for one in totals)
    yield "p_total", {
        "period": month(u.head["period"], u.at("period")), "person": w(u.head["name"], u.at("name")),
        "duty": w(u.group.duty, u.at("duty")), "unit": w(u.unit_name(u.head["unit"]), u.at("unit")),
        "total": n("points", u.total, u.at("total")), "full": n("points", u.words["full"], f"{u.plan}#full"),
        "size": count(len(totals), u.all("count")), "place": count(place, u.all("place")),
    }  # fmt: skip
    if equal > 1:
        yield "p_shared", {"others": count(equal - 1, u.all("others_equal"))}
    if u.head["grade"]:
        yield "grade", {"grade": w(u.head["grade"], u.at("grade"))}
    before, at = u.records.get("before"), f"{u.beside}/before"
    if before is None:
        yield "no_change", {}
        return
    old = Fraction(before["total"])
    yield "change", {
        "before": month(before["period"], f"{at}/period"),
        "moved": n("moved", u.total - old, f"{u.at('total')} - {at}/total"),
        "old": n("points", old, f"{at}/total"), "total": n("points", u.total, u.at("total")),
    }  # fmt: skip
    yield "change_place", {
        "steps": ("steps", before["place"] - place, f"{at}/place - {u.all('place')}"),
        "old": count(before["place"], f"{at}/place"), "place": count(place, u.all("place")),
    }  # fmt: skip


def bridge(u: Person) -> Iterator[Sentence]:
    for stage in u.stages:
        one, points = stage[0], u.points(stage)
        at, weight = u.kept(str(one["stage"])), number(one["weight"])
        yield "p_stage", {
            "unit": w(u.unit_name(one["unit"]), f"{at}/unit"),
            "post": w(u.words["posts"].get(one["post"], one["post"]), f"{at}/post"),
            "first": ("day", one["first_day"], f"{at}/first_day"), "last": ("day", one["last_day"], f"{at}/last_day"),
            "share": n("share", weight, f"{at}/weight"), "points": n("points", points, f"sum({at}/points)"),
            "carried": n("points", points * weight, f"sum({at}/points) * {at}/weight"),
        }  # fmt: skip
    own, at = n("points", number(u.head["own"]), u.at("own")), u.kept("0")
    if u.own:
        had = [one for one in u.own if one["points"] is not None]
        yield "p_own", {
            "all": count(len(u.own), f"count({at})"), "had": count(len(had), f"count({at}/points)"),
            "points": n("points", sum(number(one["points"]) for one in had), f"sum({at}/points)"),
            "worth": n("points", sum(number(one["worth"]) for one in had), f"sum({at}[points]/worth)"), "own": own,
        }  # fmt: skip
    stages = f"sum({u.kept('*/points * weight')})"
    yield "p_bridge", {
        "carried": n("points", u.carried, stages), "own": own,
        "sum": n("points", u.carried + number(u.head["own"]), f"{stages} + {u.at('own')}"),
        "total": n("points", u.total, u.at("total")),
    }  # fmt: skip
    for item in u.losses[:20]:
        yield "p_item", told(u, item)
    if rest := u.losses[20:]:
        at = u.kept("[lost][20:]")
        yield "items_rest", {"count": count(len(rest), f"count({at})"), "lost": n("points", lost(rest), f"sum({at})")}


def lost(items: list[Any]) -> Fraction:
    return sum((one["lost"] for one in items), Fraction(0))


def told(u: Person, item: Any) -> Slots:
    at, stage = u.kept(item["key"]), item["row"]["stage"]
    far = f"{at}/worth - {at}/points"
    return {
        "name": w(u.named(item["row"]["indicator"]), f"{at}/name"), "from": w(item["from"], f"{at}/from"),
        "worth": n("points", item["worth"], f"{at}/worth"),
        "lost": n("points", item["lost"], f"({far}) * {u.kept(f'{stage}/weight')}" if stage else far),
        "points": n("points", item["points"], f"{at}/points"),
    }  # fmt: skip


def losses(u: Person) -> Iterator[Sentence]:
    found, at = u.losses, u.kept("[lost]")
    if not found:
        yield "losses_none", {}
        return
    together = f"sum({at})"
    yield "p_losses", {"lost": n("points", lost(found), together), "count": count(len(found), f"count({at})")}
    if len(found) > 3:
        three, source = lost(found[:3]), f"sum({u.kept('[lost][:3]')})"
        share = n("share", three / lost(found), f"{source} / {together}")
        yield "losses_head", {"head": count(3, "3"), "points": n("points", three, source), "share": share}
    for rank, item in enumerate(found[:5], 1):
        yield "p_loss", {"rank": count(rank, f"place({at})"), **told(u, item)}
        yield from why(u, item)
    if rest := found[5:]:
        behind = u.kept("[lost][5:]")
        left = n("points", lost(rest), f"sum({behind})")
        yield "p_losses_rest", {"count": count(len(rest), f"count({behind})"), "lost": left}


def why(u: Person, item: Any) -> Iterator[Sentence]:
    row, at = item["row"], u.kept(item["key"])
    id = row["indicator"]
    if not row["stage"]:
        source = f"accounts#[{u.group.duty}]/{item['key']}/points"
        yield "p_loss_own", {
            "duty": w(u.group.duty, u.at("duty")), "mean": n("points", u.group.mean_points[id], f"mean({source})"),
            "size": count(len(u.group.own[id]), f"count({source})"),
        }  # fmt: skip
        return
    yield "p_loss_unit", {
        "unit": w(item["from"], f"{at}/from"), "got": n("points", number(row["unit_points"]), f"{at}/unit_points"),
        "full": n("points", number(row["unit_full"]), f"{at}/unit_full"),
    }  # fmt: skip
    if not id or row["unit"] not in u.quoted or row["frozen"] != u.head["period"]:
        return
    unit = u.people.unit(row["unit"])
    if id in unit.told:
        one, there = unit.told[id], unit.at(f"losses/{id}")
        yield "loss_reason", {"reason": w(one["reason"]["text"], f"{there}/reason")}
        if one["basis"]["zh"]:
            yield "loss_clause", {"basis": w(one["basis"], f"{there}/basis")}
        if remedied(one) is not None:
            yield "loss_remedy", {"remedy": w(one["remedy"]["text"], f"{there}/remedy")}


def peers(u: Person) -> Iterator[Sentence]:
    found = u.group.of_all
    slots = {kind: n("points", value, u.all(kind)) for kind, value in found}
    for kind, value in found:
        slots[f"from_{kind}"] = n("versus", u.total - value, f"{u.at('total')} - {u.all(kind)}")
    yield "p_peers", slots
    better = [one for one in u.group.totals.values() if one > u.total]
    if better:
        yield "gap", {"gap": n("points", min(better) - u.total, f"{u.all('next')} - {u.at('total')}")}
    else:
        yield "p_first", {}
    rates = {id: a / b for id, found in u.group.own.items() if u.code in found for a, b in [found[u.code]] if b}
    if len(rates) > 1:
        ordered = sorted((rate - u.group.mean_rates[id], id) for id, rate in rates.items())
        for kind, (_, id) in (("p_best", ordered[-1]), ("p_worst", ordered[0])):
            at = u.kept(f"0/{id}")
            yield kind, {
                "name": w(u.named(id), f"{u.plan}#indicators/{id}"),
                "rate": n("rate", rates[id], f"{at}/points / {at}/worth"),
                "mean": n("rate", u.group.mean_rates[id], f"mean(accounts#[{u.group.duty}]/0/{id})"),
            }  # fmt: skip
    yield from gains(u)
    yield "p_no_label", {}


def gains(u: Person) -> Iterator[Sentence]:
    found: dict[str, Fraction] = {}
    for stage in u.stages:
        for one in stage:
            full = number(one["unit_full"])
            if not one["indicator"] and one["worth"] and full:
                more = number(one["weight"]) * number(one["worth"]) / full
                found[one["unit"]] = found.get(one["unit"], Fraction(0)) + more
    for unit, gain in found.items():
        at = u.kept(f"[{unit}]/unit")
        yield "p_gain", {
            "unit": w(u.unit_name(unit), f"{u.plan}#units/{unit}"), "ten": count(10, "10"),
            "gain": n("points", 10 * gain, f"10 * sum({at}/weight * {at}/worth / {at}/unit_full)"),
        }  # fmt: skip


def course(u: Person) -> Iterator[Sentence]:
    yield "p_course", {}
    months = u.run.months
    if u.unit is not None and len(months) > 1:
        now, then = u.unit.peers.rows[u.unit.code][-1], u.unit.peers.rows[u.unit.code][-2]
        if now is not None and then is not None:
            last, before = u.unit.over(f"months/{months[-1]}"), u.unit.over(f"months/{months[-2]}")
            yield "p_unit_month", {
                "unit": w(u.unit.line["name"], u.unit.at("name")), "month": month(months[-1]),
                "total": n("points", now, last), "before": month(months[-2]),
                "versus": n("versus", now - then, f"{last} - {before}"),
            }  # fmt: skip
    run = u.run.whole["run"]
    end = period_end(run["period"])
    if run["as_of"] and end and date.fromisoformat(run["as_of"][:10]) > end:
        yield "outlook_over", {"as_of": ("day", run["as_of"][:10], "overview#run/as_of")}
    else:
        yield from forecasts(u)


def risks(u: Person) -> Iterator[Sentence]:
    waiting = [one for one in u.stages[-1] if one["points"] is None]
    if not waiting:
        yield "missing_none", {}
    for one in waiting:
        at = u.kept(f"{one['stage']}/{one['indicator'] or 'unit'}")
        yield "p_missing", {"name": w(u.named(one["indicator"] or ""), f"{at}/name")}
    yield from of_unit(u, "falling_unknown", falling)
    yield from alerts(u)


def problems(u: Person) -> Iterator[Sentence]:
    yield from of_unit(u, "repeats_unknown", repeats)


def of_unit(u: Person, unknown: str, say: Any) -> Iterator[Sentence]:
    if u.unit is None:
        yield unknown, {}
        return
    yield "p_carried", {"unit": w(u.unit.line["name"], u.unit.at("name"))}
    yield from say(u.unit, {one["indicator"] for one in u.stages[-1] if one["indicator"]})


def suggestions(u: Person) -> Iterator[Sentence]:
    found = [(id, rates) for id, rates in sorted(u.group.rates.items()) if len(rates) > 1]
    same = [("p_same", *one) for one in found if len(set(one[1])) == 1]
    nearly = [("p_nearly", *one) for one in found if len(set(one[1])) > 1 and 100 * full_of(one[1]) >= 95 * len(one[1])]
    every = f"accounts#[{u.group.duty}]/0/*"
    yield "p_suggest", {
        "duty": w(u.group.duty, u.at("duty")), "size": count(len(u.group.totals), u.all("count")),
        "all": count(len(found), f"count({every})"), "same": count(len(same), f"count_same({every})"),
        "nearly": count(len(nearly), f"count_nearly({every})"),
    }  # fmt: skip
    for kind, id, rates in [*same, *nearly][:10]:
        at, full = f"accounts#[{u.group.duty}]/0/{id}", full_of(rates)
        yield kind, {
            "name": w(u.named(id), f"{u.plan}#indicators/{id}"), "size": count(len(rates), f"count({at})"),
            "full": count(full, f"count({at} at full)"),
            "share": n("share", Fraction(full, len(rates)), f"count({at} at full) / count({at})"),
        }  # fmt: skip


def full_of(rates: list[Fraction]) -> int:
    return sum(one == 1 for one in rates)
