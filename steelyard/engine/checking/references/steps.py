"""References: what methods need is stated, kinds fit, and steps refer to earlier steps."""

from __future__ import annotations

from collections.abc import Iterator

from steelyard.engine.checking.applied import Applied, Formula
from steelyard.engine.checking.calculation import Calculations
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.functions import Kind, named
from steelyard.engine.checking.kinds import Kinds, wanted_words
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.nodes import Name, Node
from steelyard.engine.problems import CATALOGUE, Problem
from steelyard.engine.scoring.recipe import GIVEN

CATALOGUE.add(
    {
        "rule-needs": (
            "“{rule}”的计分要用到 {missing}，但没有写；请责任部门补上 {missing}：{owner}",
            "the scoring of '{rule}' uses {missing}, which is not written; add {missing}; responsible: {owner}",
        ),
        "mark-of-checkpoint": (
            "“{rule}”分期计分，各节点共用一个满分（take: sum），计分却要用到每个节点自己的满分；请写 take: mean",
            "the checkpoints of '{rule}' share one full mark (take: sum), but their scoring uses a full mark of "
            "each; write take: mean",
        ),
        "rule-kind": (
            "“{what}”需要{wanted_zh}，这里是{found_zh}；条件可写成 if(条件, 1, 0)，日期写作 date '2026-01-31'",
            "'{what}' needs {wanted_en}, here it gets {found_en}; turn a condition into if(condition, 1, 0), "
            "write dates "
            "as date '2026-01-31'",
        ),
        "step-kind": (
            "“{step}”一步里“{what}”需要{wanted_zh}，得到的是{found_zh}；请检查 score 各参数该写数还是条件",
            "in step '{step}' '{what}' needs {wanted_en} and gets {found_en}; look which parameters of score "
            "are numbers "
            "and which are conditions",
        ),
        "step-too-early": (
            "“{step}”一步用到了“{name}”，那时它还没有算出来；只能引用前面的步骤",
            "step '{step}' uses '{name}', which is not known yet; refer to earlier steps only",
        ),
    }
)


@check(stage="references", code="rule-needs")
def needs_are_stated(context: Context) -> Iterator[Problem]:
    """计分方法用到 value（实际值）、target（目标值）、full（满分）时，指标必须写明；满分也可以由计划写明。

    What a scoring method uses of value, target and full mark is stated; a plan may state the full mark.
    """
    kinds = context.kinds
    for rule in context.rules:
        needed: dict[str, None] = {}
        for run in kinds.runs(rule):
            stated = kinds.last(run)
            used = (name for done in run for name in _names(done.step.tree))
            needed.update((name, None) for name in used if name in GIVEN and name not in stated)
        if needed:
            owner = rule.indicator.owner or "—"
            params = {"rule": rule.rule.name, "missing": "、".join(needed), "owner": owner}
            shared = "full" in needed and context.full_of(rule) is not None
            yield Problem("mark-of-checkpoint" if shared else "rule-needs", rule.place("score"), params)


def _names(tree: Node) -> Iterator[str]:
    return (node.text for node in named(tree) if isinstance(node, Name) and node.parts[0] != "unit")


@check(stage="references", code="rule-kind")
def kinds_fit(context: Context) -> Iterator[Problem]:
    """数、文字、条件、日期各归其位：比较的两边同类，when 是条件，分值是数，日期只与日期比较。

    Numbers, texts, conditions and dates stand where they belong: both sides of a comparison are of one kind.
    """
    quiet = context.kinds
    for formula in context.formulas:
        yield from _kind_problems(quiet, formula)


def _kind_problems(quiet: Calculations[Kind], formula: Formula) -> list[Problem]:
    problems: list[Problem] = []

    def tell(node: Node, what: str, wanted: tuple[Kind, ...], found: Kind) -> None:
        problems.append(Problem("rule-kind", formula.at(node), {"what": what, **wanted_words(wanted, found)}))

    found = Kinds(tell).read(formula.tree, formula.names, quiet)
    wanted: tuple[Kind, ...] = ("number", "text", "date") if formula.wants is None else (formula.wants,)
    if found != "unknown" and found not in wanted:
        tell(formula.tree, formula.key, wanted, found)
    return problems


@check(stage="references", code="step-kind")
def methods_get_what_they_need(context: Context) -> Iterator[Problem]:
    """方法的每一步也要各归其位；口径本身已报告的不再重复。

    Inside the steps of a method kinds fit as well; what a formula has been told already is not told again.
    """
    quiet = context.kinds
    told = {formula.home for formula in context.formulas if _kind_problems(quiet, formula)}
    for rule in context.rules:
        if rule.name not in told:
            yield from _step_problems(quiet, rule)


def _step_problems(quiet: Calculations[Kind], rule: Applied) -> list[Problem]:
    problems: list[Problem] = []
    for done in (done for run in quiet.runs(rule) for done in run):
        step = done.step

        def tell(_: Node, what: str, wanted: tuple[Kind, ...], found: Kind, title: str = step.zh) -> None:
            params = {"step": title, "what": what, **wanted_words(wanted, found)}
            problems.append(Problem("step-kind", rule.place("score"), params))

        Kinds(tell).read(step.tree, done.known, quiet)
    return problems


@check(stage="references", code="step-too-early")
def steps_follow_each_other(context: Context) -> Iterator[Problem]:
    """公式只能引用前面的步骤：value、target、full，然后是方法的各步，自上而下。

    Formulas refer to earlier steps: value, target, full, then the steps of the method from top to bottom.
    """
    kinds = context.kinds
    for rule in context.rules:
        for done, known_at_last in ((done, kinds.last(run)) for run in kinds.runs(rule) for done in run):
            for name in dict.fromkeys(_names(done.step.tree)):
                if name not in done.known and name in known_at_last:
                    yield Problem("step-too-early", rule.place("score"), {"step": done.step.zh, "name": name})
