"""Structure: what must hold before names can be looked at, and the limits that keep every rule computable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from steelyard.engine.checking.applied import Applied
from steelyard.engine.checking.calculation import referred
from steelyard.engine.checking.context import Context
from steelyard.engine.checking.formulas import PARTS, written
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.nodes import Call, Node, children
from steelyard.engine.expressions.windows import PAST
from steelyard.engine.problems import CATALOGUE, Place, Problem
from steelyard.engine.scoring.lines import Line
from steelyard.engine.shape import Written
from steelyard.engine.weighing.expanding import NAMES

CATALOGUE.add(
    {
        "book-missing": (
            "规则书缺少总则（book:）；请写明 name、points_places（得分小数位）、rounding（舍入规则）和 floor（下限）",
            "the book has no general part (book:); write name, points_places, rounding and floor",
        ),
        "rule-without-score": (
            "“{rule}”既没有 score（计分方法）也没有 items（考评要点）；请写其中一个",
            "'{rule}' has neither score nor items; write one of them",
        ),
        "rule-score-and-items": (
            "“{rule}”同时写了 {found}；一条规则要么自己计分，要么由各要点合成，请只留一个",
            "'{rule}' has {found} at once; a rule scores by itself or is made of items, keep one",
        ),
        "checkpoint-part": (
            "“{part}”不是年度的一部分；请写 Q1…Q4、H1、H2 或 M01…M12",
            "'{part}' is no part of a year; write Q1 to Q4, H1, H2 or M01 to M12",
        ),
        "checkpoint-not-common": (
            "{class}的进度目标里有 {part}，但 targets 没有这个节点；请在 targets 里补上（共同目标可留空）；"
            "已有：{allowed}",
            "the schedule of {class} has {part}, which targets does not list; add it there (it may be left "
            "empty); there "
            "are: {allowed}",
        ),
        "checkpoint-without-score": (
            "累计进度（checkpoints）要逐节点计分，“{rule}”还缺 {missing}",
            "checkpoints are scored one by one; '{rule}' lacks {missing}",
        ),
        "doubled-name": (
            "{what_zh}“{name}”在同一处出现了两次；请改名或合并",
            "{what_en} '{name}' occurs twice in one place; rename or merge",
        ),
        "pool-too-deep": (
            "“{rule}”嵌套了 {depth} 层，上限是 {limit} 层；请合并层次",
            "'{rule}' is nested {depth} levels deep, the limit is {limit}; merge levels",
        ),
        "too-many": (
            "{what_zh}有 {count} 个，上限是 {limit}；请拆分",
            "there are {count} {what_en}, the limit is {limit}; split them up",
        ),
        "rule-too-big": (
            "“{rule}”连同它引用的往期口径展开后有 {count} 项，上限是 {limit}；请减少 last_year(value(…)) 之类的引用",
            "'{rule}' grows to {count} nodes with the past values that it refers to, the limit is {limit}; use fewer "
            "references such as last_year(value(…))",
        ),
    }
)

MAX_INDICATORS = 2_000
MAX_PLANS = 200
MAX_ITEMS = 200
MAX_LINES = 60
MAX_DEPTH = 6
MAX_NODES = 20_000


@check(stage="structure", code="book-missing")
def the_book_has_a_general_part(context: Context) -> Iterator[Problem]:
    """规则书必须有一段总则（book:）：小数位、舍入规则、下限没有暗含的默认值。

    Every book has a general part: decimals, rounding and floor have no hidden default.
    """
    if context.book.defaults is None:
        nouns = [*context.book.indicators.values(), *context.book.plans.values()]
        yield Problem("book-missing", Place(min((noun.place().file for noun in nouns), default="")))


@check(stage="structure", code="rule-without-score")
def every_rule_scores(context: Context) -> Iterator[Problem]:
    """计划里的指标和池里的要点要么有 score，要么有 items；只供别的指标引用的数只写 value；
    只按类别规定（by_class）的，每一类都要有。

    Indicators of plans and items of pools have a score or items; a quantity that only other indicators refer to has a
    value; where only classes have rules, each of them does.
    """
    for rule in context.rules:
        only_classes = rule.class_name is None and bool(rule.rule.by_class)
        quantity = rule.depth == 0 and rule.rule.value is not None and not context.entries(rule.indicator.id)
        if rule.rule.score is None and not rule.rule.items and not (only_classes or quantity):
            yield Problem("rule-without-score", rule.place(), {"rule": rule.rule.name})


@check(stage="structure", code="rule-score-and-items")
def a_rule_scores_one_way(context: Context) -> Iterator[Problem]:
    """score、checkpoints 与 items 不能并存：一条规则要么自己计分，要么由要点合成。

    A rule scores by itself or is made of items, never both.
    """
    for rule in context.rules:
        found = [key for key in ("score", "checkpoints") if getattr(rule.rule, key) is not None]
        if found and rule.rule.items:
            params = {"rule": rule.rule.name, "found": "、".join([*found, "items"])}
            yield Problem("rule-score-and-items", rule.place("items"), params)


@check(stage="structure", code="checkpoint-part")
def checkpoints_are_parts_of_a_year(context: Context) -> Iterator[Problem]:
    """累计进度的节点写作 Q1…Q4、H1、H2、M01…M12。

    Checkpoints are named Q1 to Q4, H1, H2, M01 to M12.
    """
    for rule in context.rules:
        for part in () if rule.written.checkpoints is None else rule.written.checkpoints.targets:
            if part not in NAMES:
                yield Problem("checkpoint-part", rule.place("checkpoints", "targets", part), {"part": part})


@check(stage="structure", code="checkpoint-not-common")
def checkpoints_of_classes_are_listed(context: Context) -> Iterator[Problem]:
    """分类别的进度目标只能用 targets 里列出的节点；只考核某一类的节点，在 targets 里留空。

    Targets of classes belong to listed checkpoints; leave a checkpoint empty that only some classes have.
    """
    for rule in context.rules:
        schedule = rule.written.checkpoints
        for name, targets in {} if schedule is None else schedule.by_class.items():
            for part in targets:
                if schedule is not None and part not in schedule.targets:
                    params = {"part": part, "class": name, "allowed": "、".join(schedule.targets)}
                    yield Problem("checkpoint-not-common", rule.place("checkpoints", "by_class", name, part), params)


@check(stage="structure", code="checkpoint-without-score")
def checkpoints_are_scored(context: Context) -> Iterator[Problem]:
    """累计进度按节点逐一计分，因此要有 value 和 score。

    Checkpoints are scored one by one, so there is a value and a score.
    """
    for rule in context.rules:
        missing = [key for key in ("value", "score") if getattr(rule.rule, key) is None]
        if rule.rule.checkpoints is not None and missing:
            params = {"rule": rule.rule.name, "missing": "、".join(missing)}
            yield Problem("checkpoint-without-score", rule.place("checkpoints"), params)


@check(stage="structure", code="doubled-name")
def names_differ(context: Context) -> Iterator[Problem]:
    """同一池里的要点、同一计划里的指标、组、名单、分段、等次不得重名。

    Items of a pool, and indicators, groups, lists, segments and grades of a plan, have different names.
    """
    for rule in context.rules:
        yield from _doubled([(part.item, part) for part in rule.written.items], _WORDS["item"])
        yield from _doubled([(grade.label, grade) for grade in rule.written.grades], _WORDS["grade"])
    for plan in context.book.plans.values():
        yield from _doubled([(entry.indicator, entry) for entry in plan.entries], _WORDS["indicator"])
        yield from _doubled([(group.name, group) for group in plan.groups], _WORDS["group"])
        yield from _doubled([(part.name, part) for part in plan.segments], _WORDS["segment"])
    for listed in context.homes:
        yield from _doubled([(cut.list, cut) for cut in listed.lists], _WORDS["list"])
        yield from _doubled([(grade.label, grade) for grade in listed.grades], _WORDS["grade"])


_WORDS = {
    "item": ("考评要点", "item"), "grade": ("等次", "grade"), "indicator": ("指标", "indicator"),
    "group": ("指标组", "group"), "segment": ("分段", "segment"), "list": ("名单", "list"),
}  # fmt: skip


def _doubled(named: Iterable[tuple[str, Written]], what: tuple[str, str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for name, noun in named:
        if name in seen:
            yield Problem("doubled-name", noun.place(), {"name": name, "what_zh": what[0], "what_en": what[1]})
        seen.add(name)


@check(stage="structure", code="pool-too-deep")
def pools_stay_shallow(context: Context) -> Iterator[Problem]:
    """扣分池嵌套有上限，读得懂，也算得完。

    Pools are nested only so deep that people can follow and machines can finish.
    """
    for rule in context.rules:
        if rule.depth == MAX_DEPTH + 1:
            params = {"rule": rule.rule.name, "depth": rule.depth, "limit": MAX_DEPTH}
            yield Problem("pool-too-deep", rule.place(), params)


@check(stage="structure", code="too-many")
def books_stay_finite(context: Context) -> Iterator[Problem]:
    """指标、计划、一个池里的要点、一条规则的计分行都有上限。

    There are limits on indicators, plans, items of one pool, and lines of one rule.
    """
    book = context.book
    for found, limit, what in (
        (list(book.indicators.values()), MAX_INDICATORS, ("指标", "indicators")),
        ([*book.plans.values(), *book.persons.values()], MAX_PLANS, ("计划", "plans")),
    ):
        yield from _many(len(found), limit, what, found[-1].place() if found else Place(""))
    for rule in context.rules:
        yield from _many(len(rule.written.items), MAX_ITEMS, ("考评要点", "items"), rule.place("items"))
        for place, lines in _lines(rule):
            yield from _many(len(lines), MAX_LINES, ("计分行", "lines"), place)


def _lines(rule: Applied) -> Iterator[tuple[Place, Sequence[Line]]]:
    yield rule.place("plus"), rule.written.plus
    yield rule.place("minus"), rule.written.minus
    for method in () if rule.written.score is None else (rule.written.score.deduct, rule.written.score.bonus):
        if method is not None:
            yield method.place("lines"), method.lines


def _many(count: int, limit: int, what: tuple[str, str], place: Place) -> Iterator[Problem]:
    if count > limit:
        yield Problem("too-many", place, {"count": count, "limit": limit, "what_zh": what[0], "what_en": what[1]})


@check(stage="structure", code="rule-too-big")
def rules_stay_small(context: Context) -> Iterator[Problem]:
    """口径引用指标的往期时会展开成那个指标自己的口径；展开之后也有上限。

    Past values of indicators are spelled out; what they grow to is limited as well.
    """
    indicators = context.book.indicators
    plain = {id: _size(indicator.value, {}) for id, indicator in indicators.items() if indicator.value is not None}
    grown = {id: _size(indicator.value, plain) for id, indicator in indicators.items() if indicator.value is not None}
    for rule in context.rules:
        count = sum(_size(tree, grown) for _, _, _, tree in written(rule.written, PARTS))
        if count > MAX_NODES:
            params = {"rule": rule.rule.name, "count": count, "limit": MAX_NODES}
            yield Problem("rule-too-big", rule.place(), params)


def _size(tree: Node, values: Mapping[str, int], past: bool = False) -> int:
    """Nodes of a tree, with the values that stand inside functions of time spelled out."""
    if isinstance(tree, Call):
        if past and tree.op == "value":
            return values.get(referred(tree), 1)
        past = past or tree.op in PAST
    return 1 + sum(_size(child, values, past) for child in children(tree))
