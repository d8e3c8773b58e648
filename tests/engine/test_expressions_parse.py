"""Text of 口径 to trees, and hostile or mistaken text to problems that point at the character."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from steelyard.engine.expressions.nodes import (
    Aggregate,
    Call,
    Day,
    Name,
    Node,
    Number,
    Text,
    call,
    children,
    name,
    number,
    transform,
    walk,
)
from steelyard.engine.expressions.parse import MAX_CHARACTERS, parse
from steelyard.engine.problems import Place, Problem, Refused

LATE = Call(">", (Name(("late_days",)), Number(Fraction(0))))


def problem(text: str, place: Place | None = None) -> Problem:
    with pytest.raises(Refused) as caught:
        parse(text, place)
    (found,) = caught.value.problems
    assert found.text("zh")
    assert found.text("en")
    return found


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1.50", number("3/2")),
        ("5%", number("1/20")),
        ("-5%", number("-1/20")),
        ("- value", call("negative", name("value"))),
        ("'增值税'", Text("增值税")),
        ("date '2026-01-31'", Day(date(2026, 1, 31))),
        ("unit.staff", name("unit", "staff")),
        ("实际值", name("实际值")),
        ("a - b - c", call("-", call("-", name("a"), name("b")), name("c"))),
        ("a + b * c", call("+", name("a"), call("*", name("b"), name("c")))),
        ("(a + b) * c", call("*", call("+", name("a"), name("b")), name("c"))),
        ("2 - -3", call("-", number(2), number(-3))),
        ("a <> 1", call("!=", name("a"), number(1))),
        ("a in (1, 2)", call("in", name("a"), number(1), number(2))),
        ("a not in (1)", call("not", call("in", name("a"), number(1)))),
        ("a between 1 and 2", call("and", call(">=", name("a"), number(1)), call("<=", name("a"), number(2)))),
        ("a is null", call("is_null", name("a"))),
        ("a is not null", call("not", call("is_null", name("a")))),
        ("not a = 1", call("not", call("=", name("a"), number(1)))),
        ("floor(a)", call("floor", name("a"))),
        ("nothing()", call("nothing")),
    ],
)
def test_small_expressions(text: str, tree: Node) -> None:
    assert parse(text) == tree


def test_and_binds_tighter_than_or() -> None:
    tree = parse("a = 1 or b = 2 and c = 3")
    assert isinstance(tree, Call)
    assert tree.op == "or"
    assert isinstance(tree.args[1], Call)
    assert tree.args[1].op == "and"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("count(filing where late_days > 0)", Aggregate("count", "filing", None, LATE)),
        ("sum(filing.amount)", Aggregate("sum", "filing", name("filing", "amount"))),
        (
            "avg(abs(filing.due - filing.paid))",
            Aggregate("avg", "filing", call("abs", call("-", name("filing", "due"), name("filing", "paid")))),
        ),
        ("percentile(hall.wait, 90)", Aggregate("percentile", "hall", name("hall", "wait"), level=Fraction(90))),
        (
            "last(report.amount where late_days > 0 by day)",
            Aggregate("last", "report", name("report", "amount"), LATE, order="day"),
        ),
        (
            "sum(max(award.points where late_days > 0) per matter, year)",
            Aggregate("sum", "award", name("award", "points"), LATE, ("matter", "year"), "max"),
        ),
        ("max(count(award) per matter)", Aggregate("max", "award", None, None, ("matter",), "count")),
    ],
)  # fmt: skip
def test_totals(text: str, tree: Aggregate) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "count(filing.amount)",
        "sum(amount)",
        "sum(3)",
        "sum(a.b, c.d)",
        "sum(a.b by day)",
        "first(a.b)",
        "percentile(a.b)",
        "percentile(a.b, 0)",
        "percentile(a.b, 100)",
        "percentile(3, 50)",
        "percentile(a.b, 50 by day)",
        "percentile(a.b, 50 per matter)",
        "sum(a.b per matter)",
        "sum(max(a.b) where c = 1 per matter)",
        "sum(sum(max(a.b) per c) per d)",
        "sum(last(a.b by c) per d)",
        "floor(a where b = 1)",
        "floor(a per b)",
    ],
)
def test_a_total_that_does_not_fit_its_kind_is_shown_how_to_write_it(text: str) -> None:
    found = problem(text, Place("a.yaml", 4, 10))
    assert found.code == "expression-aggregate"
    assert found.params["usage"]
    assert found.place.line == 4


@pytest.mark.parametrize(
    ("text", "position"),
    [("1 + + 2", 5), ("a = = b", 5), ("sum(a.b", 8), ("", 1), ("a $ b", 3), ("a = 'x", 5), ("count(a) b", 10)],
)
def test_a_syntax_error_names_the_character(text: str, position: int) -> None:
    found = problem(text, Place("a.yaml", 4, 10))
    assert (found.code, found.params["position"]) == ("expression-syntax", position)
    assert found.place == Place("a.yaml", 4, 10 + position - 1)


def test_a_syntax_error_says_what_could_stand_there() -> None:
    found = problem("count(")
    assert "名称 name" in str(found.params["expected"])
    assert found.params["found"] == "（结尾 end）"


def test_a_long_expression_is_quoted_only_around_the_error() -> None:
    found = problem(" + ".join(["value"] * 60) + " + + 1")
    assert len(str(found.params["text"])) <= 80


def test_a_day_that_does_not_exist_is_refused_at_its_place() -> None:
    found = problem("a > date '2026-02-30'", Place("a.yaml", 1, 1))
    assert (found.code, found.place.column) == ("expression-date", 5)


@pytest.mark.parametrize(
    "text",
    ["1 + " * MAX_CHARACTERS + "1", "-" * 150 + "a", " + ".join(["a"] * 600), "9" * 31, "1 + 0." + "9" * 30 + "%"],
)
def test_hostile_expressions_are_refused_before_they_cost_anything(text: str) -> None:
    assert problem(text).code == "expression-too-big"


def test_a_mistake_of_ours_is_not_told_as_one_of_the_author(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Node:
        raise ZeroDivisionError

    monkeypatch.setattr("steelyard.engine.expressions.parse.Fraction", broken)
    with pytest.raises(ZeroDivisionError):
        parse("1")


def test_brackets_alone_cost_no_depth() -> None:
    assert parse("(" * 90 + "1" + ")" * 90) == number(1)


def test_composed_letters_are_one_spelling() -> None:
    assert parse("'e\u0301'") == Text("\u00e9")


def test_parts_know_where_they_stand() -> None:
    tree = parse("a + count(filing)")
    assert isinstance(tree, Call)
    assert [node.span for node in tree.args] == [(0, 1), (4, 17)]


def test_a_tree_is_walked_from_the_top_and_changed_from_the_bottom() -> None:
    tree = parse("sum(a.b where c = 1) + d")
    assert [type(node).__name__ for node in walk(tree)] == [
        "Call",
        "Aggregate",
        "Name",
        "Call",
        "Name",
        "Number",
        "Name",
    ]
    assert children(number(1)) == ()

    def renamed(node: Node) -> Node:
        return Name((f"{node.parts[0]}x", *node.parts[1:])) if isinstance(node, Name) else node

    assert [node.text for node in walk(transform(tree, renamed)) if isinstance(node, Name)] == ["ax.b", "cx", "dx"]
    bare = parse("count(a)")
    assert transform(bare, renamed) == bare
