"""References: who looks at another class sees what that class got, not its own formula on other units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from steelyard.engine.checking.context import Context
from steelyard.engine.checking.formulas import PARTS, written
from steelyard.engine.checking.functions import above_rows, named
from steelyard.engine.checking.registry import check
from steelyard.engine.expressions.nodes import Call, Name, Node, Text
from steelyard.engine.expressions.resolving import beside
from steelyard.engine.model.item import Item, Rule
from steelyard.engine.problems import CATALOGUE, Place, Problem
from steelyard.engine.weighing.expanding import merged

CATALOGUE.add(
    {
        "peers-of-variant": (
            "“{rule}”用 {function}(…, '{other}') 看{other}的“{name}”，但两类单位的“{name}”算法不同（by_class）："
            "这里会拿自己的算法去算{other}，不是{other}实际得到的数；请让“{name}”写在共同规则里、两类相同，"
            "或把要比的数另立一个指标，写成 {function}(value(指标), '{other}')",
            "'{rule}' looks at '{name}' of {other} with {function}(…, '{other}'), but by_class works '{name}' out in "
            "another way there: this would apply the rule's own formula to units of {other}, not take what they got; "
            "leave '{name}' to the common rule, alike for both, or make what is compared an indicator of its own and "
            "write {function}(value(indicator), '{other}')",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class _Form:
    """An item as one class has it (None: whoever has no rule of its own), and the part of it that the class wrote."""

    rule: Item
    own: Rule

    def place(self, owner: object, path: tuple[str | int, ...]) -> Place:
        if owner is not self.rule:
            return owner.place(*path)  # type: ignore[attr-defined,no-any-return]
        return (self.own if path[0] in self.own.model_fields_set else self.rule).place(*path)


Forms = Mapping[str, _Form]


@check(stage="references", code="peers-of-variant")
def other_classes_are_seen_as_they_are(context: Context) -> Iterator[Problem]:
    """同类统计要看另一类（peers_mean(value, '另一类')）时，那一类的这个数要和本规则算法相同；by_class 里改了口径的，
    另立一个指标，用 value(指标) 去看。

    Statistics of another class look at what is worked out alike in both; where by_class changes it, the quantity
    becomes an indicator, and is looked at as value(indicator).
    """
    for indicator in context.book.indicators.values():
        forms = {name: _forms(indicator, name) for name in (None, *sorted(_classes(indicator)))}
        told: set[Place] = set()
        for own in forms if len(forms) > 1 else ():
            for problem in _strays(forms, own):
                if problem.place not in told:
                    told.add(problem.place)
                    yield problem


def _classes(item: Item) -> set[str]:
    """Every class with something of its own, in the item or in any part of it."""
    found = set(item.by_class)
    for rule in (item, *item.by_class.values()):
        found.update(*(_classes(part) for part in rule.items))
    return found


def _forms(item: Item, class_name: str | None, path: str = "") -> dict[str, _Form]:
    """The item and its parts as one class has them, by their path."""
    own = item.by_class.get(class_name or "")
    rule = (item if own is None else merged(item, own)).model_copy(update={"by_class": {}})
    found = {path: _Form(rule, item if own is None else own)}
    for part in rule.items:
        found |= _forms(part, class_name, f"{path}.{part.item}")
    return found


def _strays(forms: Mapping[str | None, Forms], class_name: str | None) -> Iterator[Problem]:
    mine = forms[class_name]
    for path, form in mine.items():
        for _, owner, at, tree in written(form.rule, PARTS):
            for node, other in _elsewhere(tree, class_name):
                theirs = forms.get(other.value, forms[None])
                strange = next((name for name in _names(node) if not _alike(mine, theirs, path, name)), None)
                if strange is not None:
                    params = {"rule": form.rule.name, "function": node.op, "other": other.value, "name": strange}
                    yield Problem("peers-of-variant", beside(form.place(owner, at), node.span), params)


def _elsewhere(tree: Node, class_name: str | None) -> Iterator[tuple[Call, Text]]:
    """Statistics of a class that is not one's own, with its name."""
    for node in above_rows(tree):
        if isinstance(node, Call) and node.op.startswith("peers_"):
            yield from ((node, arg) for arg in node.args if isinstance(arg, Text) and arg.value != class_name)


def _names(node: Call) -> Iterator[str]:
    """What the statistic takes from the calculation around it."""
    for part in named(node):
        if isinstance(part, Name) and part.parts[0] not in ("unit", "day"):
            yield part.text


_VALUE = ("value", "places", "rounding")
_RESTS_ON = {"value": _VALUE, "target": (*_VALUE, "target"), "full": (*_VALUE, "target", "full")}


def _alike(mine: Forms, theirs: Forms, path: str, name: str) -> bool:
    """Whether both classes come to ``name`` in the same way; later names rest on the whole rule and its parts."""
    if path not in theirs:
        return False
    if name in _RESTS_ON:
        return all(getattr(mine[path].rule, key) == getattr(theirs[path].rule, key) for key in _RESTS_ON[name])
    inside = [at for at in mine if at == path or at.startswith(f"{path}.")]
    return all(at in theirs and mine[at].rule == theirs[at].rule for at in inside)
