"""References, first part: functions, their arguments, and names in formulas."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.arithmetic.rounding import ROUNDINGS
from steelyard.engine.checking.calculation import referred
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.functions import (
    COUNTED,
    OPERATORS,
    REFERENCES,
    USAGE,
    above_rows,
    in_past,
    named,
    well_written,
)
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.nodes import Call, Name, Node, Number, Text
from steelyard.engine.expressions.resolving import suggestion
from steelyard.engine.expressions.windows import windowed
from steelyard.engine.problems import CATALOGUE, Place, Problem

CATALOGUE.add(
    {
        "rule-unknown-function": (
            "没有函数“{function}”{suggestion_zh}；可用：{allowed}；逐行的函数只能写在汇总里面",
            "there is no function '{function}'{suggestion_en}; there are: {allowed}; functions over rows stand inside "
            "totals only",
        ),
        "rule-arguments": (
            "{function} 的写法应为：{usage}",
            "write {function} as: {usage}",
        ),
        "rule-unknown-name": (
            "此处没有“{name}”{suggestion_zh}；可用：{allowed}；列要写在汇总里，如 sum(表.列)；属性写作 unit.属性",
            "'{name}' means nothing here{suggestion_en}; known here: {allowed}; columns stand inside totals, as in "
            "sum(table.column), attributes are written unit.attribute",
        ),
        "unknown-attribute": (
            "机构属性里没有“{name}”{suggestion_zh}；已登记：{allowed}",
            "no unit has an attribute '{name}'{suggestion_en}; registered are: {allowed}",
        ),
        "unknown-indicator": (
            "没有指标“{name}”{suggestion_zh}；现有：{allowed}；标识里有减号的指标不能在口径中引用，请改用下划线",
            "there is no indicator '{name}'{suggestion_en}; there are: {allowed}; an identifier with a hyphen "
            "cannot be "
            "used in formulas, write an underscore",
        ),
        "past-unreachable": (
            "{function}(…) 只能移动汇总、机构属性和 value(指标) 的时段，不能移动“{name}”；请写出要比较的汇总",
            "{function}(…) moves totals, attributes and value(indicator) in time, not '{name}'; write the totals out",
        ),
        "constant-wanted": (
            "“{key}”必须是一个写定的数，不能是算式",
            "'{key}' must be a plain number, not a formula",
        ),
    }
)


@check(stage="references", code="rule-unknown-function")
def functions_exist(context: Context) -> Iterator[Problem]:
    """口径里只能用清单上的函数；逐行的函数（days、year 等）只能写在汇总的括号里。

    Formulas use the listed functions only; functions over rows (days, year …) stand inside totals.
    """
    for formula in context.formulas:
        for node in above_rows(formula.tree):
            if isinstance(node, Call) and node.op not in OPERATORS and node.op not in USAGE:
                allowed = "、".join(sorted(USAGE))
                params = {"function": node.op, "allowed": allowed, **suggestion(node.op, USAGE)}
                yield Problem("rule-unknown-function", formula.at(node), params)


@check(stage="references", code="rule-arguments")
def arguments_fit(context: Context) -> Iterator[Problem]:
    """函数的参数个数要对；小数位数、第几名、百分位、年数必须是写定的整数；舍入规则和类别写成文字。

    Functions take the right number of arguments; places, ranks, percentiles and years are plain whole numbers.
    """
    for formula in context.formulas:
        for node in above_rows(formula.tree):
            if isinstance(node, Call) and node.op in USAGE and not (well_written(node) and _fits(node)):
                params = {"function": node.op, "usage": USAGE[node.op]}
                yield Problem("rule-arguments", formula.at(node), params)


def _fits(call: Call) -> bool:
    match call.op, call.args:
        case "round", (_, places, *rule):
            return _whole(places, -12, 12) and all(isinstance(r, Text) and r.value in ROUNDINGS for r in rule)
        case (("last_year" | "previous"), (_, *count)):
            return all(_whole(n, 1, 40) for n in count)
        case (("class_is" | "subject_is"), (name,)):
            return isinstance(name, Text)
        case op, (_, number, *rest) if op in COUNTED:
            return _whole(number, *COUNTED[op]) and all(isinstance(r, Text) for r in rest)
        case op, (of, *rest) if op.startswith("peers_"):
            return not isinstance(of, Text) and all(isinstance(r, Text) for r in rest)
        case op, (name,) if op in REFERENCES:
            return isinstance(name, Name | Call)
    return True


def _whole(node: Node, least: int, most: int) -> bool:
    return isinstance(node, Number) and node.value.denominator == 1 and least <= node.value <= most


@check(stage="references", code="rule-unknown-name")
def names_exist(context: Context) -> Iterator[Problem]:
    """每个名称都要在它出现的地方有含义：value、target、full、方法的各步、考评事项的得分（事项.points）。

    Every name means something where it stands: value, target, full, steps of the method, points of items.
    """
    for formula in context.formulas:
        for node in named(formula.tree):
            if isinstance(node, Name) and node.parts[0] != "unit" and node.text not in formula.names:
                known = [name for name in formula.names if ":" not in name]
                params = {"name": node.text, "allowed": "、".join(known) or "—", **suggestion(node.text, known)}
                yield Problem("rule-unknown-name", formula.at(node), params)


@check(stage="references", code="unknown-attribute")
def attributes_exist(context: Context) -> Iterator[Problem]:
    """unit.属性 必须在机构属性登记表中；没有登记表时不检查。

    Attributes of units are registered; not checked where no register is at hand.
    """
    known = context.attributes
    for formula in context.formulas if known is not None else ():
        for node in named(formula.tree):
            if isinstance(node, Name) and node.parts[0] == "unit" and ".".join(node.parts[1:]) not in (known or ()):
                name, names = ".".join(node.parts[1:]), sorted(known or ())
                params = {"name": name, "allowed": "、".join(names) or "—", **suggestion(name, names)}
                yield Problem("unknown-attribute", formula.at(node), params)


@check(stage="references", code="unknown-indicator")
def indicators_exist(context: Context) -> Iterator[Problem]:
    """value(…)、points(…)、label(…) 里的指标，以及计划和个人计划引用的指标，都要在规则书里。

    Indicators that formulas, plans and plans for persons refer to are in the book.
    """
    for formula in context.formulas:
        for node in above_rows(formula.tree):
            if isinstance(node, Call) and node.op in REFERENCES and referred(node) not in context.book.indicators:
                yield _no_indicator(context, referred(node) or "…", formula.at(node))
    for plan in context.book.plans.values():
        for entry in plan.entries:
            if entry.indicator not in context.book.indicators:
                yield _no_indicator(context, entry.indicator, entry.place("indicator"))
    for persons in context.book.persons.values():
        carried = [(part.indicator, part.place("indicator")) for part in persons.links]
        own = [(part.indicator, part.place("indicator")) for part in persons.own]
        for name, place in (*carried, *own):
            if name not in context.book.indicators:
                yield _no_indicator(context, name, place)


def _no_indicator(context: Context, name: str, place: Place) -> Problem:
    known = sorted(context.book.indicators)
    params = {"name": name, "allowed": "、".join(known) or "—", **suggestion(name, known)}
    return Problem("unknown-indicator", place, params)


@check(stage="references", code="past-unreachable")
def past_is_made_of_facts(context: Context) -> Iterator[Problem]:
    """last_year、previous、to_date、whole_year 移动的是汇总的时段：里面不能写 value、target、得分，
    也不能写又引用别的指标的指标；机构属性不能又按年、又按期移动。

    Functions of time move totals: no value, target or points inside, nor an indicator that refers to others itself;
    attributes are moved by years or by periods, not by both.
    """
    for formula in context.formulas:
        for past in in_past(formula.tree):
            for node in named(past.args[0]) if past.args else ():
                stray = _stray(context, node) or _moved_twice(context, past, node)
                if stray:
                    yield Problem("past-unreachable", formula.at(node), {"function": past.op, "name": stray})


_STEPS = ("last_year", "previous")


def _moved_twice(context: Context, past: Call, node: Node) -> str:
    """An attribute that ``past`` would move by years after it was moved by periods, or the other way round."""
    if not isinstance(node, Call) or node.op not in (*_STEPS, "value") or past.op not in _STEPS:
        return ""
    inner = context.values.get(referred(node), node) if node.op == "value" else windowed(node, context.values)
    other = _STEPS[1 - _STEPS.index(past.op)]
    names = (found for found in above_rows(inner) if isinstance(found, Name) and len(found.parts) == 3)
    return next((f"unit.{name.parts[1]}" for name in names if name.parts[2].startswith(f"{other}:")), "")


def _stray(context: Context, node: Node) -> str:
    match node:
        case Name(parts=parts) if parts[0] != "unit":
            return node.text
        case Call(op="points" | "label" as op):
            return f"{op}({referred(node)})"
        case Call(op="value"):
            tree = context.values.get(referred(node))
            known = referred(node) in context.book.indicators
            inside = () if tree is None else above_rows(tree)
            moved = tree is not None and not any(isinstance(n, Call) and n.op in REFERENCES for n in inside)
            return f"value({referred(node)})" if known and not moved else ""
        case _:
            return ""


@check(stage="references", code="constant-wanted")
def constants_are_plain(context: Context) -> Iterator[Problem]:
    """满分、权重、总分、名单和分段的份额必须写成数，才能在评分之前核对合计。

    Full marks in plans, weights, totals, shares of lists and segments are plain numbers, so that sums can be checked.
    """
    for formula in context.formulas:
        if formula.constant and not isinstance(formula.tree, Number):
            yield Problem("constant-wanted", formula.place, {"key": formula.key})
