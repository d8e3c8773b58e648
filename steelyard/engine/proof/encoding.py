"""Trees as JSON: a list is an operator with its arguments, an object is a leaf.

``["+", {"name": "value"}, {"number": "1/20"}]`` — the whole grammar, documented for those who write a verifier in
``docs/proof.md``. Totals and peers' statistics stand once in the bundle and are referred to by number.
"""

from __future__ import annotations

from collections.abc import Callable

from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Node, Number, Text
from steelyard.engine.proof.canonical import Plain, exact


def encoded(tree: Node, refer: Callable[[Node], str | None] = lambda _: None) -> Plain:
    """``refer`` may answer with a reference (``total:0``, ``peers:1``) for nodes that stand elsewhere."""
    reference = refer(tree)
    if reference is not None:
        return {"ref": reference}
    match tree:
        case Number(value=value):
            return {"number": exact(value)}
        case Text(value=text):
            return {"text": text}
        case Day(value=day):
            return {"day": day.isoformat()}
        case Name():
            return {"name": tree.text}
        case Call(op=op, args=args):
            return [op, *(encoded(arg, refer) for arg in args)]
        case Aggregate():
            return aggregate(tree)


def aggregate(total: Aggregate) -> dict[str, Plain]:
    """The definition of a total over rows, without its period."""
    return {
        "kind": total.kind,
        "table": total.table,
        "argument": None if total.argument is None else encoded(total.argument),
        "where": None if total.where is None else encoded(total.where),
        "per": list(total.per),
        "inner": total.inner,
        "order": total.order,
        "level": exact(total.level),
        "window": [total.window.reach, total.window.years, total.window.periods, total.window.checkpoint],
    }
