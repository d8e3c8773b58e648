"""Cells that say a period in words are read by a declared pattern, nothing is guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from steelyard.engine.model.declared import read_facts
from steelyard.engine.problems import Refused
from tests.lake.intake_office import Office

YEARLY = """
table: yearly
name: 年度
source: 年报
columns:
  unit: {name: 单位, type: text}
  begins:
    name: 年度
    type: date
    rewrite:
      - {pattern: '([0-9]{4}) to [0-9]{4}', into: '\\1-04-01'}
      - {pattern: '[0-9]{4} to ([0-9]{4}) Q4', into: '\\1-01-01'}
      - {pattern: '([0-9]{4}).*', into: '\\1-12-31'}
key: [unit, begins]
files: [{match: "*.csv", format: csv}]
"""


def test_the_first_pattern_that_fits_the_whole_cell_decides(tmp_path: Path) -> None:
    office = Office(tmp_path, YEARLY)
    lines = ["单位,年度", "A,2010 to 2011", "B,2010 to 2011 Q4", "C,2010 or so", "D,"]
    office.accept(office.file("a.csv", "\n".join(lines) + "\n"))
    found = {row["unit"]: row["begins"] for row in office.seen("yearly")}
    assert found == {"A": date(2010, 4, 1), "B": date(2011, 1, 1), "C": date(2010, 12, 31)}  # D: part of the key


def test_a_cell_that_no_pattern_fits_is_judged_and_shown_as_it_stands(tmp_path: Path) -> None:
    office = Office(tmp_path, YEARLY)
    report = office.accept(office.file("a.csv", "单位,年度\nA,in 2010\nB,2010-07-01\nC,2010 to 2011\n"))
    assert office.findings(report) == [(2, "begins", "cell-not-date", "in 2010")]
    assert [row["unit"] for row in office.seen("yearly")] == ["B", "C"]


def test_a_group_that_the_pattern_does_not_have_is_told() -> None:
    with pytest.raises(Refused) as refused:
        read_facts(YEARLY.replace("'\\1-01-01'", "'\\2-01-01'"), "facts.yaml")
    assert [(problem.code, problem.place.line) for problem in refused.value.problems] == [("facts-group", 12)]


def test_a_file_without_a_single_row_that_can_be_read_is_told_row_by_row(tmp_path: Path) -> None:
    office = Office(tmp_path, YEARLY)
    report = office.accept(office.file("a.csv", '单位,年度\n"A,2010 to 2011\n'))
    assert office.findings(report) == [(2, "", "row-quotes", '"A,2010 to 2011')]
    assert (report.batch.counts.accepted, report.batch.counts.rejected) == (0, 1)
