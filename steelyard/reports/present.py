"""A sheet as formatted text: what the page and the PDF both print, so that the two cannot differ.

Everything here is JSON-ready: text, lists, and small whole numbers that place a bar (in thousandths).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from steelyard.engine.problems import Language
from steelyard.reports import formats, sentences
from steelyard.reports.sheet import LISTED, FamilyScore, IndicatorRow, LostPoints, RankingView, UnitSheet
from steelyard.reports.words import LABELS, label

Shown = dict[str, object]


def present(sheet: UnitSheet, language: Language) -> Shown:
    """All texts of the sheet in one language; keys are those of the templates."""
    run = sheet.run
    losses = [_loss(index, loss, language) for index, loss in enumerate(sheet.losses, 1)]
    return {
        "language": language,
        "words": {key: label(key, language) for key in LABELS},
        "name": sheet.name.of(language),
        "parent": sheet.parent.of(language),
        "class_name": sheet.class_name.of(language),
        "title": run.title.of(language),
        "period": formats.period(run.period, language),
        "provisional": run.provisional,
        "as_of": formats.day(run.as_of, language),
        "completeness": formats.percent(run.completeness),
        "rule_version": run.rule_version,
        "figures": figures(sheet, language),
        "overview": sentences.overview(sheet, language),
        "history": sentences.history(sheet, language),
        "families": _families(sheet, language),
        "losses": losses,
        "listed": LISTED,
        "unlisted": _unlisted(sheet.losses[LISTED:], language),
        "has_records": any(loss.records is not None for loss in sheet.losses),
        "remedies": [loss for loss in losses if loss["remedy"]],
        "memberships": _memberships(sheet, language),
        "rankings": [_ranking(entry, language) for entry in sheet.rankings],
        "references": _references(sheet, language),
        "cautions": [
            {"title": one.title.of(language), "text": one.statement.text.of(language)} for one in sheet.cautions
        ],
        "indicators": [_indicator(row, language) for row in sheet.indicators],
        "has_trend": any(_spark(row.trend) for row in sheet.indicators),
        "identity": _identity(sheet, language),
    }


def figures(sheet: UnitSheet, language: Language) -> list[Shown]:
    """The big numbers at the top: label, number, small print below."""
    place, size = sheet.place, sheet.place.class_size
    peers, whole = sheet.peers, formats.percent(sheet.run.completeness)
    interval = _noted("interval", formats.interval(place), language)
    shown = [
        ("total", points(sheet.total), _noted("full", points(sheet.full), language)),
        ("place", f"{place.place}", f"/ {size}　{interval}"),
        ("change", *_change(sheet, language)),
        ("versus_mean", formats.signed_points(sheet.total - peers.mean), _noted("mean", points(peers.mean), language)),
        ("gap_next", points(place.to_next), _noted("best", points(peers.best), language)),
        ("machine", formats.percent(sheet.machine_share), _noted("completeness", whole, language)),
    ]
    return [{"key": key, "label": label(key, language), "number": number, "note": note} for key, number, note in shown]


def points(value: Decimal | None) -> str:
    """Points, or a dash where there are none to show."""
    return formats.MISSING if value is None else formats.points(value)


def _noted(key: str, text: str, language: Language) -> str:
    return f"{label(key, language)} {text}"


def _change(sheet: UnitSheet, language: Language) -> tuple[str, str]:
    earlier = sheet.earlier
    if earlier is None:
        return formats.MISSING, label("no_earlier", language)
    when = formats.period(earlier.period, language)
    if earlier.place is None:
        return formats.signed_points(sheet.total - earlier.total), when
    return formats.signed_points(sheet.total - earlier.total), moved(earlier.place - sheet.place.place, language)


def moved(steps: int, language: Language) -> str:
    """``↑ 进 2 位``: an arrow and a word, never colour alone."""
    if language == "zh":
        return f"{'↑ 进' if steps > 0 else '↓ 退'} {abs(steps)} 位" if steps else "— 位次持平"
    return f"{'↑ up' if steps > 0 else '↓ down'} {abs(steps)}" if steps else "— same place"


def _families(sheet: UnitSheet, language: Language) -> Shown:
    rows: list[Shown] = [
        {
            "name": family.name.of(language),
            "points": formats.points(family.points),
            "full": formats.points(family.full) if family.full else formats.MISSING,
            "rate": formats.MISSING if family.rate is None else formats.share(family.rate),
            **_beside(family, language),
        }
        for family in sheet.families
    ]
    for entry in sheet.adjustments:
        moved_by, note = formats.signed_points(entry.points), entry.basis.of(language)
        rows.append({"name": entry.name.of(language), "points": moved_by, "note": note})
    return {"rows": rows, "total": formats.points(sheet.total), "full": formats.points(sheet.full)}


def _beside(family: FamilyScore, language: Language) -> Shown:
    """Peers' mean and the distance to it: score rates, or points where there are no full marks."""
    if family.rate is not None:
        return {
            "mean": formats.share(family.peer_mean),
            "difference": formats.percentage_points(family.gap, language),
        }
    unit = "分" if language == "zh" else "points"
    mean, gap = formats.points(family.peer_mean), formats.signed_points(family.gap)
    return {"mean": f"{mean} {unit}", "difference": f"{gap} {unit}"}


def _loss(index: int, loss: LostPoints, language: Language) -> Shown:
    return {
        "number": str(index),
        "id": loss.indicator,
        "name": loss.name.of(language),
        "points": formats.points(loss.points),
        "reason": loss.reason.text.of(language),
        "basis": loss.basis.of(language),
        "remedy": loss.remedy.text.of(language) if loss.remedy else "",
        "records": formats.number(Decimal(loss.records), 0) if loss.records is not None else formats.MISSING,
        "repeats": _repeats(loss.repeats, language),
    }


def _unlisted(rest: Sequence[LostPoints], language: Language) -> str:
    if not rest:
        return ""
    return label("unlisted", language, count=len(rest), points=points(sum((one.points for one in rest), Decimal(0))))


def _repeats(times: int, language: Language) -> str:
    if times < 2:
        return ""
    return f"连续 {times} 期失分" if language == "zh" else f"{times} periods in a row"


def _memberships(sheet: UnitSheet, language: Language) -> list[Shown]:
    return [
        {
            "name": entry.name.of(language),
            "kind": entry.kind,
            "cut": str(entry.cut or formats.MISSING),
            "state": entry.state,
            "word": label(entry.state, language),
            "probability": formats.probability(entry.probability),
        }
        for entry in sheet.memberships
    ]


def _ranking(entry: RankingView, language: Language) -> Shown:
    return {
        "name": label(entry.dimension, language),
        "value": formats.points(entry.value),
        "place": f"{entry.place} / {entry.class_size}",
        "correlation": formats.MISSING if entry.correlation is None else formats.number(entry.correlation, 2),
    }


def _references(sheet: UnitSheet, language: Language) -> list[Shown]:
    """The peers' statistics with the unit's distance to each."""
    peers = sheet.peers
    bases = (("best", peers.best), ("mean", peers.mean), ("median", peers.median))
    return [
        {
            "name": label(key, language),
            "value": formats.points(value),
            "difference": formats.signed_points(sheet.total - value),
        }
        for key, value in bases
    ]


def _indicator(row: IndicatorRow, language: Language) -> Shown:
    state = _state(row)
    peers = formats.MISSING if row.peers is None or row.value is None else _like(row, row.peers.median, language)
    return {
        "id": row.id,
        "name": row.name.of(language),
        "family": row.family.of(language),
        "value": formats.measure(row.value, language),
        "numerator": formats.measure(row.numerator, language),
        "denominator": formats.measure(row.denominator, language),
        "target": formats.measure(row.target, language),
        "median": peers,
        "points": formats.points(row.points) if row.state != "not_applicable" else formats.MISSING,
        "full": formats.points(row.full) if row.full else formats.MISSING,
        "lost": formats.points(row.lost) if row.lost else "",
        "place": f"{row.place}/{row.class_size}" if row.place is not None else formats.MISSING,
        "bar": _thousandths(row.points, row.full),
        "tick": _thousandths(row.peer_points, row.full) if row.peer_points is not None else -1,
        "spark": _spark(row.trend),
        "state": state,
        "word": label(f"state_{state}", language),
    }


def _like(row: IndicatorRow, number: Decimal, language: Language) -> str:
    return formats.measure(replace(row.value, number=number), language) if row.value else formats.MISSING


def _state(row: IndicatorRow) -> str:
    if row.state != "scored":
        return row.state
    if not row.full:
        return "gained" if row.points > 0 else "taken" if row.points < 0 else "nothing"
    if not row.lost:
        return "full"
    return "partial" if row.points > 0 else "zero"


def _thousandths(part: Decimal, whole: Decimal) -> int:
    if not whole:
        return 0
    return int(min(max(part / whole, Decimal(0)), Decimal(1)) * 1000)


def _spark(values: tuple[Decimal | None, ...]) -> str:
    """Points of a small line on a field of 96 by 20, gaps left out; empty with fewer than two values."""
    known = [(index, value) for index, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    last = len(values) - 1
    spread = high - low
    heights = [(18 - (value - low) * 16 / spread) if spread else Decimal(10) for _, value in known]
    return " ".join(
        f"{index * 92 // last + 2},{height.quantize(Decimal(1), ROUND_HALF_UP)}"
        for (index, _), height in zip(known, heights, strict=True)
    )


def _identity(sheet: UnitSheet, language: Language) -> list[Shown]:
    run = sheet.run
    rows = (
        ("unit", f"{sheet.code} {sheet.name.of(language)}"),
        ("class", sheet.class_name.of(language)),
        ("plan", run.plan.of(language)),
        ("rule_version", run.rule_version),
        ("engine_version", run.engine_version),
        ("as_of", formats.day(run.as_of, language)),
        ("completeness", formats.percent(run.completeness)),
        ("run", run.number),
    )
    seals = (("root", run.root), ("digest", run.digest), ("rules_digest", run.rules))
    short = [{"label": label(key, language), "text": text, "wide": False} for key, text in rows]
    return [*short, *({"label": label(key, language), "text": text, "wide": True} for key, text in seals)]
