"""Expressions for one subject at a time, in plain Python fractions: the slow twin of `engine.arithmetic`.

A value is a fraction, a word, a yes or no, or the reason why there is none. Days are counted from the first of
January of year 1. Nothing here is shared with the arithmetic that it checks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from functools import total_ordering
from typing import TypeAlias, cast

from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Node, Number, Text


@total_ordering
class Missing(Enum):
    """Why there is no value; the weightier reason wins. Not numbers, lest a reason equal a 1 or a True."""

    EMPTY = 1
    AWAITED = 2
    ABSENT = 3
    OUTSIDE = 4

    def __lt__(self, other: Missing) -> bool:
        return self.value < other.value


Value: TypeAlias = Fraction | str | bool | Missing


@dataclass(eq=False)
class Subject:
    """One subject in one period. ``company`` is everybody of that period, itself included, each with its class.

    ``names`` holds what single names stand for; other indicators stand there as ``value(x)``, ``points(x)``.
    ``ratings`` holds the known ratings of a column ``table.column``. ``past`` is the same subject in the past:
    (``last_year``, 2) two years ago.
    """

    code: str = ""
    group: str | None = None
    names: dict[str, Value] = field(default_factory=dict)
    totals: Mapping[Aggregate, Value] = field(default_factory=dict)
    ratings: Mapping[str, Sequence[Fraction]] = field(default_factory=dict)
    company: list[Subject] = field(default_factory=list)
    past: Callable[[str, int], Subject] | None = None


def evaluate(tree: Node, subject: Subject) -> Value:
    match tree:
        case Number(value=value):
            return value
        case Text(value=word):
            return word
        case Day(value=day):
            return Fraction(day.toordinal())
        case Name():
            return subject.names[tree.text]
        case Aggregate():
            return subject.totals[tree]
        case Call(op="value" | "points" | "label" as op, args=(Name() as indicator,)):
            return subject.names[f"{op}({indicator.text})"]
        case Call(op=op) if op.startswith("peers_"):
            return _peers(tree, subject)
        case Call(op="last_year" | "previous" | "to_date" | "whole_year" as op, args=(inner, *count)):
            past = cast("Callable[[str, int], Subject]", subject.past)
            return evaluate(inner, past(op, int(cast(Number, count[0]).value) if count else 1))
        case _:
            return _OPERATORS[tree.op](subject, *tree.args)


def known(function: Callable[..., Value], *values: Value) -> Value:
    """The function of the values if all are there, else the weightiest reason why not."""
    missing = [value for value in values if isinstance(value, Missing)]
    return max(missing) if missing else function(*values)


Operator: TypeAlias = Callable[..., Value]


def _plain(function: Callable[..., Value]) -> Operator:
    """An operator that needs all its parts."""
    return lambda subject, *args: known(function, *(evaluate(arg, subject) for arg in args))


def divided(a: Fraction, b: Fraction) -> Value:
    return a / b if b else Missing.EMPTY


def whole_steps(distance: Fraction, size: Fraction) -> Value:
    return Fraction(max(distance, Fraction(0)) / size // 1) if size else Missing.EMPTY


def rounded(value: Fraction, places: int, rule: str) -> Fraction:
    """The size is rounded, the sign put back."""
    size = abs(value) * Fraction(10) ** places
    down = size // 1
    half = size - down - Fraction(1, 2)
    up = {
        "half_up": half >= 0,
        "half_even": half > 0 or (half == 0 and down % 2 == 1),
        "up": size > down,
        "down": False,
    }[rule]
    result = Fraction(down + up) / Fraction(10) ** places
    return -result if value < 0 else result


def _round(subject: Subject, inner: Node, places: Node, rule: Node | None = None) -> Value:
    to, name = int(cast(Number, places).value), "half_up" if rule is None else cast(Text, rule).value
    return known(lambda value: rounded(value, to, name), evaluate(inner, subject))


def _and(subject: Subject, *args: Node) -> Value:
    answers = [evaluate(arg, subject) for arg in args]
    return False if False in answers else known(lambda *_: True, *answers)


def _or(subject: Subject, *args: Node) -> Value:
    answers = [evaluate(arg, subject) for arg in args]
    return True if True in answers else known(lambda *_: False, *answers)


def _in(subject: Subject, value: Node, *options: Node) -> Value:
    return _or(subject, *(Call("=", (value, option)) for option in options))


def _if(subject: Subject, condition: Node, then: Node, otherwise: Node) -> Value:
    return evaluate(then if evaluate(condition, subject) is True else otherwise, subject)


def _given(subject: Subject, *args: Node) -> Value:
    needed = [evaluate(arg, subject) for arg in args[:-1]]
    return known(lambda *_: evaluate(args[-1], subject), *needed)


def _or_else(subject: Subject, first: Node, second: Node) -> Value:
    found = evaluate(first, subject)
    return evaluate(second, subject) if isinstance(found, Missing) else found


def _is(*reasons: Missing) -> Operator:
    return lambda subject, arg: any(evaluate(arg, subject) is reason for reason in reasons)


def _always(value: Value) -> Operator:
    return lambda _: value


_OPERATORS: Mapping[str, Operator] = {
    "+": _plain(lambda a, b: a + b),
    "-": _plain(lambda a, b: a - b),
    "*": _plain(lambda a, b: a * b),
    "/": _plain(divided),
    "negative": _plain(lambda a: -a),
    "abs": _plain(abs),
    "floor": _plain(lambda a: Fraction(a // 1)),
    "ceil": _plain(lambda a: Fraction(-(-a // 1))),
    "greatest": _plain(max),
    "least": _plain(min),
    "steps": _plain(whole_steps),
    "=": _plain(lambda a, b: a == b),
    "!=": _plain(lambda a, b: a != b),
    "<": _plain(lambda a, b: a < b),
    "<=": _plain(lambda a, b: a <= b),
    ">": _plain(lambda a, b: a > b),
    ">=": _plain(lambda a, b: a >= b),
    "not": _plain(lambda a: not a),
    "and": _and,
    "or": _or,
    "in": _in,
    "if": _if,
    "given": _given,
    "or_else": _or_else,
    "round": _round,
    "is_null": _is(*Missing),
    "is_empty": _is(Missing.EMPTY, Missing.OUTSIDE),
    "nothing": _always(Missing.EMPTY),
    "no_text": _always(Missing.EMPTY),
    "awaited": _always(Missing.AWAITED),
    "outside": _always(Missing.OUTSIDE),
    "class_is": lambda subject, name: subject.group == cast(Text, name).value,
    "subject_is": lambda subject, code: subject.code == cast(Text, code).value,
}


def _peers(tree: Call, subject: Subject) -> Value:
    """Among the peers who have a number; of none there is no statistic, but their count is 0."""
    args = list(tree.args)
    group = cast(Text, args.pop()).value if isinstance(args[-1], Text) else subject.group
    numbers = sorted(
        value
        for peer in subject.company
        if group is not None and peer.group == group and isinstance(value := evaluate(args[0], peer), Fraction)
    )
    if tree.op == "peers_count":
        return Fraction(len(numbers))
    if tree.op == "peers_rank":
        own = evaluate(args[0], subject)
        return known(
            lambda *_: Fraction(1 + sum(value > cast(Fraction, own) for value in numbers)), own, _belongs(subject)
        )
    parameter = int(cast(Number, args[1]).value) if len(args) > 1 else 0
    return statistic(tree.op, numbers, parameter) if numbers else Missing.EMPTY


def _belongs(subject: Subject) -> Value:
    """Who is in no class has no place."""
    return Missing.EMPTY if subject.group is None else True


def statistic(op: str, numbers: Sequence[Fraction], n: int) -> Value:
    """Of at least one number, ascending."""
    match op:
        case "peers_mean":
            return sum(numbers, Fraction(0)) / len(numbers)
        case "peers_sum":
            return sum(numbers, Fraction(0))
        case "peers_max":
            return numbers[-1]
        case "peers_min":
            return numbers[0]
        case "peers_median":
            return (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2
        case "peers_trimmed_mean":
            kept = numbers[n : len(numbers) - n]
            return sum(kept, Fraction(0)) / len(kept) if kept else Missing.EMPTY
        case "peers_nth":
            return numbers[-n] if 1 <= n <= len(numbers) else Missing.EMPTY
        case _:  # peers_percentile, nearest rank
            return next(v for i, v in enumerate(numbers, start=1) if Fraction(i * 100, len(numbers)) >= n)
