"""Random scoring rules with few small numbers, so that ends, ties, zeros and missing numbers happen."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from steelyard.engine.expressions.nodes import Call, Name, Node, Number, Text, number
from tests.engine.small_worlds import CLASSES, NUMBERS, WORDS

# ---- parameters: constants mostly, expressions that may be missing now and then ----

constant = st.sampled_from(NUMBERS)
amount = constant | st.sampled_from(["z", "target", "full", "value(x)"])
size = st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(3)]) | st.just("z")
limit = amount | st.just("unlimited")
counting = st.sampled_from(["whole", "begun", "proportional"])
condition = st.sampled_from(
    ["value > 1", "z is null", "target >= value and z < 2", "not z = 1", "value(x) > z or z > 1"]
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def record(required: dict[str, Any], optional: dict[str, Any] | None = None) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional or {})


def rows(row: dict[str, Any], kind: str, most: int = 4) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows that all give points, or shares, or words, or points and words."""
    gives = {
        "points": {"points": amount},
        "share": {"share": amount},
        "label": {"label": st.sampled_from(WORDS)},
        "both": {"points": amount, "label": st.sampled_from(WORDS)},
    }[kind]
    return st.lists(record({**row, **gives}), min_size=1, max_size=most)


kinds = st.sampled_from(["points", "share", "label", "both"])
line = record({"name": st.just("一"), "count": amount, "each": amount}, {"at_most": amount})
lines = st.lists(line, min_size=1, max_size=3)


@st.composite
def bands(draw: st.DrawFn, kind: str = "") -> dict[str, Any]:
    """Ladders from above or below with constant ends, whole intervals, expressions, or words."""
    kind = kind or draw(kinds)
    found = draw(rows({}, kind))
    otherwise = draw(rows({}, kind, 1))[0]
    way = draw(st.sampled_from(["down", "up", "closed", "free", "words"]))
    if way == "words":
        table = [{**row, "is": word} for row, word in zip(found, WORDS, strict=False)]
        return {"of": "label(x)", "table": table, "otherwise": otherwise}
    count = len(found)
    ends = sorted(draw(st.lists(constant, min_size=count + 1, max_size=count + 1, unique=True)))
    if way == "closed":
        table = [{**row, "at_least": a, "below": b} for row, a, b in zip(found, ends, ends[1:], strict=False)]
    elif way == "free":
        key = st.sampled_from(["at_least", "above", "at_most", "below"])
        table = [{**row, draw(key): draw(amount)} for row in found]
    else:
        key = draw(st.sampled_from(["at_least", "above"] if way == "down" else ["at_most", "below"]))
        ladder = ends[::-1] if way == "down" else ends
        table = [{**row, key: end} for row, end in zip(found, ladder, strict=False)]
    return {"table": table, "otherwise": otherwise}


side = record(
    {"every": size, "points": amount, "counting": counting}, {"at_most": limit, "at_most_by": bands("points")}
)
sides = st.just("nothing") | side
plus_minus = {"start": amount, "better": sides, "worse": sides}


@st.composite
def places(draw: st.DrawFn) -> dict[str, Any]:
    origin = draw(
        st.sampled_from([{"from": "value"}, {"from": "peers", "ties": "best"}, {"from": "peers", "ties": "worst"}])
    )
    if draw(st.booleans()):
        return {**origin, "first": draw(amount), "drop": draw(amount), "lowest": draw(limit)}
    kind = draw(kinds)
    table = draw(rows({}, kind))
    if draw(st.booleans()):
        table[-1]["up_to"] = len(table) + 1
    return {**origin, "table": table, "after": draw(rows({}, kind, 1))[0]}


@st.composite
def matrices(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(kinds)
    if draw(st.booleans()):
        return {"rows": draw(rows({"when": condition}, kind)), "otherwise": draw(rows({}, kind, 1))[0]}
    keys = ["a", "b"][: draw(st.integers(1, 2))]
    combinations = draw(
        st.permutations([[k for k in keys if k in on] for on in ("", "a", "b", "ab")[: 2 ** len(keys)]])
    )
    found = [draw(rows({}, kind, 1))[0] for _ in combinations]
    return {
        "conditions": {key: {"name": key, "when": draw(condition)} for key in keys},
        "table": [{**row, "met": met} for row, met in zip(found, combinations, strict=True)],
    }


@st.composite
def curves(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["points", "share"]))
    found = draw(rows({}, kind).filter(lambda r: len(r) > 1))
    ends = sorted(draw(st.lists(constant, min_size=len(found), max_size=len(found), unique=True)))
    at = [draw(st.sampled_from(["z", "value(x)"])) if draw(st.integers(0, 5)) == 0 else end for end in ends]
    beyond = st.sampled_from(["flat", "extended"])
    knots = [{**row, "at": end} for row, end in zip(found, at, strict=True)]
    return {"points": knots, "below": draw(beyond), "above": draw(beyond)}


@st.composite
def levels(draw: st.DrawFn) -> dict[str, Any]:
    count = draw(st.integers(2, 4))
    pick = st.lists(constant, min_size=count, max_size=count, unique=True)
    standards = sorted(draw(pick), reverse=draw(st.booleans()))
    coefficients = sorted(draw(pick), reverse=True)
    pairs = [{"standard": s, "coefficient": c} for s, c in zip(standards, coefficients, strict=True)]
    pairs[-1]["standard"] = draw(st.sampled_from([pairs[-1]["standard"], "z"]))
    return {"levels": pairs, "below_lowest": draw(amount)}


@st.composite
def composites(draw: st.DrawFn) -> dict[str, Any]:
    combine = draw(st.sampled_from(["sum", "least", "greatest"]))
    weight = {"weight": amount} if combine == "sum" else {}
    part = record({"name": st.just("一"), "of": amount, **weight}, {"out_of": amount})
    return {"combine": combine, "parts": draw(st.lists(part, min_size=1, max_size=3))}


METHODS: dict[str, st.SearchStrategy[Any]] = {
    "deduct": record({"each": amount}, {"at_most": amount, "zero_at": amount})
    | record({"lines": lines}, {"at_most": amount, "zero_at": amount}),
    "bonus": record({"each": amount, "at_most": limit}) | record({"lines": lines, "at_most": limit}),
    "checklist": record(
        {
            "start": st.sampled_from(["zero", "full"]),
            "items": st.lists(
                record({"name": st.just("一"), "done": condition, "points": amount}), min_size=1, max_size=3
            ),
        }
    ),
    "lateness": record({"days": st.just("working"), "each": amount, "grace": amount, "at_most": limit}),
    "step": record(
        {"every": size, "lose": amount, "counting": counting},
        {"side": st.sampled_from(["short", "both"]), "first": amount, "grows_by": amount, "at_most": amount},
    ),
    "completion": record({"at_most": limit}, {"at_zero": amount}),
    "ratio": record(
        {"at_most": limit, "to": amount | st.sampled_from(["peers_mean(value)", "peers_max(value)"])},
        {"at_zero": amount},
    ),
    "baseline": record({**plus_minus, "base": amount | st.just("peers_median(value)")}),
    "progress": record({**plus_minus, "past": amount}, {"zero": amount}),
    "place": places(),
    "band": bands(),
    "threshold": kinds.flatmap(
        lambda kind: st.tuples(rows({}, kind, 1), rows({}, kind, 1), st.sampled_from(["met", "missed"])).map(
            lambda t: {"met": t[0][0], "missed": t[1][0], "at_target": t[2]}
        )
    ),
    "matrix": matrices(),
    "linear": curves(),
    "efficacy": levels(),
    "composite": composites(),
    "survey": record({"out_of": amount, "at_least": constant, "at_most": limit, "ratings": st.just("review.score")},
                     {"trim_from": st.sampled_from([3, 4])})
    | record({"out_of": amount, "at_least": amount, "at_most": limit, "raters": amount}),
    "judgement": record({"picks": st.sampled_from(["points", "lost", "gained"]), "lowest": amount, "highest": amount},
                        {"ratings": st.just("review.score"), "take": st.sampled_from(["mean", "median"])}),
    "formula": st.sampled_from(
        [
            "least(value * 2, full) - or_else(z, 1)",
            {"steps": {"gap": {"name": "差", "is": "value - peers_mean(value)"},
                       "far": {"name": "远", "is": "peers_max(gap)"}}, "points": "gap / far"},
            {"points": "value", "label": "if(value > target, '优', no_text())"},
        ]
    ),
}  # fmt: skip


# ---- expressions ----

NAMED = [Name((name,)) for name in ("value", "target", "z")]
leaf: st.SearchStrategy[Node] = st.sampled_from([*NAMED, *map(number, NUMBERS)])
NO_PARTS = ("nothing", "outside", "awaited")
PEERS = ("mean", "median", "max", "min", "sum", "count", "rank")


def numeric(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """One operator more over expressions that are numbers."""
    conditions = conditional(inner)
    one = st.builds(lambda op, a: Call(op, (a,)), st.sampled_from(["negative", "abs", "floor", "ceil"]), inner)
    two = st.builds(
        lambda op, a, b: Call(op, (a, b)),
        st.sampled_from(["+", "-", "*", "/", "greatest", "least", "or_else", "steps"]),
        inner,
        inner,
    )
    rule = st.sampled_from(["half_up", "half_even", "down", "up"]).map(Text)
    rounding = st.builds(lambda a, n, r: Call("round", (a, number(n), r)), inner, st.integers(-1, 2), rule)
    short = st.builds(lambda a: Call("round", (a, number(1))), inner)
    choice = st.builds(lambda c, a, b: Call("if", (c, a, b)), conditions, inner, inner)
    known = st.builds(lambda a, c, b: Call("given", (a, c, b)), inner, conditions, inner)
    return one | two | rounding | short | choice | known | st.sampled_from([Call(op, ()) for op in NO_PARTS])


def conditional(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    compare = st.builds(
        lambda op, a, b: Call(op, (a, b)), st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner, inner
    )
    among = st.builds(lambda a, b, c: Call("in", (a, b, c)), inner, inner, inner)
    missing = st.builds(lambda op, a: Call(op, (a,)), st.sampled_from(["is_null", "is_empty"]), inner)
    who = st.sampled_from([Call("class_is", (Text(CLASSES[0]),)), Call("subject_is", (Text("b"),))])
    words = st.builds(
        lambda op, word: Call(op, (Call("label", (Name(("x",)),)), Text(word))),
        st.sampled_from(["=", "!="]),
        st.sampled_from(WORDS),
    )
    single = compare | among | missing | who | words
    joined = st.builds(lambda op, a, b: Call(op, (a, b)), st.sampled_from(["and", "or"]), single, single)
    return single | joined | st.builds(lambda a: Call("not", (a,)), single | joined)


expressions = st.recursive(leaf, numeric, max_leaves=8)


@st.composite
def among_peers(draw: st.DrawFn) -> Node:
    """A statistic of the class, of one's own or of one that is named."""
    of = draw(st.recursive(leaf, numeric, max_leaves=3))
    other = (Text(draw(st.sampled_from(CLASSES))),) if draw(st.booleans()) else ()
    op = draw(st.sampled_from(["trimmed_mean", "nth", "percentile", *PEERS]))
    if op == "rank":
        return Call("peers_rank", (of,))
    parameter = {"trimmed_mean": (0, 1, 2), "nth": (0, 1, 2, 5), "percentile": (1, 25, 50, 100)}.get(op)
    given: tuple[Node, ...] = () if parameter is None else (Number(Fraction(draw(st.sampled_from(parameter)))),)
    return Call(f"peers_{op}", (of, *given, *other))
