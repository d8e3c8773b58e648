"""S10 比率比较: x ÷ mean, x ÷ best, best ÷ x … × P, capped."""

from __future__ import annotations

from steelyard.engine.expressions.nodes import Node
from steelyard.engine.scoring.comparing.share import Share
from steelyard.engine.shape import Formula


class Ratio(Share):
    """The value held against ``to``: ``peers_mean(value)``, ``peers_max(value)``, a local figure."""

    to: Formula

    def against(self) -> Node:
        node: Node = self.to
        return node
