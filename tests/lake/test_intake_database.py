"""A database table as a source: same validation, same record, on a real PostgreSQL."""

from __future__ import annotations

import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from steelyard.lake.intake import DatabaseTable
from tests.lake.intake_office import FILING, NOW, Office

FEED = '  - {match: "public.filing_*", format: csv, lines: many, absent: [filed_on, kind]}\n'


def fill(url: str, *statements: str) -> None:
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: pip install steelyard[postgres]")
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_database_table_is_read_like_a_file_and_kept_as_one(tmp_path: Path, postgres: str) -> None:
    fill(
        postgres,
        "drop table if exists filing_a",
        'create table filing_a (id text, "机关" text, due_on date, amount numeric, extra int)',
        "insert into filing_a values ('2', '01', '2026-01-15', 1234.5, 1), ('1', '02', null, 'NaN', 1),"
        " ('3', '0' || chr(10) || '3', null, 1, 1), ('4', null, null, 1, 1), ('5', '05', '2026-02-28', 0.1, 1)",
    )
    office = Office(tmp_path, FILING + FEED)
    source = DatabaseTable(postgres, "public.filing_a")
    report = office.accept(source)
    assert [problem.code for problem in report.problems] == ["header-unknown"]
    assert [(row["id"], row["amount"]) for row in office.seen()] == [("2", Decimal("1234.50")), ("5", Decimal("0.10"))]
    assert [(column, code) for _, column, code, _ in office.findings(report)] == [
        ("amount", "cell-not-decimal"),
        ("unit", "cell-control"),
        ("unit", "cell-missing"),
    ]
    raw = (office.record / report.batch.raw.path).read_text("utf-8")
    assert raw.splitlines()[1] == "1,02,,NaN,1"  # in the order of the key, whatever the order of the table
    assert "postgresql://" not in str(report.batch) + repr(source)


def test_an_unchanged_table_is_already_here_and_a_changed_row_is_a_correction(tmp_path: Path, postgres: str) -> None:
    fill(
        postgres,
        "drop table if exists filing_b",
        "create table filing_b (id text, unit text, due_on date, amount numeric)",
        "insert into filing_b select n::text, '01', '2026-01-15', n from generate_series(1, 100) n",
    )
    office = Office(tmp_path, FILING + FEED)
    source = DatabaseTable(postgres, "public.filing_b")
    assert office.accept(source).new
    fill(postgres, "update filing_b set amount = amount where id = '7'")  # moves the row inside the table
    assert not office.accept(source).new
    fill(postgres, "update filing_b set amount = 700 where id = '7'")
    counts = office.accept(source, at=NOW + timedelta(days=1)).batch.counts
    assert (counts.unchanged, counts.revised) == (99, 1)


def test_a_missing_table_a_dead_server_and_a_hostile_name_are_refused(tmp_path: Path, postgres: str) -> None:
    office = Office(tmp_path, FILING + FEED)
    assert office.refuse(DatabaseTable(postgres, "public.filing_none")) == ["database-failed"]
    assert office.refuse(DatabaseTable(postgres, 'public.filing_"; drop table x')) == ["database-failed"]
    dead = DatabaseTable(f"postgresql://x@/x?host={tmp_path}", "public.filing_a")
    assert office.refuse(dead) == ["database-failed"]


def test_without_psycopg_the_user_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    office = Office(tmp_path, FILING + FEED)
    assert office.refuse(DatabaseTable("postgresql://", "public.filing_a")) == ["database-package"]
