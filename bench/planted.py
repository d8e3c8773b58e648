"""``python -m bench.planted``: thirty bad indicators planted among 175, weighed by the engine for 474 units over five
periods, looked for by the quality lab. Prints how many it finds, how many it accuses falsely, and what retiring does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from bench.figures import Figure, spent
from steelyard.bureau.folder import Bureau, tables_of
from steelyard.bureau.lab.quality.cards import Lab
from steelyard.bureau.lab.quality.looking import looked
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import Ran
from steelyard.engine.arithmetic.numbers import Numbers
from steelyard.engine.evaluate import evaluate
from steelyard.engine.expressions.nodes import Aggregate, Text, walk
from steelyard.engine.model.book import read_book
from steelyard.engine.periods import CALENDAR_YEARS
from steelyard.engine.weighing.panel import Panel

UNITS, ALL, QUARTERS = 474, 175, ("2026Q1", "2026Q2", "2026Q3", "2026Q4")
PLANTED: Mapping[str, tuple[str, range]] = {
    "flat": ("retire", range(145, 153)),
    "copy": ("retire", range(153, 159)),
    "noise": ("mend", range(159, 165)),
    "unreachable": ("mend", range(165, 168)),
    "bunched": ("mend", range(168, 171)),
    "burden": ("mend", range(171, 173)),
    "basis": ("mend", range(173, 174)),
    "coverage": ("mend", range(174, 175)),
}
"""What is planted: what the lab should say of it, and of which indicators."""
BAD = frozenset(f"t{place}" for _, places in PLANTED.values() for place in places)
FACTS = """
table: work
name: 业务
source: 业务系统
columns:
  id: {name: 编号, type: text, required: true}
  unit: {name: 单位, type: text, required: true}
  on: {name: 日期, type: date}
  topic: {name: 事项, type: text}
  good: {name: 合格, type: boolean}
key: [id]
unit: unit
date: "on"
files: [{match: "work*.csv", format: csv}]
---
table: report
name: 月报
source: 基层月报
columns:
  id: {name: 编号, type: text, required: true}
  unit: {name: 单位, type: text, required: true}
  on: {name: 日期, type: date}
  good: {name: 合格, type: boolean}
  report_minutes: {name: 填报用时（分钟）, type: integer}
key: [id]
unit: unit
date: "on"
files: [{match: "report*.csv", format: csv}]
"""
BOOK = "book: planted\nname: 种下的指标\npoints_places: 2\nrounding: half_up\nfloor: 0\n"
PLAN = """plan: year
name: 年度考评
year: "2026"
classes: [分局]
total: 1750
places: 2
exceed_total: false
groups: [{name: 全部, indicators: [%s]}]
"""
Counts = npt.NDArray[np.int64]


def of(name: str) -> range:
    return PLANTED[name][1]


def rules() -> str:
    found = [BOOK, *(rule(place) for place in range(ALL)), PLAN % ", ".join(f"t{place}" for place in range(ALL))]
    return "---\n".join(found)


def rule(place: int) -> str:
    """A rate of cases against a target; copies count the same cases from the other end."""
    topic = f"t{place - of('copy').start}" if place in of("copy") else f"t{place}"
    table, where = ("report", "") if place in of("burden") else ("work", f"topic = '{topic}'")
    met = f"count({table} where {f'{where} and ' if where else ''}good)"
    whole = f"count({table} where {where})" if where else f"count({table})"
    value = f"1 - ({whole} - {met}) / {whole}" if place in of("copy") else f"{met} / {whole}"
    if place == of("burden")[-1]:
        value = f"avg({table}.report_minutes) / 100"
    basis = "" if place in of("basis") else f"basis: 《细则》第{place}条\n"
    target = "99.9%" if place in of("unreachable") else "92%"
    score = "{step: {every: 1%, lose: 0.3, counting: proportional}}"
    return (
        f"indicator: t{place}\nname: 指标{place}\n{basis}owner: 部门{place % 7}\nvalue: {value}\ntarget: {target}\n"
        f"full: 10\nscore: {score}\nempty: none\n"
    )


@dataclass(frozen=True)
class Planted:
    """Cases and good cases by topic: shape (periods × units,), the year after its quarters."""

    whole: Counts
    good: Counts

    def column(self, total: Aggregate) -> Numbers:
        state = np.zeros(self.whole.shape[1], np.uint8)
        if total.kind == "avg":
            return Numbers(np.full(self.whole.shape[1], 90) + np.arange(self.whole.shape[1]) % 40, 1, state)
        texts = [node.value for node in walk(total.where) if isinstance(node, Text)] if total.where else []
        place = int(texts[0][1:]) if texts else of("burden")[0]
        met = total.where is not None and (bool(texts) is False or "good" in str(total.where))
        return Numbers((self.good if met else self.whole)[place], 1, state)


def planted(seed: int) -> Planted:
    random = np.random.default_rng(seed)
    level = 0.4 * random.normal(0, 1, (1, UNITS)) + random.normal(0, 1, (ALL, UNITS))
    middle = random.uniform(0.82, 0.95, (ALL, 1))
    middle[list(of("unreachable"))] = 0.8
    chance = np.clip(middle + 0.05 * level, 0.3, 0.995)
    chance[list(of("flat"))], chance[list(of("noise"))] = 0.9995, 0.85
    found = [_quarter(random, chance) for _ in QUARTERS]
    found.append(cast(Any, tuple(sum(each) for each in zip(*found, strict=True))))
    whole, good = (np.concatenate([one[at] for one in found], axis=1) for at in (0, 1))
    return Planted(whole, good)


def _quarter(random: np.random.Generator, chance: npt.NDArray[np.float64]) -> tuple[Counts, Counts]:
    cases = random.poisson(250, chance.shape)
    cases[list(of("noise"))] = random.poisson(30, (len(of("noise")), UNITS))
    cases[list(of("coverage")), : UNITS * 6 // 10] = 0
    good = random.binomial(cases, chance)
    for place in of("bunched"):
        aimed = np.ceil(0.92 * cases[place]).astype(np.int64)
        short = (good[place] < aimed) & (good[place] > aimed - 0.03 * cases[place])
        good[place] = np.where(short, aimed, good[place])
    return cases, good


def ran(seed: int) -> Ran:
    """As a run would have left it, without a record of facts."""
    book, tables = read_book([("rules.yaml", rules())]), tables_of([("facts.yaml", FACTS)])
    periods = tuple(CALENDAR_YEARS.parse(text) for text in (*QUARTERS, "2026"))
    size = UNITS * len(periods)
    codes = tuple(f"u{number:03d}" for number in range(UNITS))
    ends = tuple(period.end - timedelta(days=1) for period in periods)
    panel = Panel(codes, tuple(map(str, periods)), ends, ("分局",), np.zeros(size, np.intp), np.zeros(size, np.uint8))
    result = evaluate(book, book.plans["year"], panel, planted(seed))
    nothing = cast(Any, None)
    names = {code: code for code in codes}
    return Ran(Bureau("."), Order(), book, book.plans["year"], tables, nothing, nothing, periods, result, names)


def lab(seed: int) -> Lab:
    return looked(ran(seed), {"run": f"planted-{seed}", "digest": ""})


def accused(found: Lab) -> set[str]:
    return {card.id for card in found.cards if card.verdict in ("mend", "retire")}


def figures(seeds: int = 5) -> Iterator[Figure]:
    labs: list[Lab] = []
    took = spent(lambda: labs.extend(lab(seed) for seed in range(seeds)))
    for seed, found in enumerate(labs):
        guilty, (effect,) = accused(found), found.retiring
        kinds = {kind: sum(f"t{place}" in guilty for place in places) for kind, (_, places) in PLANTED.items()}
        print(
            f"  seed {seed}: {len(guilty & BAD)} of 30 found {kinds}, {len(guilty - BAD)} false; "
            f"retiring {effect.indicators} moves Spearman to {effect.spearman:.6f}, {effect.moved} of {effect.units} "
            f"units move, {effect.climbed} places at most"
        )
    yield Figure("planted bad indicators found, worst of 5", min(len(accused(one) & BAD) for one in labs), 27, "least")
    yield Figure("sound indicators accused, worst of 5", max(len(accused(one) - BAD) for one in labs), 5)
    yield Figure("lab: 474 units × 175 indicators × 5 periods", took.seconds / seeds, 10, unit="s")


if __name__ == "__main__":
    for figure in figures():
        print(figure.line(), flush=True)
    sys.exit(0)
