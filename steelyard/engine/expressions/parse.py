"""Text of an expression -> tree, or a problem that points at the character."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeVar, cast

from lark import Lark, Token, Transformer, Tree, v_args
from lark.exceptions import LarkError, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError
from lark.tree import Meta

from steelyard.engine.expressions.nodes import (
    AGGREGATES,
    Aggregate,
    AggregateKind,
    Call,
    Day,
    Name,
    Node,
    Number,
    Span,
    Text,
    children,
)
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse

CATALOGUE.add(
    {
        "expression-syntax": (
            "表达式第 {position} 个字符“{found}”处看不懂：{text}；此处可以是：{expected}",
            "cannot read the expression at character {position} '{found}': {text}; expected here: {expected}",
        ),
        "expression-too-big": (
            "表达式过长或嵌套过深（上限 {limit}）；请拆成几个指标",
            "the expression is too long or nested too deeply (limit {limit}); split it into several indicators",
        ),
        "expression-date": (
            "日期“{found}”不存在；请写成 date '2026-01-31'",
            "there is no such date '{found}'; write date '2026-01-31'",
        ),
        "expression-aggregate": (
            "{kind}(…) 的写法应为：{usage}",
            "write {kind}(…) as: {usage}",
        ),
    }
)

MAX_CHARACTERS = 2_000
MAX_DEPTH = 100
MAX_NODES = 1_000
MAX_DIGITS = 30
"""Of one number: what has more cannot be shown."""

USAGE: dict[str, str] = {
    "count": "count(filing)  |  count(filing where late_days > 0)",
    "sum": "sum(filing.amount where …)  |  sum(max(award.points) per matter)",
    "avg": "avg(hall.wait_minutes where …)",
    "min": "min(hall.wait_minutes where …)",
    "max": "max(hall.wait_minutes where …)",
    "distinct": "distinct(filing.taxpayer where …)",
    "percentile": "percentile(hall.wait_minutes, 90 where …)",
    "first": "first(report.amount where … by reported_on)",
    "last": "last(report.amount where … by reported_on)",
}


def parse(text: str, place: Place | None = None) -> Node:
    """The tree of one expression.

    ``place`` is where its first character stands, so that problems point into the rule file.
    Raises `Refused` with ``expression-syntax``, ``-too-big``, ``-date`` or ``-aggregate``.
    """
    at = place or Place("")
    if len(text) > MAX_CHARACTERS:
        raise refuse("expression-too-big", at, limit=f"{MAX_CHARACTERS} 字符 characters")
    try:
        written = _grammar().parse(unicodedata.normalize("NFC", text))
        _bounded(written, lambda part: [c for c in part.children if isinstance(c, Tree)], at)
        tree = _Build().transform(written)
    except VisitError as error:
        raise _moved(error.orig_exc, at) from error
    except LarkError as error:
        raise Refused([_syntax(error, text, at)]) from error
    _bounded(tree, children, at)
    return tree


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    grammar = files("steelyard.engine.expressions").joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def _syntax(error: LarkError, text: str, place: Place) -> Problem:
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    offset = len(text) if ended or not isinstance(error, UnexpectedInput) else error.pos_in_stream or 0
    accepted = error.allowed if isinstance(error, UnexpectedCharacters) else getattr(error, "expected", ())
    params = {
        "position": offset + 1,
        "found": text[offset : offset + 8] or "（结尾 end）",
        "text": text if len(text) <= 80 else text[max(0, offset - 40) : offset + 40],
        "expected": _plainly(accepted or ()),
    }
    return Problem("expression-syntax", _shift(place, offset), params)


_PLAIN = {
    "NAME": "名称 name", "NUMBER": "数 number", "PERCENT": "5%", "TEXT": "'文字 text'", "LPAR": "(", "RPAR": ")",
    "COMPARE": "= != < <= > >=", "PLUS": "+", "MINUS": "-", "TIMES": "*", "OVER": "/", "COMMA": ",", "DOT": ".",
    "$END": "结尾 end",
}  # fmt: skip


def _plainly(terminals: object) -> str:
    return "  ".join(sorted(_PLAIN.get(str(t), str(t).lower()) for t in cast(Any, terminals)))


def _shift(place: Place, offset: int) -> Place:
    return Place(place.file, place.line, place.column + offset) if place.line else place


def _moved(error: BaseException, place: Place) -> BaseException:
    """A problem found while building, at its place in the file instead of in the expression."""
    if not isinstance(error, Refused):
        return error
    return Refused(Problem(p.code, _shift(place, p.place.column), p.params) for p in error.problems)


T = TypeVar("T")


def _bounded(tree: T, below: Callable[[T], Iterable[T]], place: Place) -> None:
    """Level by level, so that a hostile depth is measured without recursion."""
    level, depth, count = [tree], 0, 0
    while level and depth <= MAX_DEPTH and count <= MAX_NODES:
        depth, count = depth + 1, count + len(level)
        level = [child for node in level for child in below(node)]
    if depth > MAX_DEPTH or count > MAX_NODES:
        raise refuse("expression-too-big", place, limit=f"{MAX_DEPTH} 层 levels, {MAX_NODES} 项 nodes")


_OPERATOR = {"<>": "!="}


def _digits(written: str, meta: Meta) -> Fraction:
    if len(written) > MAX_DIGITS:
        raise refuse("expression-too-big", _here(meta), limit=f"{MAX_DIGITS} 位数字 digits")
    return Fraction(str(written))


@v_args(inline=True, meta=True)
class _Build(Transformer[Token, Node]):
    """From the parser's tree to ours, bottom-up."""

    def number(self, meta: Meta, token: Token) -> Node:
        return Number(_digits(token, meta), _span(meta))

    def percent(self, meta: Meta, token: Token) -> Node:
        return Number(_digits(token[:-1], meta) / 100, _span(meta), percent=True)

    def text(self, meta: Meta, token: Token) -> Node:
        return Text(str(token)[1:-1], _span(meta))

    def day(self, meta: Meta, token: Token) -> Node:
        try:
            return Day(date.fromisoformat(str(token)[1:-1]), _span(meta))
        except ValueError as error:
            raise refuse("expression-date", _here(meta), found=str(token)[1:-1]) from error

    def name(self, meta: Meta, *parts: Token) -> Node:
        return Name(tuple(str(part) for part in parts), _span(meta))

    def compare(self, meta: Meta, left: Node, operator: Token, right: Node) -> Node:
        return Call(_OPERATOR.get(str(operator), str(operator)), (left, right), _span(meta))

    def among(self, meta: Meta, *items: Node) -> Node:
        return Call("in", items, _span(meta))

    def not_among(self, meta: Meta, *items: Node) -> Node:
        return Call("not", (Call("in", items, _span(meta)),), _span(meta))

    def between(self, meta: Meta, value: Node, low: Node, high: Node) -> Node:
        span = _span(meta)
        return Call("and", (Call(">=", (value, low), span), Call("<=", (value, high), span)), span)

    def is_null(self, meta: Meta, value: Node) -> Node:
        return Call("is_null", (value,), _span(meta))

    def is_not_null(self, meta: Meta, value: Node) -> Node:
        return Call("not", (Call("is_null", (value,), _span(meta)),), _span(meta))

    def denial(self, meta: Meta, value: Node) -> Node:
        return Call("not", (value,), _span(meta))

    def both(self, meta: Meta, *parts: Node) -> Node:
        return Call("and", parts, _span(meta))

    def either(self, meta: Meta, *parts: Node) -> Node:
        return Call("or", parts, _span(meta))

    def negative(self, meta: Meta, _sign: Token, value: Node) -> Node:
        if isinstance(value, Number):
            return Number(-value.value, _span(meta), value.percent)
        return Call("negative", (value,), _span(meta))

    def arithmetic(self, meta: Meta, first: Node, *rest: Any) -> Node:
        result = first
        for operator, operand in zip(rest[::2], rest[1::2], strict=True):
            result = Call(str(operator), (result, operand), _span(meta))
        return result

    def where(self, _meta: Meta, condition: Node) -> tuple[str, Node]:
        return "where", condition

    def per(self, _meta: Meta, *names: Token) -> tuple[str, tuple[str, ...]]:
        return "per", tuple(str(name) for name in names)

    def by(self, _meta: Meta, column: Token) -> tuple[str, str]:
        return "by", str(column)

    def call(self, meta: Meta, function: Token, *parts: Any) -> Node:
        clauses: dict[str, Any] = dict(part for part in parts if isinstance(part, tuple))
        args = tuple(part for part in parts if not isinstance(part, tuple))
        if str(function) not in AGGREGATES:
            if clauses:
                raise refuse("expression-aggregate", _here(meta), kind=str(function), usage=" | ".join(AGGREGATES))
            return Call(str(function), args, _span(meta))
        kind = cast(AggregateKind, str(function))
        aggregate = _aggregate(kind, args, clauses, _span(meta))
        if aggregate is None:
            raise refuse("expression-aggregate", _here(meta), kind=kind, usage=USAGE[kind])
        return aggregate


def _aggregate(kind: AggregateKind, args: tuple[Node, ...], clauses: dict[str, Any], span: Span) -> Aggregate | None:
    """One aggregate from its written parts, or None when the parts do not fit its kind."""
    where, per, order = clauses.get("where"), clauses.get("per", ()), clauses.get("by")
    if kind == "percentile":
        return _percentile(args, where, span) if not (per or order) else None
    if len(args) != 1 or (order is not None) != (kind in ("first", "last")):
        return None
    inner = args[0]
    if per:
        if not isinstance(inner, Aggregate) or where is not None or inner.per or inner.order:
            return None
        return Aggregate(kind, inner.table, inner.argument, inner.where, per, inner.kind, span=span)
    if isinstance(inner, Name) and kind == "count" and len(inner.parts) == 1:
        return Aggregate(kind, inner.parts[0], None, where, span=span)
    table = _table(inner)
    if table is None or kind == "count":
        return None
    return Aggregate(kind, table, inner, where, order=order, span=span)


def _percentile(args: tuple[Node, ...], where: Node | None, span: Span) -> Aggregate | None:
    match args:
        case (argument, Number(value=level)) if 0 < level < 100:
            table = _table(argument)
            return Aggregate("percentile", table, argument, where, level=level, span=span) if table else None
        case _:
            return None


def _table(node: Node) -> str | None:
    """The table that an argument such as ``filing.amount - filing.paid`` speaks of: the first one named."""
    if isinstance(node, Name):
        return node.parts[0] if len(node.parts) == 2 else None
    tables = (table for child in children(node) if (table := _table(child)))
    return next(tables, None)


def _span(meta: Meta) -> Span:
    return (meta.start_pos, meta.end_pos) if not meta.empty else (0, 0)


def _here(meta: Meta) -> Place:
    return Place("", 0, _span(meta)[0])
