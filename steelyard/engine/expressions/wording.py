"""A tree in words, so that text and arithmetic cannot drift apart: the sentence is made from the formula.

The phrase of every construct stands in `phrases`; this module only puts them together, with as few brackets as keep
the text unambiguous.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Literal, cast

from steelyard.engine.expressions.nodes import Aggregate, Call, Day, Name, Node, Number, Text, Window
from steelyard.engine.expressions.phrases import (
    CHOSEN,
    JOINED,
    NAMES,
    OF_DAY,
    OF_TEXT,
    PAST,
    PEERS,
    PHRASES,
    ROUNDED,
    SUMMED,
    TOTALS,
    YEAR_PARTS,
    Rank,
)
from steelyard.engine.problems import Language

Show = Literal["number", "percent", "points_of_percent", "points", "text", "date"]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Chinese names of tables, columns (``table.column``), attributes (``unit.staff``), indicators and steps."""

    names: Mapping[str, str] = field(default_factory=dict)

    def of(self, identifier: str, language: Language) -> str:
        if identifier in self.names:
            return self.names[identifier] if language == "zh" else identifier
        return NAMES[identifier][0 if language == "zh" else 1] if identifier in NAMES else identifier

    def named(self, more: Mapping[str, str]) -> Vocabulary:
        """With further names, such as the steps of one calculation."""
        return Vocabulary({**self.names, **more})


def figure(value: Fraction, show: Show = "number") -> str:
    """An exact number in digits: ``0.98``, ``98%``, ``2026-01-31``, ``1/3`` where decimals never end."""
    if show == "date" and value.denominator == 1 and value >= 1:
        return date.fromordinal(value.numerator).isoformat()
    if show in ("percent", "points_of_percent"):
        value = value * 100
    text = _decimal(value)
    return f"{text}%" if show == "percent" else text


def _decimal(value: Fraction) -> str:
    below, places = value.denominator, 0
    while below % 10 == 0:
        below, places = below // 10, places + 1
    for prime in (2, 5):
        while below % prime == 0:
            below, places = below // prime, places + 1
    if below != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".") if places else digits
    return f"-{text}" if value < 0 else text


def words(tree: Node, language: Language, vocabulary: Vocabulary, show: Show = "number", table: str = "") -> str:
    """The tree as a reader of that language would say it. Columns of a total carry the name of their table once.

    ``table``: the one whose rows the tree speaks of, for a tree that stands inside a total.
    """
    return _Words(language, vocabulary, show, table).say(tree)


@dataclass(frozen=True, slots=True)
class _Words:
    language: Language
    vocabulary: Vocabulary
    show: Show
    table: str = ""

    def pick(self, pair: tuple[str, str]) -> str:
        return pair[0 if self.language == "zh" else 1]

    def say(self, tree: Node, least: int = Rank.IF) -> str:
        """In brackets where the phrase holds less tightly than its place asks for."""
        text, rank = self._phrase(tree)
        if rank >= least:
            return text
        return f"（{text}）" if self.language == "zh" else f"({text})"

    def _phrase(self, tree: Node) -> tuple[str, int]:
        match tree:
            case Number():
                return self._number(tree)
            case Text(value=text):
                return self.pick((f"“{text}”", f"'{text}'")), Rank.ATOM
            case Day(value=day):
                return self.pick((f"{day.year}年{day.month}月{day.day}日", day.isoformat())), Rank.ATOM
            case Name():
                return self._name(tree), Rank.ATOM
            case Aggregate():
                return self._aggregate(tree), Rank.ATOM
            case _:
                return self._call(tree)

    def _number(self, number: Number) -> tuple[str, int]:
        unit = self.pick(("个百分点", " percentage points")) if self.show == "points_of_percent" else ""
        show = "percent" if number.percent and self.show in ("number", "points") else self.show
        text = figure(number.value, show) + unit
        if number.value < 0:
            return f"−{text[1:]}", Rank.SUM
        return text, Rank.PRODUCT if "/" in text else Rank.ATOM

    def _name(self, name: Name) -> str:
        match name.parts:
            case ("unit", attribute, *past):
                moved = "".join(self._moved(*step.split(":")) for step in past)
                title = self.vocabulary.of(f"unit.{attribute}", self.language)
                own = attribute if title == f"unit.{attribute}" else title
                return f"{moved}{self.pick((f'本单位{own}', f'own {own}'))}"
            case (column,) if self.table:
                return self._column(self.table, column)
            case (table, column) if table == self.table:
                return self._column(table, column)
            case (table, column):
                if f"{table}.{column}" in self.vocabulary.names and table not in self.vocabulary.names:
                    return self.vocabulary.of(name.text, self.language)  # 四季度累计的实际值: a part of this rule
                title = self.vocabulary.of(table, self.language)
                return self.pick((f"{title}的{self._column(table, column)}", f"{table}.{column}"))
            case _:
                return self.vocabulary.of(name.text, self.language)

    def _column(self, table: str, column: str) -> str:
        """A column called 是否… is said as the condition that it is."""
        title = self.vocabulary.of(f"{table}.{column}", self.language)
        return column if title == f"{table}.{column}" else title.removeprefix("是否") or title

    def _moved(self, op: str, count: str | int = 1) -> str:
        once, many = self.pick(PAST[op][:2]), self.pick(PAST[op][2:])
        return once if int(count) == 1 else many.format(n=count)

    # -- calls ----------------------------------------------------------------------------------------------------

    def _call(self, call: Call) -> tuple[str, int]:
        if call.op == "given":
            return self._phrase(call.args[-1])
        if call.op in JOINED:
            zh, en, rank = JOINED[call.op]
            return self.pick((zh, en)).join(self.say(arg, rank + 1) for arg in call.args), rank
        if call.op in CHOSEN:
            return self._chosen(call), Rank.CHOICE
        if call.op in PEERS or call.op == "peers_rank":
            return self._peers(call), Rank.PHRASE
        if call.op in PAST:
            return self._past(call), Rank.PHRASE
        if call.op == "round":
            return self._rounded(call), Rank.ATOM
        return self._compared(call) or self._denied(call) or self._listed(call) or self._regular(call)

    def _regular(self, call: Call) -> tuple[str, int]:
        phrase = PHRASES.get(call.op)
        if phrase is None:
            separator = self.pick(("，", ", "))
            said = separator.join(self.say(arg) for arg in call.args)
            return call.op + self.pick((f"（{said}）", f"({said})")), Rank.ATOM
        said_parts = [self.say(arg, phrase.least(index)) for index, arg in enumerate(call.args)]
        rank = phrase.rank if self.language == "zh" else phrase.rank_en or phrase.rank
        return self.pick((phrase.zh, phrase.en)).format(*said_parts), rank

    def _chosen(self, call: Call) -> str:
        zh, en = CHOSEN[call.op]
        said = [self.say(arg, Rank.SUM) for arg in call.args]
        return self.pick(("、".join(said) + zh, en + ", ".join(said)))

    def _compared(self, call: Call) -> tuple[str, int] | None:
        for kind, table in ((Text, OF_TEXT), (Day, OF_DAY)):
            if call.op in table and any(isinstance(arg, kind) for arg in call.args):
                left, right = (self.say(arg, Rank.SUM) for arg in call.args)
                return f"{left}{self.pick(table[call.op])}{right}", Rank.COMPARE
        return None

    def _denied(self, call: Call) -> tuple[str, int] | None:
        match call:
            case Call(op="not", args=(Call(op="is_null", args=(inner,)),)):
                return self.say(inner, Rank.SUM) + self.pick(("不为空", " is not missing")), Rank.COMPARE
            case Call(op="not", args=(Call(op="in") as inner,)):
                return self._among(inner, ("不为", " is none of ")), Rank.COMPARE
        return None

    def _listed(self, call: Call) -> tuple[str, int] | None:
        return (self._among(call, ("为", " is one of ")), Rank.COMPARE) if call.op == "in" else None

    def _among(self, call: Call, verb: tuple[str, str]) -> str:
        value, *options = (self.say(arg, Rank.SUM) for arg in call.args)
        return value + self.pick(verb) + self.pick(("、", ", ")).join(options) + self.pick(("之一", ""))

    def _rounded(self, call: Call) -> str:
        places = int(cast(Number, call.args[1]).value)
        rule = cast(Text, call.args[2]).value if len(call.args) > 2 else "half_up"
        if places < 0:
            to = (f"到10的{-places}次方位", f"to tens to the power of {-places}")
        else:
            to = (f"到{places}位小数", f"to {places} decimals") if places else ("到整数", "to whole numbers")
        inner = self.say(call.args[0], Rank.ATOM)
        return inner + self.pick((f"（{ROUNDED[rule][0]}{to[0]}）", f" ({ROUNDED[rule][1]} {to[1]})"))

    def _past(self, call: Call) -> str:
        count = int(call.args[1].value) if len(call.args) > 1 and isinstance(call.args[1], Number) else 1
        return self._moved(call.op, count) + self.say(call.args[0], Rank.ATOM)

    # -- peers ----------------------------------------------------------------------------------------------------

    def _peers(self, call: Call) -> str:
        *rest, last = call.args
        whose = (f"{last.value}类单位", f"{last.value} units'") if isinstance(last, Text) else ("同类单位", "peers'")
        args = rest if isinstance(last, Text) else list(call.args)
        if call.op == "peers_rank":
            return self._place(args[0])
        count = self.say(args[1]) if len(args) > 1 else ""
        zh, en = (text.format(n=count) for text in PEERS[call.op])
        own = args[0] == Name(("value",))
        said = "" if own else self.say(args[0], Rank.ATOM)
        zh = SUMMED if call.op == "peers_sum" and said.endswith(zh) else zh
        return self.pick((f"{whose[0]}{said}{zh}", f"{whose[1]} {en}" + ("" if own else f" of {said}")))

    def _place(self, of: Node) -> str:
        falling = not (isinstance(of, Call) and of.op == "negative")
        said = self.say(of if falling else cast(Call, of).args[0], Rank.ATOM)
        zh = f"{said}在同类单位中由{'高到低' if falling else '低到高'}的位次"
        return self.pick((zh, f"place of {said} among peers, {'highest' if falling else 'lowest'} first"))

    # -- totals ---------------------------------------------------------------------------------------------------

    def _aggregate(self, tree: Aggregate) -> str:
        inner = replace(self, table=tree.table, show="number")
        table = self.vocabulary.of(tree.table, self.language)
        argument = "" if tree.argument is None else inner.say(tree.argument, Rank.ATOM)
        where = "" if tree.where is None else inner.say(tree.where)
        said = inner._grouped(tree, argument) if tree.per else inner._single(tree, argument)
        if self.language == "zh":
            said = said.removeprefix("的").removeprefix(table) if argument == table else said  # 入库额的入库额合计
            text = f"{table}{said}（{where}）" if where else f"{table}{said}"
        else:
            text = f"{said} of {table} ({where})" if where else f"{said} of {table}"
        return self._window(tree.window) + text

    def _single(self, tree: Aggregate, argument: str) -> str:
        level = "" if tree.level is None else figure(tree.level)
        order = "" if tree.order is None else self._column(tree.table, tree.order)
        total = self.pick(TOTALS[tree.kind]).format(level=level, order=order)
        if tree.kind == "sum" and argument.endswith(total):  # a column that is called total itself
            return f"的{argument}{SUMMED}" if self.language == "zh" else f"sum of {argument}"
        if not argument:
            return total
        if self.language == "en":
            return f"{total} {argument}{f' by {order}' if order else ''}"
        return f"{total}{argument}" if tree.order else f"的{argument}{total}"

    def _grouped(self, tree: Aggregate, argument: str) -> str:
        keys = [self._column(tree.table, key) for key in tree.per]
        inner = TOTALS[tree.inner] if tree.inner else ("", "")
        outer = self.pick(TOTALS[tree.kind])
        if self.language == "zh":
            return f"按{'、'.join(keys)}逐一取{argument}{inner[0]}后的{outer}"
        return f"{outer} over each {' and '.join(keys)} of the {inner[1]}{f' {argument}' if argument else ''}"

    def _window(self, window: Window) -> str:
        said = self._moved("last_year", window.years) if window.years else ""
        said += self._moved("previous", window.periods) if window.periods else ""
        if window.checkpoint is not None:
            part = YEAR_PARTS.get(window.checkpoint, window.checkpoint)
            alone, until = (
                (part, f"in {window.checkpoint} "),
                (f"截至{part}", f"until {window.checkpoint} "),
            )
            said += self.pick(alone if window.reach == "period" else until)
        reach = {"period": "", "to_date": "to_date", "year": "whole_year"}[window.reach]
        return said + (self._moved(reach) if reach else "")
