"""Declarations of fact tables: what is written wrongly is told with its place, the alternatives and a suggestion."""

from __future__ import annotations

import pytest

from steelyard.engine.model.declared import read_facts
from steelyard.engine.model.facts import FactTable
from steelyard.engine.problems import Refused

GOOD = """table: filing
name: 申报
source: 金税三期
columns:
  id: {name: 申报序号, type: text}
  unit: {name: 机关, aliases: [单位], type: text}
  due_on: {name: 期限, type: date, formats: ["%Y年%-m月%-d日"]}
  done: {name: 办结, type: datetime}
  amount: {name: 税额, type: "decimal(18,2)"}
key: [id]
unit: unit
date: due_on
derive: {late: "workdays(due_on, done)"}
checks: [{check: "税额 >= 0 and due_on > date '2020-01-01'", level: reject, say: 不得为负}]
files:
  - match: "*.xlsx"
    format: xlsx
    unpivot:
      keep: [id, unit]
      columns: {pattern: '(\\d+)年(?:第)?([1-4])季\\(', into: {due_on: '\\1-0\\2-01', done: 2}}
      value: amount
  - {match: "*.csv", format: csv}
"""


def problems(text: str) -> list[tuple[str, str]]:
    """(code, what stands at its place) of every problem."""
    with pytest.raises(Refused) as refused:
        read_facts(text, "facts.yaml")
    found = refused.value.problems
    assert all(problem.text("zh") and problem.text("en") for problem in found)
    lines = text.splitlines()
    return [(p.code, lines[p.place.line - 1][p.place.column - 1 :][:8]) for p in found]


def test_a_good_declaration_says_what_it_says_and_survives_the_way_into_the_cage() -> None:
    (table,) = read_facts(GOOD, "facts.yaml")
    assert [str(column.type) for column in table.columns.values()] == [
        "text", "text", "date", "datetime", "decimal(18,2)",
    ]  # fmt: skip
    assert table.files[0].unpivot is not None
    assert table.files[0].unpivot.columns[0].into == {"due_on": "\\1-0\\2-01", "done": 2}
    assert FactTable.model_validate_json(table.model_dump_json()) == table


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("key: [id]", "key: [idd]", [("facts-unknown-column", "idd]")]),
        ("unit: unit", "unit: due_on", [("facts-code-type", "due_on")]),
        ("unit: unit", "officer: amount", [("facts-code-type", "amount")]),
        ("date: due_on", "date: amount", [("facts-date-type", "amount")]),
        ("date: due_on", "references: {units: units}", [("facts-unknown-column", "units}")]),
        ("aliases: [单位]", "aliases: [税额]", [("facts-doubled-name", "{name: 税")]),
        ("derive: {late:", "derive: {单位:", [("shape-value", 'workdays')]),
        ("derive: {late:", "derive: {done:", [("facts-doubled-name", 'workdays')]),
        ("derive: {late:", "names: {tardy: 迟}\nderive: {late:", [("facts-unknown-column", "迟}")]),
        ("derive: {late:", "names: {late: 税额}\nderive: {late:", [("facts-doubled-name", "税额}")]),
        ("derive: {late:", "names: {late: 迟, b: 迟}\nderive: {b: \"days(due_on, due_on)\", late:",
         [("facts-doubled-name", "迟, b: 迟}")]),
        ("%-m月%-d日", "%m/%x", [("facts-format", '%Y年%m/%x')]),
        ("%-m月%-d日", "%m", [("facts-format", '%Y年%m"]}')]),
        ("%-m月%-d日", "%m-%d%-d", [("facts-format", '%Y年%m-%d')]),
        ("done: 2", "done: 3", [("facts-group", "3}}")]),
        ("done: 2", "done: '\\0'", [("facts-group", "\\0'}}")]),
        ("keep: [id, unit]", "keep: [id, 单位]", [("shape-value", "单位]")]),
        ("value: amount", "value: sum", [("facts-unknown-column", "keep: [i")]),
        ("    unpivot:", "    fixed: {way: 网上}\n    absent: [weg]\n    unpivot:",
         [("facts-unknown-column", "网上}"), ("facts-unknown-column", "[weg]")]),
        ("税额 >= 0", "税额 >= ", [("expression-syntax", "due_on >")]),
        ("税额 >= 0", "tax >= floor(1)", [("facts-expression", 'tax >= f'), ("facts-expression", 'tax >= f')]),
        ("税额 >= 0", "sum(filing.amount) > 0", [("facts-expression", 'sum(fili'), ("facts-expression", 'sum(fili')]),
        ('"decimal(18,2)"', '"decimal(2,3)"', [("shape-value", 'decimal(')]),
        ("type: text}\n  unit", "type: string}\n  unit", [("shape-choice", "string}")]),
        ("level: reject", "level: refuse", [("shape-choice", "refuse, ")]),
        ("source:", "quelle:", [("shape-missing", "table: f"), ("shape-unknown", "金税三期")]),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_told_at_its_place(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    assert problems(text) == expected


def test_the_date_may_be_a_derived_column_and_the_unit_may_be_left_out() -> None:
    text = GOOD.replace("date: due_on", "date: late").replace("unit: unit\n", "")
    (table,) = read_facts(text, "facts.yaml")
    assert (table.date, table.unit) == ("late", None)


def test_all_mistakes_of_all_tables_are_told_together() -> None:
    text = GOOD.replace("key: [id]", "key: [idd]")
    assert [code for code, _ in problems(f"{text}---\n{text}")] == [
        "facts-unknown-column", "facts-doubled-table", "facts-unknown-column",
    ]  # fmt: skip
    with pytest.raises(Refused, match="yaml-syntax"):
        read_facts(f"{GOOD}---\ntable: [", "facts.yaml")
