"""References: plans, classes, lists and grades that rules name exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from steelyard.engine.checking.applied import Applied
from steelyard.engine.checking.calculation import references
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.functions import above_rows
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.nodes import Call, Node, Text
from steelyard.engine.expressions.resolving import suggestion
from steelyard.engine.model.item import Grade, Veto
from steelyard.engine.model.plan import Plan
from steelyard.engine.periods import PeriodSystem
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused

CATALOGUE.add(
    {
        "unknown-plan": (
            "没有计划“{name}”{suggestion_zh}；现有：{allowed}",
            "there is no plan '{name}'{suggestion_en}; there are: {allowed}",
        ),
        "unknown-class": (
            "没有类别“{name}”{suggestion_zh}；机构登记表中的类别有：{allowed}",
            "there is no class '{name}'{suggestion_en}; classes in the register of units are: {allowed}",
        ),
        "class-not-in-plan": (
            "指标“{indicator}”要看类别“{name}”，但计划“{plan}”不考评这一类；该计划的类别：{allowed}",
            "indicator '{indicator}' looks at class '{name}', which plan '{plan}' does not assess; its "
            "classes: {allowed}",
        ),
        "unknown-list": (
            "没有名单“{name}”{suggestion_zh}；计划里定义的名单：{allowed}",
            "there is no list '{name}'{suggestion_en}; lists of the plan are: {allowed}",
        ),
        "unknown-grade": (
            "没有等次“{name}”{suggestion_zh}；此处定义的等次：{allowed}",
            "there is no grade '{name}'{suggestion_en}; grades defined here are: {allowed}",
        ),
        "class-not-ruled": (
            "计划“{plan}”要考评类别“{name}”，但指标“{indicator}”只为这些类别写了规则：{allowed}；请补上，或用 "
            "only 限定",
            "plan '{plan}' assesses class '{name}', for which indicator '{indicator}' has no rule (it has: {allowed}); "
            "add one, or limit the entry with only",
        ),
    }
)


def _unknown(code: str, name: str, known: Sequence[str], place: Place, **more: str) -> Problem:
    return Problem(code, place, {"name": name, "allowed": "、".join(known) or "—", **suggestion(name, known), **more})


@check(stage="references", code="unknown-plan")
def plans_exist(context: Context) -> Iterator[Problem]:
    """个人计划所依据的单位计划要在规则书里。

    The plan of units that a plan for persons rests on is in the book.
    """
    for persons in context.book.persons.values():
        if persons.plan not in context.book.plans:
            yield _unknown("unknown-plan", persons.plan, sorted(context.book.plans), persons.place("plan"))


@check(stage="references", code="period-unreadable")
def years_are_periods(context: Context) -> Iterator[Problem]:
    """计划的年度写成规则书所用的周期：2026；年度不从一月开始的写 FY2026。

    The year of a plan is written as a period of the book: 2026, or FY2026 where years start in another month.
    """
    for plan in context.book.plans.values():
        try:
            period_system(context).parse(plan.year, plan.place("year"))
        except Refused as refused:
            yield from refused.problems


def period_system(context: Context) -> PeriodSystem:
    first = context.defaults.months_start
    return PeriodSystem(first, "" if first == 1 else "FY")


@check(stage="references", code="unknown-class")
def classes_exist(context: Context) -> Iterator[Problem]:
    """计划、目标、进度、by_class 和同类统计里的类别要在机构登记表中；没有登记表时不检查。

    Classes named anywhere are in the register of units; not checked where no register is at hand.
    """
    if context.classes is None:
        return
    known = sorted(context.classes)
    for name, place in _classes(context):
        if name not in context.classes:
            yield _unknown("unknown-class", name, known, place)


def _classes(context: Context) -> Iterator[tuple[str, Place]]:
    for plan in context.book.plans.values():
        yield from ((name, plan.place("classes", index)) for index, name in enumerate(plan.classes))
    for rule in context.rules:
        yield from _classes_of_rule(rule)
    for formula in context.formulas:
        yield from ((name.value, formula.at(name)) for name in class_names(formula.tree))


def _classes_of_rule(rule: Applied) -> Iterator[tuple[str, Place]]:
    yield from ((name, rule.place("by_class", name)) for name in getattr(rule.written, "by_class", {}))
    for key in ("target", "checkpoints"):
        part = getattr(rule.written, key)
        yield from ((name, rule.place(key, "by_class", name)) for name in (() if part is None else part.by_class))


def class_names(tree: Node) -> Iterator[Text]:
    """The texts in a tree that name classes: of peers, and in ``class_is``."""
    for node in above_rows(tree):
        if isinstance(node, Call) and (node.op.startswith("peers_") or node.op == "class_is"):
            yield from (arg for arg in node.args if isinstance(arg, Text))


@check(stage="references", code="class-not-in-plan")
def peers_are_assessed(context: Context) -> Iterator[Problem]:
    """同类统计要看的另一类，必须是用到该指标的计划所考评的类别。

    Another class that peers' statistics look at is assessed by every plan with the indicator.
    """
    for plan in context.book.plans.values():
        homes = {plan.id, *_reached(context, plan)}
        for formula in context.formulas:
            id = formula.home.split(".")[0]
            for node in above_rows(formula.tree) if id in homes else ():
                for name in _other_class(node):
                    if name.value not in plan.classes:
                        more = {"indicator": id, "plan": plan.id}
                        yield _unknown("class-not-in-plan", name.value, plan.classes, formula.at(name), **more)


def _reached(context: Context, plan: Plan) -> set[str]:
    """The indicators of a plan and all that they refer to."""
    reached: set[str] = set()
    waiting = [entry.indicator for entry in plan.entries]
    while waiting:
        id = waiting.pop()
        if id not in reached:
            reached.add(id)
            waiting += [other for formula in context.formulas_of(id) for other in references(formula.tree)]
    return reached


def _other_class(node: Node) -> Iterator[Text]:
    if isinstance(node, Call) and node.op.startswith("peers_"):
        yield from (arg for arg in node.args if isinstance(arg, Text))


@check(stage="references", code="class-not-ruled")
def every_class_has_a_rule(context: Context) -> Iterator[Problem]:
    """只按类别写规则的指标，计划考评的每一类都要有规则。

    Where an indicator has rules by class only, every class that a plan assesses by it has one.
    """
    for rule in context.rules:
        own = rule.rule
        if rule.depth == 0 and rule.class_name is None and own.score is None and not own.items:
            for name, plan in context.classes_of(rule.indicator.id).items():
                if name not in own.by_class:
                    more = {"indicator": rule.indicator.id, "plan": plan.id}
                    yield _unknown("class-not-ruled", name, list(own.by_class), rule.place("by_class"), **more)


@check(stage="references", code="unknown-list")
def lists_exist(context: Context) -> Iterator[Problem]:
    """一票否决要取消资格的名单（bars），必须在计划里定义。

    Lists that a veto bars from are defined by the plan.
    """
    for plan in context.book.plans.values():
        known = [cut.list for cut in plan.lists]
        vetoes = [veto for entry in plan.entries for veto in _vetoes(context, entry.indicator)]
        for veto in (*plan.veto, *vetoes):
            for index, name in enumerate(veto.bars):
                if name not in known:
                    yield _unknown("unknown-list", name, known, veto.place("bars", index))


def _vetoes(context: Context, id: str) -> list[Veto]:
    return context.book.indicators[id].veto if id in context.book.indicators else []


@check(stage="references", code="unknown-grade")
def grades_exist(context: Context) -> Iterator[Problem]:
    """一票否决给出的等次（grade、grade_at_most）要在同一处的 grades 里。

    Grades that a veto gives or caps at are among the grades of the same rule or plan.
    """
    homes: list[Plan | Applied] = [*context.book.plans.values(), *context.rules]
    for home in homes:
        noun = home.rule if isinstance(home, Applied) else home
        written = home.written if isinstance(home, Applied) else home
        for veto in written.veto:
            yield from _grades(veto, noun.grades)


def _grades(veto: Veto, grades: Sequence[Grade]) -> Iterator[Problem]:
    known = [grade.label for grade in grades]
    for key in ("grade", "grade_at_most"):
        name = getattr(veto, key)
        if name is not None and name not in known and (known or key == "grade_at_most"):
            yield _unknown("unknown-grade", name, known, veto.place(key))
