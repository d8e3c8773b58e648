"""A formula in words -> its tree: phrases propose, and only what the wording says in the very same words is believed.

The phrases are those that the wording is made of (`expressions.phrases`), so that a new function is read as soon as it
is said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import reduce
from itertools import islice, product
from typing import cast

from steelyard.engine.expressions.nodes import Aggregate, AggregateKind, Call, Day, Name, Node, Number, Text
from steelyard.engine.expressions.parse import MAX_CHARACTERS
from steelyard.engine.expressions.phrases import (
    CHOSEN,
    JOINED,
    OF_DAY,
    OF_TEXT,
    PAST,
    PEERS,
    PHRASES,
    ROUNDED,
    SUMMED,
    TOTALS,
)
from steelyard.engine.expressions.source import source
from steelyard.engine.expressions.wording import Show, words
from steelyard.engine.understanding.words.lexicon import Lexicon
from steelyard.engine.understanding.words.pieces import at, bracketed, depths, fits, split, tail

Trees = tuple[Node, ...]
_SIGNS = {op: PHRASES[op].zh.removeprefix("{0}").removesuffix("{1}") for op in "+-*/"}
_DEEPEST = 30
"""So many brackets in brackets nobody writes."""
_MEANINGS = 64
"""Of a long sum whose parts have two meanings each, so many are looked at; the likeliest come first."""
_NUMBER = re.compile(r"(−?)(\d+(?:\.\d+)?)(?:/([1-9]\d*))?(%|个百分点)?\Z")
_DAY = re.compile(r"(\d+)年(\d+)月(\d+)日\Z")
_CALLED = re.compile(r"([a-z_]+)（(.*)）\Z")
_PLAIN = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)?\Z", re.ASCII)
_PLACES = re.compile(r"到(?:(整数)|(\d+)位小数|10的(\d+)次方位)\Z")
_PLACE = "{0}在同类单位中由{1}的位次"
_ORDERS = {"高到低": False, "低到高": True}


@dataclass(frozen=True)
class Where:
    """Where a formula stands: the show of its numbers; inside a total the table, and whether columns carry its name."""

    show: Show = "number"
    table: str = ""
    qualified: bool = False


@dataclass(frozen=True)
class Formulas:
    """Reads the formulas of one book."""

    lexicon: Lexicon
    _known: dict[tuple[str, Where], Trees] = field(default_factory=dict, repr=False)

    def read(self, text: str, show: Show = "number") -> Trees:
        """Every tree that is said in these words; none where nobody would say so."""
        if len(text) > MAX_CHARACTERS or max(depths(text), default=0) > _DEEPEST:
            return ()
        return self._read(text, Where(show))

    def within(self, text: str, where: Where) -> str:
        """What stands inside a total, as a rule file writes it; nothing where nobody would say so."""
        found = self._read(text, where)
        return source(found[0]) if found else ""

    def _read(self, text: str, where: Where) -> Trees:
        key = (text, where)
        if key not in self._known:
            self._known[key] = ()  # a phrase is never a part of itself
            found = [tree for tree in self._proposed(text, where) if self._said(tree, where) == text]
            self._known[key] = tuple(dict.fromkeys(found))
        return self._known[key]

    def _said(self, tree: Node, where: Where) -> str:
        return words(tree, "zh", self.lexicon.vocabulary, where.show, where.table)

    def _part(self, text: str, where: Where) -> Trees:
        """A part of a phrase, which may stand in brackets."""
        inner = bracketed(text)
        return self._read(text, where) if inner is None else self._read(text, where) + self._read(inner, where)

    def _proposed(self, text: str, where: Where) -> Iterator[Node]:
        yield from _constants(text)
        yield from self._names(text, where)
        yield from self._totals(text)
        if not where.table:
            yield from self._peers(text, where)
            yield from self._past(text, where)
        for way in (self._joined, self._phrased, self._compared, self._among, self._chosen, self._rounded):
            yield from way(text, where)

    # -- names ----------------------------------------------------------------------------------------------------

    def _names(self, text: str, where: Where) -> Iterator[Node]:
        if where.table:
            for column in self.lexicon.columns(where.table, text):
                yield Name((where.table, column)) if where.qualified else Name((column,))
        for title, tables in self.lexicon.titles.items() if not where.table else ():
            if text.startswith(f"{title}的"):
                column = text.removeprefix(f"{title}的")
                yield from (Name((table, key)) for table in tables for key in self.lexicon.columns(table, column))
        yield from self._attribute(text)
        for key in self.lexicon.plain(text):
            yield Name(tuple(key.split(".")))
        if _PLAIN.match(text):  # what nobody gave a Chinese name is said by its own
            yield Name(tuple(text.split(".")))

    def _attribute(self, text: str) -> Iterator[Node]:
        title = text.removeprefix("本单位")
        if title != text:
            keys = [key.split(".", 1)[1] for key in self.lexicon.plain(title) if key.startswith("unit.")]
            yield from (Name(("unit", key)) for key in [*keys, *([title] if _PLAIN.match(title) else [])])

    # -- totals ---------------------------------------------------------------------------------------------------

    def _totals(self, text: str) -> Iterator[Node]:
        for title, tables in self.lexicon.titles.items():
            if text.startswith(title):
                for table in tables:
                    yield from self._of_table(text.removeprefix(title), table)

    def _of_table(self, rest: str, table: str) -> Iterator[Node]:
        yield from self._total(rest, table, None)
        limited = tail(rest)
        if limited is not None:
            for condition in self._read(limited[1], Where("number", table)):
                yield from self._total(limited[0], table, condition)

    def _total(self, said: str, table: str, where: Node | None) -> Iterator[Node]:
        if said == TOTALS["count"][0]:
            yield Aggregate("count", table, None, where)
        for kind, argument, level, order in _single(said):
            orders = [None] if order is None else self.lexicon.columns(table, order)
            for tree, column in product(self._argument(argument, table), orders):
                yield Aggregate(kind, table, tree, where, order=column, level=level)
        yield from self._grouped(said, table, where)

    def _argument(self, text: str, table: str) -> Iterator[Node]:
        """Said without its own name where the table is called so too (入库额合计)."""
        title = self.lexicon.vocabulary.of(table, "zh")
        for said in dict.fromkeys((text or title, title + text)):
            yield from self._part(said, Where("number", table, qualified=True))

    def _grouped(self, said: str, table: str, where: Node | None) -> Iterator[Node]:
        for parts in fits("按{0}逐一取{1}后的{2}", said):
            keys = [self.lexicon.columns(table, key) for key in split(parts[0], "、")]
            kinds = [kind for kind, (zh, _) in TOTALS.items() if zh == parts[2]]
            for per, kind, (inner, tree) in product(product(*keys), kinds, self._inner(parts[1], table)):
                yield Aggregate(kind, table, tree, where, tuple(per), inner)

    def _inner(self, said: str, table: str) -> Iterator[tuple[AggregateKind, Node | None]]:
        for kind, (zh, _) in TOTALS.items():
            if said == zh == TOTALS["count"][0]:
                yield kind, None
            elif said.endswith(zh):
                for tree in self._part(said.removesuffix(zh), Where("number", table, qualified=True)):
                    yield kind, tree

    # -- peers and the past ---------------------------------------------------------------------------------------

    def _peers(self, text: str, where: Where) -> Iterator[Node]:
        for op, rest, counted, others in _of_peers(text, self.lexicon.classes):
            own = (Name(("value",)),) if not rest else self._part(rest, where)
            for tree in own:
                yield Call(op, (tree, *counted, *others))
        for parts in fits(_PLACE, text):
            turned = _ORDERS.get(parts[1])
            for tree in self._part(parts[0], where):
                yield Call("peers_rank", (Call("negative", (tree,)) if turned else tree,))

    def _past(self, text: str, where: Where) -> Iterator[Node]:
        for op, count, rest in _moved(text):
            for tree in self._part(rest, where):
                yield Call(op, (tree, *count))
        title = text.rpartition("本单位")
        if title[1] and title[0]:
            yield from self._moved_attribute(title[0], title[1] + title[2])

    def _moved_attribute(self, moved: str, attribute: str) -> Iterator[Node]:
        for op, count, rest in _moved(moved):
            step = f"{op}:{count[0].value}" if count else op
            for name in self._attribute(attribute) if not rest else ():
                yield Name((*cast(Name, name).parts, step))

    # -- conditions and arithmetic --------------------------------------------------------------------------------

    def _joined(self, text: str, where: Where) -> Iterator[Node]:
        for op, (word, _, _) in JOINED.items():
            parts = split(text, word)
            if len(parts) > 1 and all(parts):
                for args in product(*(self._part(part, where) for part in parts)):
                    yield Call(op, args)

    def _phrased(self, text: str, where: Where) -> Iterator[Node]:
        yield from self._calculated(text, where)
        for op, phrase in PHRASES.items():
            if op not in _SIGNS:
                for parts in fits(phrase.zh, text):
                    yield from self._filled(op, [parts[number] for number in sorted(parts)], where)
        called = _CALLED.match(text)
        if called is not None:
            yield from self._filled(called[1], split(called[2], "，"), where)

    def _calculated(self, text: str, where: Where) -> Iterator[Node]:
        """Sums and products are made from left to right, however long they are."""
        for signs in ("+-", "*/"):
            found = sorted((place, op) for op in signs for place in at(text, _SIGNS[op], 1))
            starts = [0, *(place + 1 for place, _ in found)]
            parts = [text[a:b] for a, b in zip(starts, [*(place for place, _ in found), len(text)], strict=True)]
            if found and all(parts):
                for first, *rest in islice(product(*(self._part(part, where) for part in parts)), _MEANINGS):
                    yield _folded(first, zip((op for _, op in found), rest, strict=True))

    def _filled(self, op: str, parts: list[str], where: Where) -> Iterator[Node]:
        for args in product(*(self._part(part, where) for part in parts)):
            if not (op == "negative" and isinstance(args[0], Number)):
                yield Call(op, args)

    def _compared(self, text: str, where: Where) -> Iterator[Node]:
        for op, (word, _) in (*OF_TEXT.items(), *OF_DAY.items()):
            for parts in fits(f"{{0}}{word}{{1}}", text):
                yield from self._filled(op, [parts[0], parts[1]], where)
        for parts in fits("{0}不为空", text):
            yield from (Call("not", (Call("is_null", (tree,)),)) for tree in self._part(parts[0], where))

    def _among(self, text: str, where: Where) -> Iterator[Node]:
        for parts in (*fits("{0}不为{1}之一", text), *fits("{0}为{1}之一", text)):
            for args in product(*(self._part(part, where) for part in (parts[0], *split(parts[1], "、")))):
                yield Call("in", args)
                yield Call("not", (Call("in", args),))

    def _chosen(self, text: str, where: Where) -> Iterator[Node]:
        for op, (word, _) in CHOSEN.items():
            if text.endswith(word):
                yield from self._filled(op, split(text.removesuffix(word), "、"), where)

    def _rounded(self, text: str, where: Where) -> Iterator[Node]:
        limited = tail(text)
        for rule, (zh, _) in ROUNDED.items() if limited else ():
            places = _PLACES.match(cast(tuple[str, str], limited)[1].removeprefix(zh))
            if places is not None:
                digits = Number(Fraction(places[2] or (f"-{places[3]}" if places[3] else 0)))
                for tree in self._part(cast(tuple[str, str], limited)[0], where):
                    yield Call("round", (tree, digits, *(() if rule == "half_up" else (Text(rule),))))


def _folded(first: Node, rest: Iterable[tuple[str, Node]]) -> Node:
    return reduce(lambda before, part: Call(part[0], (before, part[1])), rest, first)


def _constants(text: str) -> Iterator[Node]:
    if text.startswith("“") and text.endswith("”"):
        yield Text(text[1:-1])
    day = _DAY.match(text)
    if day is not None:
        yield from _days(*(int(part) for part in day.groups()))
    found = _NUMBER.match(text)
    if found is not None:
        sign, digits, below, unit = found.groups()
        value = Fraction(digits) / Fraction(below or 1) * (-1 if sign else 1)
        yield Number(value / 100 if unit or text.endswith("%") else value, percent=unit is not None)
        yield Number(value / 100)


def _days(year: int, month: int, day: int) -> Iterator[Node]:
    try:
        yield Day(date(year, month, day))
    except (ValueError, OverflowError):  # 2月30日 is no day
        return


def _single(said: str) -> Iterator[tuple[AggregateKind, str, Fraction | None, str | None]]:
    """Kind, argument, percentile and order of what is said behind the name of a table."""
    of = said.removeprefix("的")
    for kind, (zh, _) in TOTALS.items():
        if "{order}" in zh:
            for parts in fits(zh.replace("{order}", "{0}") + "{1}", said):
                yield kind, parts[1], None, parts[0]
        elif "{level}" in zh:
            for parts in fits("{0}" + zh.replace("{level}", "{1}"), of):
                yield from _level(kind, parts)
        elif of.endswith(zh):
            yield kind, of.removesuffix(zh), None, None
    if of.endswith(SUMMED):
        yield "sum", of.removesuffix(SUMMED), None, None


def _level(kind: AggregateKind, parts: dict[int, str]) -> Iterator[tuple[AggregateKind, str, Fraction | None, None]]:
    if re.fullmatch(r"\d+(\.\d+)?", parts[1]):
        yield kind, parts[0], Fraction(parts[1]), None


def _of_peers(text: str, classes: Collection[str]) -> Iterator[tuple[str, str, Trees, Trees]]:
    """Function, what is held against peers, its whole number, and the class."""
    for parts in fits("{0}类单位{1}", text):
        if parts[0] != "同" and parts[0] not in classes:
            continue
        others: Trees = () if parts[0] == "同" else (Text(parts[0]),)
        for op, (zh, _) in PEERS.items():
            yield from _statistic(op, zh, parts[1], others)
        if parts[1].endswith(SUMMED):
            yield "peers_sum", parts[1].removesuffix(SUMMED), (), others


def _statistic(op: str, zh: str, said: str, others: Trees) -> Iterator[tuple[str, str, Trees, Trees]]:
    found = re.search(re.escape(zh).replace(r"\{n\}", r"(\d+)") + r"\Z", said)
    if found is not None:
        yield op, said[: found.start()], tuple(Number(Fraction(n)) for n in found.groups()), others


def _moved(text: str) -> Iterator[tuple[str, tuple[Number, ...], str]]:
    """Function of the past, how far where it is not once, and what it is said of."""
    for op, (once, _, many, _) in PAST.items():
        if text.startswith(once):
            yield op, (), text.removeprefix(once)
        found = re.match(re.escape(many).replace(r"\{n\}", r"(\d+)"), text)
        if found is not None and found.groups():
            yield op, (Number(Fraction(found[1])),), text[found.end() :]
