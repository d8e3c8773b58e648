"""S8 排名赋分: place -> points, by a table or by a first place and a drop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, cast

from pydantic import Field, model_validator

from steelyard.engine.expressions.nodes import Name, Node, number
from steelyard.engine.problems import CATALOGUE, Language
from steelyard.engine.scoring.limits import UNLIMITED, Limit
from steelyard.engine.scoring.outcomes import Outcome, checked_alike, outcome_steps
from steelyard.engine.scoring.recipe import Method, Setting, Step, chain, given, write
from steelyard.engine.shape import Formula, complain

CATALOGUE.add(
    {
        "place-ties": (
            "名次在同类中计算时必须写 ties（并列取 best 好位次还是 worst 差位次）；名次由实际值直接给出时不写",
            "write ties (best or worst place for equals) when places are computed among peers, and only then",
        ),
        "place-way": (
            "请写 table 与 after，或写 first、drop 与 lowest；不能混用，也不能缺",
            "write table and after, or first, drop and lowest; not a mixture, and none missing",
        ),
        "place-order": (
            "名次表的 up_to 必须逐行变大：{found}",
            "up_to must grow from row to row: {found}",
        ),
    }
)

_PLACE = Name(("place",))


class Rank(Outcome):
    """What a place gives; ``up_to`` is the last place of the row, the next one where not written."""

    up_to: int | None = Field(default=None, ge=1)


class PlacePoints(Method):
    """``from: value`` takes the value itself as the place; ``from: peers`` computes it inside the class.

    ``table``: what places 1, 2, 3 … give, and ``after`` it. Or ``first`` points, ``drop`` for every further place, and
    never below ``lowest``.
    """

    origin: Literal["value", "peers"] = Field(alias="from")
    ties: Literal["best", "worst"] | None = None
    table: list[Rank] = Field(default_factory=list, max_length=40)
    after: Outcome | None = None
    first: Formula | None = None
    drop: Formula | None = None
    lowest: Limit | None = None

    @model_validator(mode="after")
    def _sound(self) -> PlacePoints:
        if (self.origin == "peers") != (self.ties is not None):
            raise complain("place-ties")
        formula = [part is not None for part in (self.first, self.drop, self.lowest)]
        by_table = bool(self.table) and self.after is not None and not any(formula)
        by_formula = all(formula) and not self.table and self.after is None
        if not (by_table or by_formula):
            raise complain("place-way")
        checked_alike([*self.table, self.after])
        ends = [end for end, _ in self._ends()]
        if ends != sorted(set(ends)):
            raise complain("place-order", found="、".join(map(str, ends)))
        return self

    def _ends(self) -> Iterator[tuple[int, Rank]]:
        last = 0
        for row in self.table:
            last = last + 1 if row.up_to is None else row.up_to
            yield last, row

    def steps(self, setting: Setting) -> list[Step]:
        place = Step("place", "位次", "place", self._place(setting))
        if self.table:
            cases = [(write("place <= last", {"last": number(end)}), row) for end, row in self._ends()]
            return [place, *outcome_steps(cases, self.after, lambda c, rest: given([_PLACE], chain(c, rest)))]
        tree = write("first - (place - 1) * drop", {"first": cast(Node, self.first), "drop": cast(Node, self.drop)})
        if self.lowest != UNLIMITED:
            tree = write("greatest(points, lowest)", {"points": tree, "lowest": cast(Node, self.lowest)})
        return [place, Step("points", "得分", "points", tree, "points")]

    def _place(self, setting: Setting) -> Node:
        if self.origin == "value":
            return write("value")
        up = setting.direction == "higher"
        if self.ties == "best":
            return write("peers_rank(value)" if up else "peers_rank(-value)")
        behind = "peers_rank(-value)" if up else "peers_rank(value)"
        return write(f"peers_count(value) + 1 - {behind}")

    def sentence(self, setting: Setting, language: Language) -> str:
        text = _origin(self, setting, language)
        if not self.table:
            return text + _formula(self, setting, language)
        said, start = [], 1
        for end, row in self._ends():
            span = f"{start}" if end == start else (f"{start}至{end}" if language == "zh" else f"{start} to {end}")
            worth = row.words(setting, language)
            said.append(f"第{span}名{worth}" if language == "zh" else f"place {span}: {worth}")
            start = end + 1
        after = self.after.words(setting, language) if self.after else ""
        if language == "zh":
            return f"{text}{'；'.join(said)}；其后{after}"
        return f"{text}{'; '.join(said)}; after that: {after}"


def _origin(method: PlacePoints, setting: Setting, language: Language) -> str:
    if method.origin == "value":
        return "按名次，" if language == "zh" else "by place: "
    if language == "zh":
        way = "由高到低" if setting.direction == "higher" else "由低到高"
        ties = "好" if method.ties == "best" else "差"
        return f"在同类单位中{way}排名（并列的取较{ties}位次），"
    way = "highest first" if setting.direction == "higher" else "lowest first"
    return f"placed among peers, {way}, equals take the {method.ties} place: "


def _formula(method: PlacePoints, setting: Setting, language: Language) -> str:
    first = setting.marks(cast(Node, method.first), language)
    drop = setting.marks(cast(Node, method.drop), language)
    open_end = method.lowest == UNLIMITED
    lowest = "" if open_end else setting.marks(cast(Node, method.lowest), language)
    if language == "zh":
        return f"第1名得{first}，每后移1名减{drop}" + ("，不设下限" if open_end else f"，最低{lowest}")
    return f"{first} for the first, {drop} less for each place after" + (
        ", without a lower limit" if open_end else f", not below {lowest}"
    )
