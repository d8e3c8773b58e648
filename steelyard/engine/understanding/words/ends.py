"""What stands in the places of a sentence: points, shares, ends, steps, outcomes; read as a rule file writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from steelyard.engine.expressions.nodes import Day, Node, Number
from steelyard.engine.expressions.source import source
from steelyard.engine.expressions.wording import Show
from steelyard.engine.scoring.recipe import Setting
from steelyard.engine.understanding.words.formulas import Formulas
from steelyard.engine.understanding.words.pieces import split

Written = dict[str, Any]
"""Keys of a rule file with what is written behind them."""

_LABEL = re.compile(r"评为“(.*)”\Z")


class Unread(Exception):
    """These words are not what stands here; ``text`` is what could not be read."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Code(str):
    """A formula as a rule file writes it, unlike a name or a label."""


def written(tree: Node) -> Code:
    """A day alone is written without its word."""
    return Code(tree.value.isoformat() if isinstance(tree, Day) else source(tree))


@dataclass(frozen=True)
class Ends:
    """Reads the places of one rule's sentences. Raises `Unread` where the words are no such thing."""

    formulas: Formulas
    setting: Setting
    keys: Mapping[str, str] = field(default_factory=dict)
    """Identifiers that the text does not tell, by the name of what they stand for."""

    def formula(self, text: str, show: Show = "number") -> Code:
        return written(self.tree(text, show))

    def tree(self, text: str, show: Show = "number") -> Node:
        found = self.formulas.read(text, show)
        if not found:
            raise Unread(text)
        return found[0]

    def marks(self, text: str) -> Code:
        """``2分``, or a formula."""
        number = self.formulas.read(text.removesuffix("分"), "points") if text.endswith("分") else ()
        found: list[Node] = [tree for tree in number if isinstance(tree, Number)]
        found += [tree for tree in self.formulas.read(text, "points") if not isinstance(tree, Number)]
        if not found:
            raise Unread(text)
        return written(found[0])

    def end(self, text: str) -> Code:
        """``98%``, ``10万元``: a value of the rule."""
        return self._measured(text, self.setting.unit, self.setting.show)

    def step(self, text: str) -> Code:
        """``1个百分点``, ``5户``."""
        show: Show = "points_of_percent" if self.setting.show == "percent" else self.setting.show
        return self._measured(text, self.setting.unit, show)

    def share(self, text: str) -> Code:
        """``满分的80%``."""
        if not text.startswith("满分的"):
            raise Unread(text)
        return self.formula(text.removeprefix("满分的"), "percent")

    def _measured(self, text: str, unit: str, show: Show) -> Code:
        if not text.endswith(unit):
            raise Unread(text)
        return self.formula(text.removesuffix(unit), show)

    def outcome(self, text: str) -> Written:
        """``得5分，评为“良好”``."""
        found: Written = {}
        for part in split(text, "，"):
            label = _LABEL.match(part)
            if label is not None:
                found["label"] = label[1]
            elif part.startswith("得满分的"):
                found["share"] = self.share(part.removeprefix("得"))
            elif part.startswith("得"):
                found["points"] = self.marks(part.removeprefix("得"))
            else:
                raise Unread(part)
        return found


def groups(pattern: str, text: str) -> Mapping[str, str]:
    """The named parts of a sentence that the pattern fits wholly; parts that are not said are left out."""
    found = re.fullmatch(pattern, text)
    if found is None:
        raise Unread(text)
    return {name: part for name, part in found.groupdict().items() if part is not None}
