"""绩效计划: which indicators, for whom, worth how much, and what becomes of the total."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

from steelyard.engine.arithmetic.rounding import Rounding
from steelyard.engine.expressions.nodes import Call
from steelyard.engine.model.item import Grade, Veto
from steelyard.engine.model.target import Day
from steelyard.engine.model.waiver import Told, Waiver
from steelyard.engine.problems import CATALOGUE
from steelyard.engine.shape import Formula, Id, Written, complain

CATALOGUE.add(
    {
        "alignment-measure": (
            "只有 mean_spread 需要同时写明 centre（平均得分率）和 spread（平均离差）",
            "mean_spread, and only it, states both centre (mean score rate) and spread (mean deviation)",
        ),
        "plan-ends-first": (
            "计划的截止日期 {until} 早于开始日期 {since}；请改正 since 或 until",
            "the plan ends on {until}, before it begins on {since}; correct since or until",
        ),
        "work-outside": (
            "施工图“{work}”的完成日期 {by} 不在计划的 {since} 至 {until} 之内；请改正 by",
            "work '{work}' is to be done by {by}, outside the plan's days {since} to {until}; correct by",
        ),
    }
)


AWAITED = Call("awaited", ())
"""``empty: awaited``, the one word that may stand there instead of a formula."""


class Entry(Written):
    """One indicator in a plan. ``full`` replaces its full mark; ``weight`` converts its points to a share of the total.

    ``only`` limits it to classes or unit codes (个性指标); for the others it does not exist.
    """

    indicator: str
    full: Formula | None = None
    weight: Formula | None = None
    only: list[str] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, written: Any) -> Any:
        return {"indicator": written} if isinstance(written, str) else written


class Group(Written):
    """A family of indicators (抓好党务、干好税务、带好队伍), with its own cap and floor where stated.

    ``only`` limits every indicator of the group that does not say itself whom it is for. ``role: tolerance`` nobody
    writes: it is the group of what tolerances (容错) give back.
    """

    name: str
    indicators: list[Entry]
    only: list[str] = Field(default_factory=list)
    full: Formula | None = None
    cap: Formula | None = None
    floor: Formula | None = None
    role: Literal["base", "bonus", "malus", "tolerance"] = "base"

    @model_validator(mode="before")
    @classmethod
    def _for_whom(cls, written: Any) -> Any:
        if not isinstance(written, dict) or not written.get("only") or not isinstance(written.get("indicators"), list):
            return written
        return {**written, "indicators": [_limited(entry, written["only"]) for entry in written["indicators"]]}


def _limited(entry: Any, only: Any) -> Any:
    """An entry that takes its group's limit where it has none of its own."""
    if isinstance(entry, str):
        return {"indicator": entry, "only": only}
    return {"only": only, **entry} if isinstance(entry, dict) else entry


class Difficulty(Written):
    """难度系数: any expression over attributes and peers, always between ``lowest`` and ``highest``.

    ``applies_to``: the ``base`` score before bonus and malus, or the ``total`` after them. A coefficient on a value
    or a target is written in that indicator (``unit.workload``). ``empty``: what stands where there is no coefficient
    (no attribute registered, nobody to compare with), such as ``1``, or ``awaited``: then the total is awaited.
    There is no default; a coefficient that may be missing states it.
    """

    coefficient: Formula
    lowest: Formula
    highest: Formula
    places: int = Field(ge=0, le=8)
    empty: Formula | None = None
    applies_to: Literal["base", "total"]
    off_when: Formula | None = None
    basis: str = ""

    @model_validator(mode="before")
    @classmethod
    def _word(cls, written: Any) -> Any:
        awaited = isinstance(written, dict) and written.get("empty") == "awaited"
        return {**written, "empty": AWAITED} if awaited else written


class Alignment(Written):
    """考评部门间可比: how points of different assessing departments are brought to one measure.

    ``convert_best`` 最高分折算, ``percentile`` 按位次, ``mean_spread``: every department's score rates get the mean
    ``centre`` and the mean absolute deviation ``spread`` (an exact number, where a standard deviation is not).
    """

    method: Literal["convert_best", "mean_spread", "percentile"]
    by: Literal["owner", "family"] = "owner"
    places: int = Field(ge=0, le=8)
    centre: Formula | None = None
    spread: Formula | None = None

    @model_validator(mode="after")
    def _measured(self) -> Alignment:
        if (self.method == "mean_spread") != (self.centre is not None and self.spread is not None):
            raise complain("alignment-measure")
        return self


class Ranking(Written):
    """``on`` exact or rounded scores; equal scores share a place, or the next criterion decides, never row order."""

    on: Literal["rounded", "exact"] = "rounded"
    within: Literal["class", "all"] = "class"
    next: list[Formula] = Field(default_factory=list)


class Cut(Written):
    """Who is on a list: a share or a number from the top or the bottom, or everyone at or above a score."""

    list: str
    name: str
    top: Formula | None = None
    bottom: Formula | None = None
    at_least: Formula | None = None
    rounding: Rounding | None = None
    ties: Literal["extend", "withhold"] = "extend"
    within: Literal["class", "all"] = "class"
    honour: bool = True

    @model_validator(mode="after")
    def _one_cut(self) -> Cut:
        given = [key for key in ("top", "bottom", "at_least") if getattr(self, key) is not None]
        if len(given) != 1:
            raise complain("shape-one-of", allowed="top、bottom、at_least", found="、".join(given) or "—")
        return self


class Segment(Written):
    """第 n 段: a share of the places, in order; the last takes the rest."""

    name: str
    share: Formula | None = None


class Work(Written):
    """施工图的一项 of a campaign: what is done, who does it, by which day, and what proves it."""

    work: Told
    who: Told
    by: Day
    evidence: Told


class Plan(Written):
    """A plan version. ``classes`` are the classes of subjects it assesses; others are not in it.

    ``rounding`` and ``segment_rounding`` are the book's where the plan says nothing. ``until``: the last day of a
    campaign (创先争优), which goes with its ``works`` (施工图); without it a plan lasts as long as its year.
    """

    plan: Id
    name: str
    basis: str = ""
    year: str
    since: Day | None = None
    until: Day | None = None
    classes: list[str]
    total: Formula
    places: int = Field(ge=0, le=12)
    rounding: Rounding = "half_up"
    exceed_total: bool
    groups: list[Group]
    difficulty: Difficulty | None = None
    alignment: Alignment | None = None
    ranking: Ranking = Ranking()
    lists: list[Cut] = Field(default_factory=list)
    segments: list[Segment] = Field(default_factory=list)
    segment_rounding: Rounding = "half_up"
    grades: list[Grade] = Field(default_factory=list)
    veto: list[Veto] = Field(default_factory=list)
    names: Mapping[str, str] = Field(default_factory=dict)
    waivers: list[Waiver] = Field(default_factory=list)
    works: list[Work] = Field(default_factory=list)

    @model_validator(mode="after")
    def _days_in_order(self) -> Plan:
        since, until = self.since or date.min, self.until or date.max
        if until < since:
            raise complain("plan-ends-first", since=since, until=until)
        for one in self.works:
            if not since <= one.by <= until:
                raise complain(
                    "work-outside", work=one.work, by=one.by, since=self.since or "—", until=self.until or "—"
                )
        return self

    @property
    def id(self) -> str:
        return self.plan

    @property
    def entries(self) -> list[Entry]:
        return [entry for group in self.groups for entry in group.indicators]
