"""The clauses of a rule, one function each: value, target, limits, exemptions, veto, what nothing is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import cast

from steelyard.engine.expressions.nodes import Aggregate, Call, Node, Number, children
from steelyard.engine.expressions.wording import Show
from steelyard.engine.model.basis import BasisDocument, Clause
from steelyard.engine.model.item import Checkpoints, Empty, Escalation, Exemption, Grade, Indicator, Relief, Rule, Veto
from steelyard.engine.model.target import Dated
from steelyard.engine.weighing.expanding import NAMES
from steelyard.engine.weighing.recipes import floor_of
from steelyard.engine.wording.teller import Teller


def value(teller: Teller, rule: Rule) -> str:
    """``按期笔数÷应报笔数×100%，保留2位小数（四舍五入）``."""
    if rule.value is None:
        return teller.pick(f"以{rule.unit}计", f"counted in {rule.unit}") if rule.unit else ""
    tree = cast(Node, rule.value)
    text = teller.say(tree)
    if rule.show == "percent" and _is_quotient(tree):
        text += "×100%"
    elif rule.show != "number":
        text += teller.pick(*SHOWN[rule.show])
    if rule.unit:
        text += teller.pick(f"（{rule.unit}）", f" ({rule.unit})")
    if rule.places is not None:
        places = rule.places - 2 if rule.show == "percent" else rule.places
        text += teller.pick("，", ", ") + teller.decimals(places, rule.rounding or teller.defaults.rounding)
    return text


SHOWN: Mapping[Show, tuple[str, str]] = {
    "percent": ("（按百分数）", " (in per cent)"),
    "points_of_percent": ("（按百分点）", " (in percentage points)"),
    "points": ("（按分值）", " (in points)"),
    "text": ("（按文字）", " (a word)"),
    "date": ("（按日期）", " (a date)"),
}
"""How the value is shown where it is no plain number."""


def better(teller: Teller, rule: Rule) -> str:
    """``越低越好`` where the method would say the same of a rule for which high values are good."""
    if rule.direction == "higher" or _tells_direction(teller, rule):
        return ""
    return teller.pick("越低越好", "lower is better")


def _tells_direction(teller: Teller, rule: Rule) -> bool:
    if rule.score is None:
        return False
    method, setting = rule.score.method, teller.setting(rule)
    return method.sentence(setting, "zh") != method.sentence(replace(setting, direction="higher"), "zh")


def _is_quotient(tree: Node) -> bool:
    return isinstance(tree, Call) and tree.op == "/"


def target(teller: Teller, rule: Rule) -> str:
    """``目标98%（第一税务分局99%）``."""
    if rule.target is None:
        return ""
    common = "" if rule.target.all is None else _dated(teller, rule, rule.target.all)
    own = [f"{name}{teller.pick('', ' ')}{_dated(teller, rule, dated)}" for name, dated in rule.target.by_class.items()]
    classes = teller.pick("，", ", ").join(own)
    if common and classes:
        classes = teller.pick(f"（{classes}）", f" ({classes})")
    return teller.pick("目标", "target ") + common + classes


def _dated(teller: Teller, rule: Rule, dated: Dated) -> str:
    values = sorted(dated.values.items())
    if len(values) == 1 and values[0][0] == date.min:
        return _end(teller, rule, values[0][1])
    said = [f"{_since(teller, day)}{_end(teller, rule, tree)}" for day, tree in values]
    return teller.pick("，", ", ").join(said)


def _since(teller: Teller, day: date) -> str:
    if day == date.min:
        return teller.pick("此前", "before that ")
    return teller.pick(f"{_day(day)}起", f"from {day.isoformat()} ")


def _end(teller: Teller, rule: Rule, tree: Node) -> str:
    shown: Show = rule.show if isinstance(tree, Number) else "number"
    return teller.say(tree, shown) + (rule.unit if isinstance(tree, Number) else "")


def floor(teller: Teller, rule: Rule, takes: bool) -> str:
    """``扣完为止`` where points are taken and nothing lies below zero; other limits as they are."""
    limit, stated = floor_of(rule, teller.defaults), "floor" in rule.model_fields_set
    if limit is None:
        return teller.pick("不设下限，可得负分", "no lower limit, points may be negative") if stated and takes else ""
    if isinstance(limit, Number) and limit.value == 0:
        return teller.pick("扣完为止", "down to 0") if takes else ""
    return teller.pick(f"最低得{teller.marks(limit)}", f"at least {teller.marks(limit)}") if takes or stated else ""


def cap(teller: Teller, rule: Rule) -> str:
    if rule.cap is None:
        return ""
    return teller.pick(f"最高得{teller.marks(rule.cap)}", f"at most {teller.marks(rule.cap)}")


def lines(teller: Teller, rule: Rule) -> Iterator[str]:
    """One sentence for all plus lines, one for all minus lines."""
    setting = teller.setting(rule)
    for found, zh, en in ((rule.plus, "加", "gain"), (rule.minus, "扣", "lose")):
        said = [line.sentence(setting, teller.language, teller.pick(zh, en)) for line in found]
        yield teller.sentence(teller.pick("另", "also ") + teller.joined(said)) if said else ""


def exemption(teller: Teller, exempt: Exemption, parts: bool = False) -> str:
    """``parts``: of every checkpoint for itself."""
    when = teller.say(exempt.when)
    zh = f"{exempt.because}（{when}）的，{'该节点' if parts else ''}不扣分"
    return teller.sentence(teller.pick(zh, f"nothing is taken where {when} ({exempt.because})"))


def escalation(teller: Teller, found: Escalation) -> str:
    when, times = teller.say(found.when), teller.say(found.times)
    zh = f"{found.because}（{when}）的，按应扣分的{times}倍扣分"
    return teller.sentence(teller.pick(zh, f"{times} times the points are lost where {when} ({found.because})"))


def relief(teller: Teller, found: Relief) -> str:
    when, keep = teller.say(found.when), teller.say(found.keep, "percent")
    zh = f"{found.because}（{when}）的，按应扣分的{keep}扣分"
    return teller.sentence(teller.pick(zh, f"only {keep} of the points are lost where {when} ({found.because})"))


def subject(teller: Teller, indicator: Indicator) -> str:
    return teller.pick("考核到税务人员本人", "officers are assessed") if indicator.subject == "officer" else ""


def in_force(teller: Teller, noun: Indicator | BasisDocument | Clause) -> str:
    """``自2026年1月1日起施行，至2026年12月31日止``."""
    said = []
    if noun.since is not None:
        said.append(teller.pick(f"自{_day(noun.since)}起施行", f"in force from {noun.since.isoformat()}"))
    if noun.until is not None:
        said.append(teller.pick(f"施行至{_day(noun.until)}", f"in force to {noun.until.isoformat()}"))
    return teller.pick("，", ", ").join(said)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


ZEROED: Mapping[str, tuple[str, str]] = {
    "item": ("本项不得分", "no points"),
    "total": ("总分计零分（负分照旧）", "a total of zero (one below zero stays)"),
}


def veto(teller: Teller, found: Veto) -> str:
    """``一票否决：…的，本项不得分，不得列入红榜``."""
    said = []
    if found.zero is not None:
        said.append(teller.pick(*ZEROED[found.zero]))
    if found.grade is not None:
        said.append(teller.pick(f"等次定为“{found.grade}”", f"the grade is '{found.grade}'"))
    if found.grade_at_most is not None:
        said.append(teller.pick(f"等次最高为“{found.grade_at_most}”", f"the grade is at most '{found.grade_at_most}'"))
    if found.bars:
        named = teller.listed(teller.vocabulary.of(f"list:{name}", "zh").removeprefix("list:") for name in found.bars)
        said.append(teller.pick(f"不得列入{named}", f"barred from {named}"))
    when = teller.say(found.when)
    zh = f"一票否决：{found.because}（{when}）的，{'，'.join(said)}"
    return teller.sentence(teller.pick(zh, f"veto: where {when} ({found.because}): {', '.join(said)}"))


WORTH: Mapping[str, tuple[str, str]] = {
    "full": ("得满分", "gives full marks"),
    "zero": ("不得分", "gives no points"),
    "none": ("不计分", "is not scored"),
    "peers_mean": ("取同类单位平均得分", "gives the mean points of peers"),
    "rescale": ("剔除本项，其余各项折算为满分", "is left out, and the rest is scaled up"),
}


def empty(teller: Teller, rule: Rule) -> str:
    """``当期无应申报户次的，得满分``."""
    if rule.empty is None:
        return ""
    return teller.sentence(_nothing(teller, rule) + _worth(teller, rule.empty))


def _nothing(teller: Teller, rule: Rule) -> str:
    base = None if rule.value is None else _base(cast(Node, rule.value))
    if base is None:
        return teller.pick("当期无此类事项的，", "nothing to assess ")
    said = teller.say(base)
    return teller.pick(f"当期{said}为零的，", f"{said} of zero ")


def _base(tree: Node) -> Node | None:
    """What the value is divided by, where it counts something."""
    if isinstance(tree, Call) and tree.op == "/" and isinstance(tree.args[1], Aggregate):
        return tree.args[1]
    return next((found for child in children(tree) if (found := _base(child)) is not None), None)


def _worth(teller: Teller, found: Empty) -> str:
    if found.gives is not None:
        return teller.pick(*WORTH[found.gives])
    points = teller.marks(cast(Node, found.points))
    return teller.pick(f"得{points}", f"gives {points}")


def grades(teller: Teller, found: list[Grade]) -> str:
    """``90分以上为好，80分以上为较好，其余为一般``."""
    said = []
    for grade in found:
        if grade.at_least is None:
            said.append(teller.pick(f"其余为“{grade.label}”", f"otherwise '{grade.label}'"))
        else:
            end = teller.marks(grade.at_least)
            said.append(teller.pick(f"{end}以上为“{grade.label}”", f"from {end} '{grade.label}'"))
    return teller.sentence(teller.pick("，", ", ").join(said))


EVERY = {"half": ("半年", "half-year"), "quarter": ("季度", "quarter"), "month": ("月", "month")}


def checkpoints(teller: Teller, rule: Rule, schedule: Checkpoints) -> str:
    """``按累计值分节点考核：一季度85%，二季度87%；各节点扣分相加``."""
    counted = teller.pick(*(("按累计值", "cumulative") if schedule.counted == "to_date" else ("按当期值", "by itself")))
    if schedule.every is not None:
        each = teller.pick(*EVERY[schedule.every])
        text = teller.pick(f"{counted}逐{each}考核", f"assessed every {each}, {counted}")
    else:
        own = [f"{name}：{_parts(teller, rule, parts)}" for name, parts in schedule.by_class.items()]
        said = teller.joined([_parts(teller, rule, schedule.targets), *own])
        text = teller.pick(f"{counted}分节点考核，目标：{said}", f"assessed at checkpoints, {counted}, targets: {said}")
    take = ("各节点扣分相加", "all checkpoints take from one mark")
    take = take if schedule.take == "sum" else ("各节点分别计满分，取平均", "each has the full mark, the mean counts")
    return teller.joined([text, teller.pick(*take)])


def _parts(teller: Teller, rule: Rule, targets: Mapping[str, Node | None]) -> str:
    said = []
    for part, tree in targets.items():
        name = teller.pick(NAMES.get(part, part), f"{part} ")
        said.append(name + (teller.pick("不考核", "not assessed") if tree is None else _end(teller, rule, tree)))
    return teller.pick("，", ", ").join(said)
