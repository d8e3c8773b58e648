"""The steps of a book's items, drawn once for all who have them weighed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar, cast

from steelyard.engine.expressions.nodes import Name, Node
from steelyard.engine.expressions.windows import windowed
from steelyard.engine.model.book import Defaults, RuleBook
from steelyard.engine.model.item import Indicator, Item, Rule
from steelyard.engine.scoring.recipe import Step
from steelyard.engine.weighing.expanding import expanded, merged
from steelyard.engine.weighing.grading import NO_TEXT, graded
from steelyard.engine.weighing.needs import values_of
from steelyard.engine.weighing.pools import part_of, pool_steps
from steelyard.engine.weighing.recipes import leaf_steps, points_steps

Made = TypeVar("Made")


class Drafts:
    """Rules are told apart by identity, which costs nothing: each is the book's own or was drawn here, and stays."""

    def __init__(self, defaults: Defaults, values: Mapping[str, Node]) -> None:
        self.defaults, self.values = defaults, values
        self._made: dict[Hashable, tuple[Rule, Any]] = {}

    def marked(self, rule: Indicator, full: Node) -> Indicator:
        """The indicator with another full mark."""
        return self._once((id(rule), "marked", full), rule, lambda: rule.model_copy(update={"full": full}))

    def merged(self, item: Item, name: str, own: Rule) -> Item:
        """The item with what the class of this name states itself."""
        return self._once((id(item), "merged", name), item, lambda: merged(item, own))

    def expanded(self, rule: Rule) -> Rule:
        """The rule itself, or the pool of its checkpoints."""
        return self._once((id(rule), "expanded"), rule, lambda: expanded(rule))

    def leaf(self, rule: Rule) -> list[Step]:
        """The whole calculation of one scored item."""
        return self._once((id(rule), "leaf"), rule, lambda: self._labelled(rule, leaf_steps(*self._of(rule))))

    def pool(self, rule: Rule, marks: Sequence[bool]) -> list[Step]:
        """From its parts to its points. ``marks``: of each part, whether it has a full mark."""
        return self._once((id(rule), "pool", *marks), rule, lambda: self._pooled(rule, marks))

    def _pooled(self, rule: Rule, marks: Sequence[bool]) -> list[Step]:
        steps = pool_steps(rule, [part_of(item, mark) for item, mark in zip(rule.items, marks, strict=True)])
        return self._labelled(rule, [*steps, *points_steps(*self._of(rule))])

    def _labelled(self, rule: Rule, steps: list[Step]) -> list[Step]:
        if not rule.grades and not any(veto.grade for veto in rule.veto):
            return steps
        own = Name(("label",)) if any(step.name == "label" for step in steps) else NO_TEXT
        tree = windowed(graded(rule.grades, rule.veto, Name(("points",)), own), self.values)
        return [*steps, Step("label", "等次", "grade", tree, "text")]

    def _of(self, rule: Rule) -> tuple[Rule, Defaults, Mapping[str, Node]]:
        return rule, self.defaults, self.values

    def _once(self, key: Hashable, rule: Rule, make: Callable[[], Made]) -> Made:
        if key not in self._made:
            self._made[key] = rule, make()  # the rule is kept with it, so that nobody else gets its identity
        return cast(Made, self._made[key][1])


def drafts_of(book: RuleBook) -> Drafts:
    if "drafts" not in book.worked_out:
        book.worked_out["drafts"] = Drafts(cast(Defaults, book.defaults), values_of(book))
    return cast(Drafts, book.worked_out["drafts"])
