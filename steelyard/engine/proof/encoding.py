"""Trees as JSON: a list is an operator with its arguments, an object is a leaf.

``["+", {"name": "value"}, {"number": "0.05"}]`` — the whole grammar stands in ``docs/proof.md``, for those who write
a verifier. Totals and figures of peers stand once in the bundle and are referred to by number.
"""

from __future__ import annotations

from collections.abc import Callable

from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Node, Number, Text
from steelyard.engine.proof.canonical import Plain, exact

OTHERS = ("value", "points", "label")


def encoded(tree: Node, leaf: Callable[[Node], Plain] = lambda _: None) -> Plain:
    """``leaf`` may answer with an object for nodes that stand elsewhere in the bundle (totals, peers)."""
    elsewhere = leaf(tree)
    if elsewhere is not None:
        return elsewhere
    match tree:
        case Number(value=value):
            return {"number": exact(value)}
        case Text(value=text):
            return {"text": text}
        case Day(value=day):
            return {"day": day.isoformat()}
        case Name():
            return {"name": tree.text}
        case Call(op=op, args=(Name() as indicator,)) if op in OTHERS:
            return [op, {"text": indicator.text}]
        case Call(op=op, args=args):
            return [op, *(encoded(arg, leaf) for arg in args)]
        case _:
            return {"kind": tree.kind, "argument": _part(tree.argument), "where": _part(tree.where)}


def aggregate(total: Aggregate) -> dict[str, Plain]:
    """The definition of a resolved total over rows, with the window of time that it reads."""
    window = total.window
    return {
        "kind": total.kind,
        "argument": _part(total.argument),
        "where": _part(total.where),
        "per": list(total.per),
        "inner": total.inner,
        "order": total.order,
        "level": exact(total.level),
        "window": {
            "reach": window.reach,
            "years": window.years,
            "periods": window.periods,
            "checkpoint": window.checkpoint,
        },
    }


def _part(tree: Node | None) -> Plain:
    return None if tree is None else encoded(tree)
