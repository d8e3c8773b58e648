"""Items and indicators: what is measured, what it is compared with, and what that is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from steelyard.engine.arithmetic.rounding import Rounding
from steelyard.engine.expressions.wording import Show
from steelyard.engine.model.target import Day, Target
from steelyard.engine.model.watch import Watch
from steelyard.engine.problems import CATALOGUE
from steelyard.engine.scoring.lines import Line
from steelyard.engine.scoring.recipe import Direction
from steelyard.engine.scoring.score import Score
from steelyard.engine.shape import Formula, Id, Written, complain

CATALOGUE.add(
    {
        "veto-of-part": (
            "要点“{item}”的一票否决不能把总分计零，也不能取消名单资格；请写在整个指标或计划上",
            "the veto of part '{item}' cannot zero the total or bar from lists; write it in the indicator or the plan",
        ),
    }
)


PUBLISHED = ("value", "full", "points", "label")
"""What an item can publish, in order of calculation; rules name it ``item.points``, plans ``indicator.points``."""


class Empty(Written):
    """What an item is worth when nothing happened (分母为零、无此类事项). There is no default.

    ``full`` 得满分, ``zero`` 不得分, ``none`` 不计分, ``peers_mean`` 取同类平均得分,
    ``rescale`` 剔除后其余折算, or ``points``: a formula.
    """

    gives: Literal["full", "zero", "none", "peers_mean", "rescale"] | None = None
    points: Formula | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, written: Any) -> Any:
        return {"gives": written} if isinstance(written, str) else written

    @model_validator(mode="after")
    def _one(self) -> Empty:
        if (self.gives is None) == (self.points is None):
            raise complain("shape-one-of", allowed="gives、points", found="gives、points" if self.gives else "—")
        return self


class Exemption(Written):
    """不扣分情形: when the condition holds nothing is deducted."""

    when: Formula
    because: str


class Relief(Written):
    """减轻扣分 (容错、其他角色减半): only ``keep`` of the lost points is lost when the condition holds."""

    when: Formula
    keep: Formula
    because: str


class Escalation(Written):
    """加重扣分 (上级发现、连续未达标): what is lost is lost ``times`` over when the condition holds."""

    when: Formula
    times: Formula
    because: str


class Veto(Written):
    """S14 一票否决: what a condition does beyond points."""

    when: Formula
    zero: Literal["item", "total"] | None = None
    grade: str | None = None
    grade_at_most: str | None = None
    bars: list[str] = Field(default_factory=list)
    because: str

    @model_validator(mode="after")
    def _does_something(self) -> Veto:
        if not (self.zero or self.grade or self.grade_at_most or self.bars):
            raise complain("shape-one-of", allowed="zero、grade、grade_at_most、bars", found="—")
        return self


class Grade(Written):
    """等次: points from ``at_least`` on, down to the next grade; the last one has no lower end."""

    label: str
    at_least: Formula | None = None


class Checkpoints(Written):
    """分期计分: the rule is applied to every part of the year, and the year takes what the parts bring.

    ``targets`` by part (``Q1``, ``H1``, ``M06``); a part without a target is not assessed (一季度按实). Or ``every``:
    all parts of that length, with the rule's own target. A part counts the year ``to_date`` (累计进度) or ``alone``
    (逐月考核). ``take: sum`` lets all parts take from one full mark, ``mean`` gives each a full mark and averages.
    """

    targets: Mapping[str, Formula | None] = Field(default_factory=dict)
    by_class: Mapping[str, Mapping[str, Formula | None]] = Field(default_factory=dict)
    every: Literal["half", "quarter", "month"] | None = None
    counted: Literal["to_date", "alone"] = "to_date"
    take: Literal["sum", "mean"] = "sum"
    exempt: list[Exemption] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_schedule(self) -> Checkpoints:
        if bool(self.targets) == (self.every is not None) or (self.every and self.by_class):
            raise complain("shape-one-of", allowed="targets、every", found="targets、every" if self.every else "—")
        return self


class Rule(Written):
    """What indicators, their items and their variants have in common. A leaf has ``score``, a pool has ``items``."""

    value: Formula | None = None
    places: int | None = Field(default=None, ge=-12, le=12)
    rounding: Rounding | None = None
    show: Show = "number"
    unit: str = ""
    direction: Direction = "higher"
    target: Target | None = None
    full: Formula | None = None
    score: Score | None = None
    items: list[Item] = Field(default_factory=list)
    convert_to: Formula | None = None
    checkpoints: Checkpoints | None = None
    plus: list[Line] = Field(default_factory=list)
    minus: list[Line] = Field(default_factory=list)
    empty: Empty | None = None
    exempt: list[Exemption] = Field(default_factory=list)
    escalate: list[Escalation] = Field(default_factory=list)
    relief: list[Relief] = Field(default_factory=list)
    floor: Formula | None = None
    cap: Formula | None = None
    points_places: int | None = Field(default=None, ge=0, le=12)
    grades: list[Grade] = Field(default_factory=list)
    veto: list[Veto] = Field(default_factory=list)

    @model_validator(mode="after")
    def _parts_stay_parts(self) -> Rule:
        """A part knows nothing of totals and lists; the indicator does."""
        for item in self.items:
            for rule in (item, *item.by_class.values()):
                if any(veto.zero == "total" or veto.bars for veto in rule.veto):
                    raise complain("veto-of-part", item=item.item)
        return self


class Item(Rule):
    """One part of an indicator (考评要点), scored on its own or inside the pool of its parent."""

    item: str = Field(pattern="^[a-z][a-z0-9_]*$")
    name: str
    by_class: Mapping[str, Rule] = Field(default_factory=dict)


class Indicator(Item):
    """An indicator of the library (指标), with everything that 考评规则 must hold."""

    item: Id = Field(alias="indicator")
    basis: str = ""
    owner: str = ""
    family: str = ""
    kind: Literal["common", "specific"] = "common"
    subject: Literal["unit", "officer"] = "unit"
    evidence: str = ""
    warn: Formula | None = None
    watch: Watch | None = None
    about: str = ""
    reading: str = ""
    tied_to_amounts: bool = False
    carried_by: list[str] = Field(default_factory=list)
    since: Day | None = None
    until: Day | None = None

    @property
    def id(self) -> str:
        return self.item
