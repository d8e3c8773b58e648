"""Published criteria of a good indicator, each with evidence that the machine finds in rules, facts and results (C11).

The first nine are the attributes of successful performance measures by which the United States General Accounting
Office judged the 53 filing season measures of the IRS: Tax Administration: IRS Needs to Further Refine Its Tax Filing
Season Performance Measures, GAO-03-143, November 2002. The others are what our own domain asks for again and again.
What a machine cannot see of a criterion it does not claim: its words say what was counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from steelyard.analysis.indicators.quality import Limits
from steelyard.analysis.indicators.verdicts import Bounds
from steelyard.bureau.lab.quality.burden import Resting
from steelyard.bureau.lab.quality.cards import Figures, Mark, OfClass
from steelyard.engine.expressions.nodes import Node, walk
from steelyard.engine.model.item import Indicator, Rule
from steelyard.reports.sheet import Words

GAO, OWN = "GAO-03-143", "Steelyard"
FAIR, GOOD = 0.4, 0.7
"""From which share on a criterion is met in part, and met."""
PLAIN, TANGLED = 25, 75
"""Parts of a formula that a reader takes in at a glance, and that nobody does."""
BALANCED, LOPSIDED = 0.15, 0.45
"""Part of a plan's points that may rest on the same tables, and at which nothing is left of balance."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is at hand about one indicator. ``carried``: links of plans for persons that hand it to posts; ``tasks``:
    priority tasks that name it; ``alike``: the part of the plan's points that rests on its tables."""

    rule: Indicator
    classes: tuple[OfClass, ...]
    resting: Resting
    full: float
    alike: float
    carried: int
    tasks: int
    names: Mapping[str, str]
    limits: Limits
    bounds: Bounds

    def pooled(self, name: str) -> float | None:
        """A figure of the last period over all classes, by their units; None where no class has it."""
        found = [(getattr(one.last, name), one.last.units) for one in self.classes]
        known = [(value, units) for value, units in found if value is not None]
        units = sum(size for _, size in known)
        return sum(value * size for value, size in known) / units if units else None

    @property
    def worst(self) -> Figures | None:
        """The class in which it is most like another one."""
        last = [one.last for one in self.classes if one.last.likeness is not None]
        return max(last, key=lambda one: one.likeness or 0.0, default=None)


Told = tuple[float | None, str, str]
"""A share from 0 to 1, and the numbers behind it in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """``question``: what it asks of an indicator; ``source``: who published it."""

    key: str
    name: Words
    question: Words
    source: str
    look: Callable[[Evidence], Told]

    def mark(self, evidence: Evidence) -> Mark:
        share, zh, en = self.look(evidence)
        state = "" if share is None else "good" if share >= GOOD else "warn" if share >= FAIR else "bad"
        return Mark(self.key, None if share is None else round(min(1.0, max(0.0, share)), 4), state, Words(zh, en))


def _linkage(of: Evidence) -> Told:
    share = 1.0 if of.rule.family and of.carried else 0.6 if of.rule.family or of.carried else 0.0
    family = of.rule.family or "—"
    return share, f"类别：{family}；{of.carried} 条个人关联带到岗位", f"family {family}; {of.carried} links to posts"


def _clarity(of: Evidence) -> Told:
    size = sum(1 for tree in _trees(of.rule) for _ in walk(tree))
    share = 1 - (size - PLAIN) / (TANGLED - PLAIN) if size > PLAIN else 1.0
    missing = "" if of.rule.evidence else "；没有写数据来源"
    lacking = "" if of.rule.evidence else "; its source is not stated"
    share = max(0.0, share) * (1.0 if of.rule.evidence else 0.5)
    return share, f"口径由 {size} 个成分组成{missing}", f"the value has {size} parts{lacking}"


def _parts(rule: Indicator) -> list[Rule]:
    """The rule, its items and its variants."""
    return [rule, *rule.items, *rule.by_class.values()]


def _trees(rule: Indicator) -> list[Node]:
    return [part.value for part in _parts(rule) if part.value is not None]


def _target(of: Evidence) -> Told:
    if any(part.target is not None for part in _parts(of.rule)):
        return 1.0, "有目标值", "has a target"
    if of.rule.full is not None or of.rule.items:
        return 0.5, "没有目标值，按同类、基准或次数计分", "no target; scored against peers, a base or by count"
    return 0.0, "没有目标值，也没有满分", "neither a target nor a full mark"


def _objectivity(of: Evidence) -> Told:
    judged = any(part.score is not None and part.score.judgement is not None for part in (of.rule, *of.rule.items))
    tables, hand = len(of.resting.tables), len(of.resting.by_hand)
    if judged:
        return 0.3, "由人评定", "people rate it"
    if not tables:
        return None, "没有直接取数的表", "no table of its own"
    said = f"{tables} 张表，其中手工填报 {hand} 张"
    return 1 - hand / tables, said, f"{tables} tables, {hand} of them filled in by hand"


def _reliability(of: Evidence) -> Told:
    noise = of.pooled("noise_share")
    if noise is None:
        return None, "事实表只有合计，无从测算", "the facts are totals, chance cannot be told"
    return 1 - noise, f"得分差异中 {noise:.0%} 是偶然", f"{noise:.0%} of the differences are chance"


def _core(of: Evidence) -> Told:
    covered = of.pooled("covered")
    if covered is None:
        return None, "没有可看的单位", "no units to look at"
    return covered, f"{covered:.0%} 的适用单位有此项业务", f"{covered:.0%} of its units do this work"


def _overlap(of: Evidence) -> Told:
    worst = of.worst
    if worst is None or worst.likeness is None:
        return None, "没有可比的指标", "nothing to compare"
    twin = of.names.get(worst.twin, worst.twin)
    return (
        (1 - worst.likeness) / (1 - FAIR), f"与“{twin}”的得分相关 {worst.likeness:.2f}",
        f"points correlate {worst.likeness:.2f} with '{twin}'",
    )  # fmt: skip


def _balance(of: Evidence) -> Told:
    share = 1 - (of.alike - BALANCED) / (LOPSIDED - BALANCED) if of.alike > BALANCED else 1.0
    said = f"占计划满分 {of.full:.1%}；同一批表共承担 {of.alike:.1%}"
    return share, said, f"{of.full:.1%} of the plan's marks; its tables carry {of.alike:.1%}"


def _priorities(of: Evidence) -> Told:
    if of.tasks:
        return 1.0, f"{of.tasks} 项重点工作指明用它考评", f"{of.tasks} priority tasks name it"
    return None, "没有重点工作指明它，由人判断", "no priority task names it: people judge"


def _discrimination(of: Evidence) -> Told:
    full, variance, rank = (of.pooled(name) for name in ("full_share", "variance_share", "rank_change"))
    if full is None or variance is None or rank is None:
        return None, "本期没有得分", "no points this period"
    share = (1 - full) if variance > of.limits.variance_share else min(1 - full, 0.2)
    return (
        share, f"满分单位 {full:.0%}；占总分差异 {variance:.2%}；去掉后位次相关下降 {rank:.6f}",
        f"{full:.0%} at full marks; {variance:.2%} of the variance; Spearman falls by {rank:.6f} without it",
    )  # fmt: skip


def _attainable(of: Evidence) -> Told:
    met = of.pooled("attained")
    if met is None:
        return None, "没有可比的目标值", "no target to compare"
    share = min(1.0, met / 0.2, (1 - met) / 0.1) if met not in (0.0, 1.0) else 0.0
    return share, f"{met:.0%} 的单位达到目标", f"{met:.0%} of the units met the target"


def _gaming(of: Evidence) -> Told:
    crowd = of.pooled("bunched")
    hand = bool(of.resting.by_hand)
    share = 1 - max(0.0, (crowd or 0.5) - 0.5) / (of.bounds.bunched - 0.5) * 0.7 - (0.5 if hand else 0.0)
    near = "目标附近单位太少" if crowd is None else f"目标附近的单位 {crowd:.0%} 刚好达到"
    close = "too few units near the target" if crowd is None else f"{crowd:.0%} of those near the target just met it"
    return (
        share,
        near + ("；数由被考评单位自报" if hand else ""),
        close + ("; reported by the assessed" if hand else ""),
    )


def _burden(of: Evidence) -> Told:
    if not of.resting.by_hand:
        return 1.0, "机生机汇，不用填报", "taken from systems, nothing is filled in"
    if of.resting.minutes is None:
        return 0.2, "手工填报，没有计量用时", "filled in by hand, nobody measures how long"
    minutes = of.resting.minutes
    return (
        1 - minutes / (2 * of.bounds.minutes),
        f"每份报表约 {minutes:.0f} 分钟",
        f"some {minutes:.0f} minutes a report",
    )


def _basis(of: Evidence) -> Told:
    basis = of.rule.basis
    share = 0.0 if not basis else 1.0 if any(sign in basis for sign in ("条", "章", "项", "款", "§")) else 0.6
    return share, basis or "没有写依据", basis or "no basis is stated"


def _history(of: Evidence) -> Told:
    known = min((sum(one.reached is not None for one in cls.figures) for cls in of.classes), default=0)
    return known / of.limits.periods, f"{known} 期有可比的得分", f"comparable points in {known} periods"


CRITERIA: Mapping[str, Criterion] = {
    one.key: one
    for one in (
        Criterion(
            "linkage", Words("衔接目标", "Linkage"),
            Words("与上级目标一致，并逐级带到岗位", "aligned with goals and carried down to posts"), GAO, _linkage,
        ),
        Criterion(
            "clarity", Words("清楚", "Clarity"),
            Words("名称、口径和来源说得清", "clearly stated; name and definition agree"), GAO, _clarity,
        ),
        Criterion(
            "target", Words("目标可量", "Measurable target"),
            Words("有数值目标", "has a numerical target"), GAO, _target,
        ),
        Criterion(
            "objectivity", Words("客观", "Objectivity"),
            Words("不受人为左右", "free from significant bias or manipulation"), GAO, _objectivity,
        ),
        Criterion(
            "reliability", Words("可靠", "Reliability"),
            Words("同样情况给同样结果", "the same result under similar conditions"), GAO, _reliability,
        ),
        Criterion(
            "core", Words("核心业务", "Core activities"),
            Words("考的是单位本来要做的事", "covers what the units are there to do"), GAO, _core,
        ),
        Criterion(
            "overlap", Words("少重叠", "Limited overlap"),
            Words("说别的指标没有说的", "tells more than the other measures"), GAO, _overlap,
        ),
        Criterion(
            "balance", Words("平衡", "Balance"),
            Words("不让一方面压倒其他", "no priority is over-emphasised"), GAO, _balance,
        ),
        Criterion(
            "priorities", Words("全局重点", "Governmentwide priorities"),
            Words("质量、及时、成本等全局重点", "quality, timeliness, cost of service"), GAO, _priorities,
        ),
        Criterion(
            "discrimination", Words("区分度", "Discrimination"),
            Words("考得出差异", "tells units apart"), OWN, _discrimination,
        ),
        Criterion(
            "attainable", Words("可达", "Attainability"),
            Words("跳一跳够得着", "the target is in reach and not met by all"), OWN, _attainable,
        ),
        Criterion(
            "gaming", Words("防操纵", "Gaming risk"),
            Words("没有扎堆在目标上", "no crowd just past the target"), OWN, _gaming,
        ),
        Criterion(
            "burden", Words("负担", "Burden"),
            Words("不给基层添填报", "costs the grass roots nothing"), OWN, _burden,
        ),
        Criterion(
            "basis", Words("依据", "Basis"),
            Words("有文件条款", "rests on a clause"), OWN, _basis,
        ),
        Criterion(
            "history", Words("可比历史", "Trend data"),
            Words("有足够的可比周期", "enough comparable periods"), OWN, _history,
        ),
    )
}  # fmt: skip


def marks(evidence: Evidence) -> tuple[Mark, ...]:
    """Of one indicator, by every criterion."""
    return tuple(criterion.mark(evidence) for criterion in CRITERIA.values())
