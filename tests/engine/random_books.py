"""Random rule books as people write them, and a handful of units with few rows: much is empty, late, tied or null."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from pydantic import ValidationError

from steelyard.engine.expressions.schema import ColumnType, TableSchema
from steelyard.engine.model.book import Defaults, RuleBook
from steelyard.engine.model.item import Indicator
from steelyard.engine.model.plan import Plan
from steelyard.engine.model.tolerance import as_indicator, tolerated
from steelyard.engine.periods import CALENDAR_YEARS, Period
from steelyard.engine.reference.worlds import Facts, Unit
from steelyard.engine.scoring.recipe import Setting
from steelyard.engine.scoring.score import Score
from tests.engine.random_tolerances import tolerances
from tests.engine.small_scores import METHODS
from tests.engine.small_worlds import CLASSES

CODES = ("a", "b", "c", "d", "e")


def _schema(name: str, title: str, **numbers: str) -> TableSchema:
    columns = {"unit": ColumnType("text"), "on": ColumnType("date"), "kind": ColumnType("text")}
    columns |= {column: ColumnType("number") for column in numbers}
    titles = {title: column for column, title in numbers.items()}
    return TableSchema(name, columns, title, titles, unit="unit", date="on", key=())


TABLES = {
    "cases": _schema("cases", "案件", amount="金额"),
    "matters": _schema("matters", "督办", amount="金额"),
    "review": _schema("review", "评议", score="评分"),
}
DAYS = [
    date(2025, 2, 3), date(2025, 5, 5), date(2026, 1, 1), date(2026, 2, 3), date(2026, 5, 5), date(2026, 6, 30),
    date(2026, 9, 1),
]  # fmt: skip
PERIODS = [CALENDAR_YEARS.parse(text) for text in ("2026", "2026H1", "2026Q2", "2026-02", "2026-05YTD")]


@dataclass(frozen=True)
class Given:
    """Everything that one example is made of. ``units``: by period."""

    book: RuleBook
    plan: Plan
    periods: tuple[Period, ...]
    units: Mapping[Period, tuple[Unit, ...]]
    facts: Facts


# -- rows and units ---------------------------------------------------------------------------------------------------


def _row(column: str) -> st.SearchStrategy[dict[str, Any]]:
    kinds = st.sampled_from(["x", "x", "y", None])
    small = st.none() | st.integers(-1, 4)
    return st.fixed_dictionaries(
        {"unit": st.sampled_from([*CODES, "stranger"]), "on": st.sampled_from(DAYS), "kind": kinds, column: small}
    )


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    rows = {
        name: draw(st.lists(_row("score" if name == "review" else "amount"), max_size=most))
        for name, most in (("cases", 16), ("matters", 6), ("review", 6))
    }
    return Facts(TABLES, rows, frozenset(draw(st.sets(st.sampled_from(["cases", "matters", "review"])))))


@st.composite
def units(draw: st.DrawFn, codes: Sequence[str]) -> tuple[Unit, ...]:
    """Who exists in a period, in which class, with how many staff now and then."""
    found = []
    for code in codes:
        exists = draw(st.integers(0, 9)) > 0
        group = draw(st.sampled_from([*CLASSES, CLASSES[0], CLASSES[0], None])) if exists else None
        staff = st.none() | st.integers(0, 3).map(Fraction)
        attributes = {name: draw(staff) for name in ("staff", "staff.last_year:1", "staff.previous:1")}
        found.append(Unit(code, group, exists, attributes, frozenset({code})))
    return tuple(found)


# -- rules ------------------------------------------------------------------------------------------------------------

TOTALS = [
    "count(cases)", "sum(cases.amount)", "count(cases where kind = 'x')", "count(案件 where 金额 > 1)",
    "max(cases.amount)", "count(matters)", "sum(督办.金额)",
]  # fmt: skip
VALUES = [
    *TOTALS,
    "count(cases where kind = 'x') / count(cases)",
    "avg(cases.amount)",
    "sum(cases.amount) / unit.staff",
    "sum(cases.amount) - last_year(sum(cases.amount))",
    "count(cases) - previous(count(cases))",
    "to_date(count(cases)) / whole_year(count(cases))",
    "value(x) - peers_mean(value(x))",
    "last_year(value(x)) + last_year(unit.staff)",
    "or_else(last_year(peers_max(value(x))), 1)",
    "points(x) / 2",
]
NUMBERS = ["0", "1", "2", "0.5", "50%", "7/3", "-1"]
CONDITIONS = [
    "value > 1", "count(matters) > 0", "value(x) is null", "last_year(count(cases)) > count(cases)",
    f"class_is('{CLASSES[0]}')", "unit.staff > 1 or count(matters where kind = 'y') = 1", "peers_rank(value(x)) = 1",
]  # fmt: skip
POOLED = [condition for condition in CONDITIONS if condition != "value > 1"]
FULL = st.sampled_from([10, 5, "0.5", 3])
ROUNDING = st.sampled_from(["half_up", "half_even", "down", "up"])
_Z = re.compile(r"\bz\b")


def _with_staff(written: Any) -> Any:
    """The methods' unknown ``z`` is a number of staff here."""
    if isinstance(written, str):
        return _Z.sub("unit.staff", written)
    if isinstance(written, dict):
        return {key: _with_staff(part) for key, part in written.items()}
    return [_with_staff(part) for part in written] if isinstance(written, list) else written


def _gives_points(written: Any) -> bool:
    try:
        found = Score.model_validate(written)
    except ValidationError:
        return False
    return any(step.name == "points" for step in found.method.steps(Setting()))


SCORES = (
    st.sampled_from(sorted(METHODS))
    .flatmap(lambda name: METHODS[name].map(lambda written: {name: _with_staff(written)}))
    .filter(_gives_points)
)
LOSSES = st.sampled_from([
    {"step": {"every": "1", "lose": "0.7", "counting": "whole"}},
    {"step": {"every": "0.5", "lose": "1/3", "counting": "proportional", "at_most": 2}},
    {"deduct": {"each": "0.3"}},
])  # fmt: skip


def some(**optional: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Each key about one time in four: most rules have few of them."""
    return st.fixed_dictionaries(
        {key: st.none() | st.none() | st.none() | value for key, value in optional.items()}
    ).map(lambda found: {key: value for key, value in found.items() if value is not None})


LINES = st.lists(
    st.fixed_dictionaries(
        {"name": st.just("项"), "count": st.sampled_from(TOTALS), "each": st.sampled_from(NUMBERS)},
        optional={"at_most": st.just("2")},
    ),
    min_size=1,
    max_size=2,
)


def modifiers(conditions: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    when = st.sampled_from(conditions)

    def those(**more: Any) -> st.SearchStrategy[list[dict[str, Any]]]:
        return st.fixed_dictionaries({"when": when, "because": st.just("因"), **more}).map(lambda one: [one])

    return some(
        plus=LINES,
        minus=LINES,
        exempt=those(),
        escalate=those(times=st.sampled_from(["2", "1.5", "value(x)"])),
        relief=those(keep=st.sampled_from(["50%", "0", "1/3"])),
        veto=those(zero=st.just("item")),
        floor=st.sampled_from(["1", "-2"]),
        cap=st.sampled_from(["4", "0.25"]),
        points_places=st.integers(0, 3),
        rounding=ROUNDING,
        empty=st.sampled_from(["full", "zero", "none", "peers_mean", "rescale", {"points": "1/3"}]),
    )


MODIFIED, CHANGED = modifiers(POOLED), modifiers(CONDITIONS)


@st.composite
def leaves(draw: st.DrawFn) -> dict[str, Any]:
    target: Any = draw(st.sampled_from([*NUMBERS, "value(x)", "last_year(count(cases))"]))
    if draw(st.booleans()):
        target = {"all": {"2020-01-01": target, "2026-06-01": "3"}, "by_class": {CLASSES[1]: {"2026-03-01": "2"}}}
    score = draw(SCORES)
    rated = any("ratings" in method for method in score.values() if isinstance(method, dict))
    return {
        **({} if rated else {"value": draw(st.sampled_from(VALUES))}),
        "direction": draw(st.sampled_from(["higher", "lower"])),
        "target": target,
        "full": draw(FULL),
        "score": score,
        **draw(some(places=st.integers(-1, 2), grades=GRADES)),
        **draw(MODIFIED if rated else CHANGED),
    }


GRADES = st.just([{"label": "好", "at_least": 4}, {"label": "中", "at_least": "1"}, {"label": "差"}])


@st.composite
def taken(draw: st.DrawFn) -> dict[str, Any]:
    """Items that only take: no full mark of their own."""
    return {
        "value": draw(st.sampled_from(TOTALS)),
        "target": draw(st.sampled_from(NUMBERS)),
        "score": draw(LOSSES),
        **draw(some(exempt=st.just([{"when": "count(matters) > 0", "because": "因"}]), empty=st.just("zero"))),
    }


@st.composite
def checkpoints(draw: st.DrawFn) -> dict[str, Any]:
    mean = draw(st.booleans())
    schedule: dict[str, Any] = draw(st.sampled_from([
        {"every": "quarter"}, {"every": "half"}, {"every": "month"}, {"targets": {"Q1": "1", "Q2": None, "H2": "50%"}},
        {"targets": {"H1": "2", "M07": "1"}, "by_class": {CLASSES[0]: {"H1": "1", "M07": None}}},
    ]))  # fmt: skip
    schedule = {
        **schedule,
        "counted": draw(st.sampled_from(["alone", "to_date"])),
        "take": "mean" if mean else "sum",
        **draw(some(exempt=st.just([{"when": "count(matters) > 0", "because": "因"}]))),
    }
    return {
        "value": draw(
            st.sampled_from([*TOTALS, "sum(cases.amount) - last_year(sum(cases.amount))", "avg(cases.amount)"])
        ),
        "target": draw(st.sampled_from(["1", "count(cases) / 2"])),
        "full": draw(FULL),
        "score": draw(LOSSES),
        "checkpoints": schedule,
        **draw(some(convert_to=FULL)),
        **draw(MODIFIED),
    }


@st.composite
def pools(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    items = []
    for number in range(draw(st.integers(1, 3))):
        written = draw(PARTS[depth] if items else LEAVES)
        items.append({"item": f"p{number}", "name": f"{number}", **written, **draw(variants(written))})
    return {"items": items, **draw(some(full=FULL, convert_to=FULL)), **draw(MODIFIED)}


LEAVES = leaves()
PARTS = [taken() | LEAVES]
for deeper in (0, 1):
    PARTS.append(taken() | LEAVES | checkpoints() | pools(deeper))
RULES = LEAVES | LEAVES | pools() | checkpoints()


def variants(written: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """What the second class writes instead, for plain scored items."""
    plain = "checkpoints" not in written and "items" not in written and "value" in written
    return VARIANTS if plain else st.just({})


VARIANTS = some(
    by_class=some(
        value=st.sampled_from(TOTALS), target=st.sampled_from(NUMBERS), floor=st.just("0"), score=LOSSES,
        empty=st.sampled_from(["zero", "rescale", "none"]), cap=st.just("1"),
    ).filter(bool).map(lambda rule: {CLASSES[1]: rule})
)  # fmt: skip


@st.composite
def indicators(draw: st.DrawFn, id: str) -> dict[str, Any]:
    written = draw(RULES)
    veto = {"when": draw(st.sampled_from(POOLED)), "bars": ["red"], "because": "因"}
    zero = {"zero": "total"} if draw(st.integers(0, 9)) == 0 else {}
    if draw(st.integers(0, 3)) == 0:
        written = {**written, "veto": [*written.get("veto", []), {**veto, **zero}]}
    return {
        "indicator": id,
        "name": id,
        "owner": draw(st.sampled_from(["甲科", "乙科"])),
        "family": "族",
        **written,
        **draw(variants(written)),
    }


X = {
    "indicator": "x", "name": "x", "value": "sum(cases.amount)", "full": 5, "empty": "none",
    "score": {"band": {
        "table": [{"at_least": 3, "points": 5, "label": "优"}, {"at_least": 1, "points": 3, "label": "良"}],
        "otherwise": {"points": 0, "label": "差"},
    }},
}  # fmt: skip


# -- plans ------------------------------------------------------------------------------------------------------------


@st.composite
def plans(draw: st.DrawFn, ids: Sequence[str], marks: Mapping[str, bool]) -> dict[str, Any]:
    weighted = draw(st.booleans())
    entries = []
    for id in ids:
        more = draw(some(only=st.sampled_from([[CLASSES[0]], ["a", CLASSES[1]]]), full=FULL))
        if not marks[id]:
            more.pop("full", None)
        entries.append({"indicator": id, **more, **({"weight": "50%"} if weighted else {})})
    cut = draw(st.integers(1, len(entries)))
    limits = some(cap=st.sampled_from([8, "3"]), floor=st.just("0"), full=st.just("10"))
    groups = [{"name": "基", "indicators": entries[:cut], **draw(limits)}]
    if entries[cut:]:
        role = draw(st.sampled_from(["base", "bonus", "malus"]))
        groups.append({"name": "加", "indicators": entries[cut:], "role": role, **draw(limits)})
    difficulty = {
        "coefficient": draw(st.sampled_from(["unit.staff / 2", "1.1", "unit.staff / peers_mean(unit.staff)"])),
        "lowest": "0.9", "highest": "1.15", "places": 2, "applies_to": draw(st.sampled_from(["base", "total"])),
        **draw(some(off_when=st.just("peers_max(points) < 5"))),
    }  # fmt: skip
    alignment = draw(st.sampled_from([
        {"method": "convert_best"}, {"method": "percentile"},
        {"method": "mean_spread", "centre": "80%", "spread": "0.1"},
    ]))  # fmt: skip
    return {
        "plan": "p", "name": "计划", "year": "2026", "classes": list(CLASSES), "groups": groups,
        "total": draw(st.sampled_from([10, 100])), "places": draw(st.integers(0, 3)), "rounding": draw(ROUNDING),
        "exceed_total": draw(st.booleans()),
        "lists": draw(cuts()), "segments": draw(SEGMENTS), "segment_rounding": draw(ROUNDING),
        "ranking": draw(rankings()), **draw(some(difficulty=st.just(difficulty), grades=GRADES)),
        **draw(some(alignment=st.just({**alignment, "places": 2}), veto=vetoes())),
    }  # fmt: skip


SEGMENTS = st.sampled_from(
    [[], [{"name": "一", "share": "40%"}, {"name": "二", "share": "0.3"}, {"name": "三"}], [{"name": "全"}]]
)


def rankings() -> st.SearchStrategy[dict[str, Any]]:
    criteria = st.lists(st.sampled_from(["x.value", "unit.staff", "last_year(count(cases))"]), max_size=2, unique=True)
    return st.fixed_dictionaries(
        {"on": st.sampled_from(["exact", "rounded"]), "within": st.sampled_from(["class", "all"]), "next": criteria}
    )


@st.composite
def cuts(draw: st.DrawFn) -> list[dict[str, Any]]:
    ways = [{"top": "40%"}, {"top": 2}, {"bottom": "0.3"}, {"bottom": 1}, {"at_least": 4}]
    return [
        {
            "list": name, "name": name, **draw(st.sampled_from(ways)), "rounding": draw(ROUNDING),
            "ties": draw(st.sampled_from(["extend", "withhold"])), "within": draw(st.sampled_from(["class", "all"])),
        }
        for name in ("red", "black")
    ]  # fmt: skip


@st.composite
def vetoes(draw: st.DrawFn) -> list[dict[str, Any]]:
    when = st.sampled_from(["last_year(count(cases)) > 1", "x.points < 4", "count(matters) > 0", "unit.staff = 0"])
    does = st.sampled_from([{"zero": "total"}, {"bars": ["red"]}, {"grade": "否"}, {"bars": ["red", "black"]}])
    return [{"when": draw(when), **draw(does), "because": "因"} for _ in range(draw(st.integers(1, 2)))]


# -- everything together ----------------------------------------------------------------------------------------------


@st.composite
def examples(draw: st.DrawFn) -> Given:
    ids = ["x", "i", "j"][: draw(st.integers(2, 3))]
    written = [X, *(draw(indicators(id)) for id in ids[1:])]
    rules = {one["indicator"]: Indicator.model_validate(one) for one in written}
    plan = Plan.model_validate(draw(plans(ids, {one["indicator"]: "items" not in one for one in written})))
    defaults = {
        "book": "b",
        "name": "册",
        "points_places": 2,
        "rounding": draw(ROUNDING),
        "floor": draw(st.sampled_from([0, None])),
    }
    allowed = draw(tolerances(plan, rules, POOLED))
    given = {one.id: as_indicator(one, plan, rules) for one in allowed}
    plan = tolerated({"p": plan}, allowed)["p"]
    room = {one.id: one for one in allowed}
    book = RuleBook(Defaults.model_validate(defaults), {**rules, **given}, {"p": plan}, tolerances=room)
    periods = tuple(draw(st.lists(st.sampled_from(PERIODS), min_size=1, max_size=2, unique=True)))
    codes = CODES[: draw(st.integers(2, 5))]
    return Given(book, plan, periods, {period: draw(units(codes)) for period in periods}, draw(facts()))
