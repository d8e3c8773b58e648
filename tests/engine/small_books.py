"""Random small tables and random expressions of the grammar: few units, small numbers, many gaps and ties."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from steelyard.engine.expressions.nodes import Aggregate, Window
from steelyard.engine.expressions.parse import parse
from steelyard.engine.expressions.schema import ColumnType, TableSchema
from steelyard.engine.planning.subjects import Subjects

CASES = TableSchema(
    "cases",
    {
        "id": ColumnType("text"), "unit": ColumnType("text"), "officer": ColumnType("text"),
        "due": ColumnType("date"), "done": ColumnType("date"), "seen": ColumnType("datetime"),
        "amount": ColumnType("number", 2, 10**6 - 1), "points": ColumnType("number", 0, 10**4 - 1),
        "minutes": ColumnType("number"), "kind": ColumnType("text"), "urgent": ColumnType("boolean"),
    },
    title="案件", titles={"金额": "amount", "类别": "kind"},
    unit="unit", officer="officer", date="due", key=("id",),
)  # fmt: skip
ARROW = pa.schema({
    "id": pa.string(), "unit": pa.string(), "officer": pa.string(), "due": pa.date32(), "done": pa.date32(),
    "seen": pa.timestamp("s"), "amount": pa.decimal128(6, 2), "points": pa.decimal128(4, 0), "minutes": pa.int64(),
    "kind": pa.string(), "urgent": pa.bool_(),
})  # fmt: skip
PARENTS = {"a": "p", "b": "p", "c": "q", "p": "q", "q": None}
UNITS = Subjects.rolled(["a", "b", "p", "q", "nobody"], PARENTS)
BELOW: dict[Any, set[Any]] = {
    "a": {"a"},
    "b": {"b"},
    "p": {"p", "a", "b"},
    "q": {"q", "c", "p", "a", "b"},
    "nobody": {"nobody"},
}

DAYS = st.sampled_from([date(2025, 1, 31), date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 28)])


def _row(identity: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({
        "id": st.sampled_from([str(identity), "same", None]),
        "unit": st.sampled_from(["a", "a", "b", "c", "p", "stranger", None]),
        "officer": st.sampled_from(["x", "y", None]),
        "due": st.none() | DAYS,
        "done": st.none() | DAYS,
        "seen": st.none() | st.sampled_from([datetime(2026, 1, 1), datetime(2026, 1, 31, 23, 59, 59)]),
        "amount": st.none() | st.integers(-3, 5).map(lambda n: Decimal(n * 50) / 100),
        "points": st.none() | st.integers(-2, 3).map(Decimal),
        "minutes": st.none() | st.integers(-1, 4),
        "kind": st.none() | st.sampled_from(["x", "y", "o'x\\n${x}"]),
        "urgent": st.none() | st.booleans(),
    })  # fmt: skip


TABLES = st.integers(0, 14).flatmap(lambda size: st.tuples(*(_row(index) for index in range(size)))).map(list)


def arrow(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, ARROW)


# -- expressions as people would write them --------------------------------------------------------------------------

_NUMBERS = st.sampled_from(["amount", "金额", "cases.points", "minutes", "0", "1", "-2", "0.5", "50%", "3"])
_DATES = st.sampled_from(["due", "done", "date '2026-01-01'", "done - 31", "due + 1"])
_TEXTS = st.sampled_from(["kind", "'x'", "类别", "''", "officer"])
_COMPARE = st.sampled_from(["=", "!=", "<>", "<", "<=", ">", ">="])


def _bigger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    condition = _conditions(inner)
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
        st.builds("({} / {})".format, inner, st.sampled_from(["2", "0.3", "-4"])),
        st.builds("-({})".format, inner),
        st.builds("abs({})".format, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["least", "greatest"]), inner, inner),
        st.builds("if({}, {}, {})".format, condition, inner, inner),
        st.builds("days({}, {})".format, _DATES, st.one_of(_DATES, st.just("seen"))),
        st.builds("{}({})".format, st.sampled_from(["year", "month"]), _DATES),
    )


def _conditions(number: st.SearchStrategy[str], *more: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    plain = st.one_of(
        st.builds("{} {} {}".format, number, _COMPARE, number),
        st.builds("{} / {} {} {}".format, number, number, _COMPARE, number),
        st.builds("{} {} {} / {}".format, number, _COMPARE, number, number),
        st.builds("{} {} {}".format, _TEXTS, _COMPARE, _TEXTS),
        st.builds("{} {} {}".format, _DATES, _COMPARE, _DATES),
        st.builds("{} between {} and {}".format, number, number, number),
        st.builds(
            "{} {} ('x', {})".format, st.sampled_from(["kind", "officer"]), st.sampled_from(["in", "not in"]), _TEXTS
        ),
        st.builds("{} in (0, {}, {})".format, number, number, number),
        st.builds("{} is {}".format, number, st.sampled_from(["null", "not null"])),
        st.sampled_from(["urgent", "seen is null", "urgent = (minutes > 1)"]),
        *more,
    )
    return st.recursive(
        plain,
        lambda part: st.one_of(
            st.builds("({} {} {})".format, part, st.sampled_from(["and", "or"]), part),
            st.builds("not ({})".format, part),
        ),
        max_leaves=3,
    )


NUMBERS = st.recursive(_NUMBERS, _bigger, max_leaves=3)
_NESTED = st.builds(
    "{} {} {}".format,
    st.sampled_from(["amount", "points * 2", "minutes"]),
    _COMPARE,
    st.sampled_from([
        "avg(cases.amount) / 2", "avg(cases.points where urgent)", "max(cases.minutes)", "sum(cases.points)",
        "min(cases.amount where minutes > 0)", "count(cases where urgent or points > 0)",
        "avg(cases.minutes) * 1.5 - 1", "sum(cases.amount) / count(cases where urgent)",
    ]),
)  # fmt: skip
_WHERE = st.one_of(
    st.just(""),
    _conditions(NUMBERS).map(" where {}".format),
    _conditions(NUMBERS, _NESTED, _NESTED).map(" where {}".format),
)
_ARGUMENT = st.one_of(st.just("cases.amount"), st.just("案件.金额"), NUMBERS.map("(cases.points * 0 + {})".format))
_SIMPLE = st.sampled_from(["sum", "avg", "min", "max"])
_PER = st.sampled_from(["kind", "officer, urgent", "类别, due"])
AGGREGATES = st.one_of(
    st.builds("count(cases{})".format, _WHERE),
    st.builds("{}({}{})".format, _SIMPLE, _ARGUMENT, _WHERE),
    st.builds("{}({}{})".format, _SIMPLE, _ARGUMENT, _WHERE),
    st.builds("distinct(cases.{}{})".format, st.sampled_from(["kind", "officer", "amount", "urgent", "due"]), _WHERE),
    st.builds("percentile({}, {}{})".format, _ARGUMENT, st.sampled_from(["50", "90", "33.3", "0.5", "99.9"]), _WHERE),
    st.builds("{}({}{} by {})".format, st.sampled_from(["first", "last"]), _ARGUMENT, _WHERE,
              st.sampled_from(["done", "seen", "minutes", "kind"])),
    st.builds("{}(count(cases{}) per {})".format, st.sampled_from(["sum", "avg", "max", "distinct"]), _WHERE, _PER),
    st.builds("{}({}({}{}) per {})".format, st.sampled_from(["count", "sum", "avg", "min", "max", "distinct"]),
              st.sampled_from(["sum", "min", "max", "distinct"]), _ARGUMENT, _WHERE, _PER),
)  # fmt: skip
WINDOWS = st.builds(
    Window,
    st.sampled_from(["period", "period", "to_date", "year"]),
    st.sampled_from([0, 0, 1]),
    st.sampled_from([0, 0, 1]),
)


def aggregate(text: str, window: Window) -> Aggregate:
    found = parse(text)
    assert isinstance(found, Aggregate)
    return Aggregate(**{name: getattr(found, name) for name in found.__slots__} | {"window": window})
