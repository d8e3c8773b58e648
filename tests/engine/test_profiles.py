"""Rows are told apart by the simple conditions that they meet, however many there are and whenever they turn up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from types import ModuleType

import numpy as np
import pytest

from steelyard.engine.expressions.measures import Grouped, Plain, Spread
from steelyard.engine.expressions.rows import Atom, Row, constant, row
from steelyard.engine.planning.rolling import Answer
from steelyard.engine.planning.runner import Runner
from steelyard.engine.planning.scans import Scan
from steelyard.engine.planning.stretches import Stretch
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.totalling import answering, groups, plain
from steelyard.engine.totalling.answering import Direct
from steelyard.engine.totalling.column import Block, Column
from steelyard.engine.totalling.profiles import Profiles
from steelyard.engine.totalling.steps import Steps

NAMES = "abcdefghijkl"
DAYS = Stretch(date(2026, 1, 1), date(2026, 2, 1))
FIRST = DAYS.start.toordinal() - date(1970, 1, 1).toordinal()
UNIT = Subjects.alone(["u"])


def column(name: str) -> Row:
    return Row("column", bound=9, value=name)


def above(name: str, number: int) -> Row:
    return row(">", column(name), constant(number), kind="boolean")


def scan(*atoms: Atom) -> Scan:
    return Scan("cases", ("unit",), "day", "date", Plain(), atoms, (DAYS,), monthly=True)


def grouped(*keys: str) -> Scan:
    """Over groups of these keys: how many, and what the rows with a > 0 make of b in each."""
    inside = Atom("sum", column("b"), above("a", 0)), Atom("min", column("b"), above("a", 0))
    counts = Atom("count", inner=Atom("count", where=above("a", 0))), Atom("count", inner=Atom("count"))
    outer = Atom("sum", inner=inside[0]), Atom("max", inner=inside[1]), Atom("distinct", inner=inside[0])
    shape = Grouped(tuple(map(column, keys)))
    return Scan("cases", ("unit",), "day", "date", shape, (*counts, *outer), (DAYS,))


def block(rows: Sequence[Sequence[int | None]]) -> Block:
    """One column a letter, None for unknown; all rows are of unit u on the first day."""
    columns = {
        name: Column(np.array([one or 0 for one in found], np.int8), np.array([one is not None for one in found]))
        for name, found in zip(NAMES, zip(*rows, strict=True), strict=False)
    }
    same = np.zeros(len(rows), np.int8)
    return Block(len(rows), {**columns, "unit": Column(same, None, ("u",)), "day": Column(same + np.int32(FIRST))})


class Given:
    def __init__(self, *blocks: Block) -> None:
        self._blocks = blocks

    def blocks(self, *_: object) -> Iterator[Block]:
        return iter(self._blocks)

    def rows(self, _: str) -> int:
        return sum(block.rows for block in self._blocks)


def nobody() -> Runner:
    raise AssertionError("everything is answered here")


def totals(wanted: Scan, *blocks: Block, held: int = 10**6, other: Callable[[], Runner] = nobody) -> list[int]:
    (answer,) = Direct(Given(*blocks), other, held).answers([(wanted, UNIT)])
    return [int(column[0]) for column in answer.values]


def test_rows_share_a_number_where_all_answers_are_the_same() -> None:
    """Twelve conditions are more than fit into one byte."""
    wanted = scan(*(Atom("count", None, above(name, 0)) for name in NAMES))
    rows = list(product([0, 1], repeat=12))
    profiles = Profiles([wanted])
    numbers = profiles.numbers(Steps(block(rows)))
    assert len(set(numbers.tolist())) == profiles.count == 2**12
    again = profiles.numbers(Steps(block(rows[::-1])))
    assert again.tolist() == numbers[::-1].tolist()
    met = profiles.facts().meets(above("l", 0))
    assert [bool(met[number]) for number in numbers] == [one[-1] == 1 for one in rows]


def test_what_is_unknown_is_neither_met_nor_not_met() -> None:
    condition = above("a", 0)
    wanted = scan(
        Atom("count", None, condition),
        Atom("count", None, row("not", condition, kind="boolean")),
        Atom("count", None, row("or", condition, above("b", 0), kind="boolean")),
        Atom("sum", column("a"), row("not", row("and", condition, above("b", 0), kind="boolean"), kind="boolean")),
    )
    assert totals(wanted, block([(1, 1), (0, 0), (None, 1), (None, 0), (5, None)])) == [2, 1, 3, 0]


@pytest.mark.parametrize("limited", [answering, plain])
def test_numbering_anew_and_adding_up_early_change_nothing(
    limited: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = scan(
        Atom("count", None, above("a", 1)),
        Atom("sum", column("b"), above("a", 0)),
        Atom("min", column("b"), above("a", 0)),
        Atom("max", column("b"), above("c", 0)),
    )
    blocks = [block([(1, 5, 0), (2, 3, 1)]), block([(0, 7, 1), (2, 3, 0), (2, 9, 0)]), block([(2, 1, 0)])]
    expected = totals(wanted, *blocks)
    assert expected == [4, 21, 1, 7]
    monkeypatch.setattr(limited, "MOST", 1)
    assert totals(wanted, *blocks) == expected


MANY = [block([(1, 5, 0), (2, 3, 1), (0, 9, 1)]), block([(0, 7, 1), (2, 4, 0), (2, 9, 0)]), block([(2, 1, 2)])]


def test_groups_put_together_early_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the values of c, 0 has rows with a > 0 of b = 5, 4, 9, then 1 has 3, and 2 has 1."""
    assert totals(grouped("c"), *MANY) == [3, 3, 22, 4, 3]
    monkeypatch.setattr(groups, "MOST", 1)
    assert totals(grouped("c"), *MANY) == [3, 3, 22, 4, 3]


def test_groups_that_are_only_counted_are_the_same_put_together_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a and c there are (1, 0), (2, 1), (0, 1), (2, 0), (2, 2): four with a > 0, of two of them a row with b > 3."""
    both = row("and", above("a", 0), above("b", 3), kind="boolean")
    counts = Atom("count", inner=Atom("count", where=above("a", 0))), Atom("count", inner=Atom("count", where=both))
    wanted = Scan("cases", ("unit",), "day", "date", Grouped((column("a"), column("c"))), counts, (DAYS,))
    for most in (groups.MOST, 1):
        monkeypatch.setattr(groups, "MOST", most)
        assert totals(wanted, *MANY) == [4, 2]


def test_keys_too_large_to_carry_conditions_make_the_same_groups() -> None:
    rows = block([(1, 0, 0), (0, 0, 0), (2, 0, 0), (0, 0, 0)])
    large = Column(np.array([2**61, -(2**61), 2**61, 7]))
    counts = Atom("count", inner=Atom("count", where=above("a", 0))), Atom("count", inner=Atom("count"))
    wanted = Scan("cases", ("unit",), "day", "date", Grouped((column("b"),)), counts, (DAYS,))
    assert totals(wanted, Block(4, {**rows.columns, "b": large})) == [1, 3]


def test_what_two_scans_ask_alike_is_found_once() -> None:
    """How many values b has, and their median, where a > 0."""
    met = above("a", 0)
    different = Scan(
        "cases", ("unit",), "day", "date", Grouped((column("b"),)),
        (Atom("count", inner=Atom("count", where=met)),), (DAYS,),
    )  # fmt: skip
    middle = Atom("percentile", column("b"), met, level=(1, 2))
    spread = Scan("cases", ("unit",), "day", "date", Spread(column("b"), met), (middle,), (DAYS,))
    found = Direct(Given(*MANY), nobody, 10**6).answers([(different, UNIT), (spread, UNIT)])
    assert [int(answer.values[0][0]) for answer in found] == [5, 4]


def test_groups_that_are_too_many_are_left_to_the_other_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MOST", 1)
    asked: list[Scan] = []

    class Other:
        def answers(self, rest: Sequence[tuple[Scan, Subjects]]) -> list[Answer]:
            asked.extend(scan for scan, _ in rest)
            return [Answer(["u"], np.zeros(1, np.int64), [np.array([4711])])]

    assert totals(grouped("b", "c"), *MANY, held=8, other=Other) == [4711]
    assert asked == [grouped("b", "c")]


def test_no_rows_are_no_cells() -> None:
    (answer,) = Direct(Given(), nobody, 10).answers([(scan(Atom("sum", column("a"))), UNIT)])
    assert list(answer.codes) == []


def test_scans_of_the_same_days_by_unit_and_by_officer_keep_their_codes_apart() -> None:
    rows = block([[1], [2], [4]])
    officers = Column(np.array([0, 1, 0], np.int8), None, ("p", "q"))
    by_unit = scan(Atom("sum", column("a")))
    by_officer = replace(by_unit, owners=("officer",))
    given = Given(Block(rows.rows, {**rows.columns, "officer": officers}))
    found = Direct(given, nobody, 10).answers([(by_unit, UNIT), (by_officer, UNIT)])
    sums = [dict(zip(answer.codes, answer.values[0].tolist(), strict=True)) for answer in found]
    assert sums == [{"u": 7}, {"p": 5, "q": 2}]
