"""S14 一票否决 beyond points: the vetoes of an indicator as its plan sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import cast

from steelyard.engine.expressions.nodes import Name, Node, Text, call, transform
from steelyard.engine.model.item import PUBLISHED, Indicator, Veto
from steelyard.engine.model.plan import Entry
from steelyard.engine.weighing.recipes import target_tree


def whom(entry: Entry) -> Node | None:
    """A condition that holds for the classes and subjects of 个性指标; None for everybody."""
    tests = [call(op, Text(name)) for name in entry.only for op in ("class_is", "subject_is")]
    return call("or", *tests) if tests else None


def vetoes(indicator: Indicator, entry: Entry | None = None) -> Iterator[Veto]:
    """Its vetoes, each held to the classes whose rule states it and to those for whom the indicator is there."""
    own = {name: rule.veto for name, rule in indicator.by_class.items() if "veto" in rule.model_fields_set}
    limits = [] if entry is None or not entry.only else [cast(Node, whom(entry))]
    others: list[Node] = [call("not", call("class_is", Text(name))) for name in own]
    for veto in indicator.veto:
        yield _held(veto, [*limits, *others])
    for name, written in own.items():
        for veto in written:
            yield _held(veto, [*limits, call("class_is", Text(name))])


def _held(veto: Veto, limits: list[Node]) -> Veto:
    return veto.model_copy(update={"when": call("and", *limits, veto.when)}) if limits else veto


def of_total(indicators: Iterable[tuple[Indicator, Entry]]) -> Iterator[Veto]:
    """The vetoes of indicators that zero the total, in the names of the plan (``id.value``)."""
    for indicator, entry in indicators:
        for veto in vetoes(indicator, entry):
            if veto.zero == "total":
                yield veto.model_copy(update={"when": transform(veto.when, partial(_outer, indicator))})


def _outer(indicator: Indicator, node: Node) -> Node:
    match node:
        case Name(parts=(name,)) if name in PUBLISHED:
            return Name((indicator.id, name))
        case Name(parts=("target",)) if indicator.target is not None:
            return transform(target_tree(indicator.target), partial(_outer, indicator))
        case _:
            return node
