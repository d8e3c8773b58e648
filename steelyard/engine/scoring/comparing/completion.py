"""S4 完成率: P·x/t, or P·t/x when lower is better. The better of two is a `formula` over two items."""

from __future__ import annotations

from steelyard.engine.expressions.nodes import Name, Node
from steelyard.engine.scoring.comparing.share import Share


class Completion(Share):
    """The value held against the target."""

    def against(self) -> Node:
        return Name(("target",))
