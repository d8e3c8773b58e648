"""A bundle of whatever was scored verifies: published rules, every construct, random books."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.bureau.folder import texts
from steelyard.bureau.runs.arrows import arrow
from steelyard.engine.planning.listing import Cell, Listing
from steelyard.engine.problems import Refused
from steelyard.engine.proof.canonical import canonical
from steelyard.engine.scoring.score import names
from steelyard.engine.trying.cases import CaseFile, read_cases
from steelyard.lake.runners.duckdb_runner import connect
from tests.engine.small_books import AGGREGATES
from tests.listing_by_sql import listed
from tests.verifier import books
from tests.verifier.weighings import Weighing, weighings
from verifier import verify

CORPUS = Path(__file__).resolve().parents[2] / "examples" / "corpus"
FILES = read_cases([(Path(name).name, text) for name, text in texts(CORPUS)])


def differences(bundle: dict[str, Any], root: str) -> list[str]:
    try:
        return verify.weighed(canonical(bundle), root)[1]
    except verify.Refusal as refusal:
        return [f"refused: {refusal}"]


def wrong(weighing: Weighing) -> list[tuple[str, str, str, list[str]]]:
    root = weighing.tree.root
    found = [(leaf.subject, leaf.period, leaf.indicator, differences(b, root)) for leaf, b in weighing.bundles()]
    return [one for one in found if one[3]]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.file)
def test_every_result_of_a_published_rule_is_weighed_again(file: CaseFile) -> None:
    assert [wrong(weighing) for weighing in weighings(file)] == [[] for _ in file.groups]


def test_what_tolerances_give_back_is_weighed_again() -> None:
    (file,) = read_cases([(Path(name).name, text) for name, text in texts(CORPUS.parent / "tolerance")])
    assert [wrong(weighing) for weighing in weighings(file)] == [[] for _ in file.groups]


def test_published_rules_use_every_scoring_method() -> None:
    used: set[str] = set()

    def look(rule: Any) -> None:
        if rule.score is not None:
            used.update(name for name in names() if getattr(rule.score, "by_place" if name == "place" else name))
        for part in [*rule.items, *getattr(rule, "by_class", {}).values()]:
            look(part)

    for file in FILES:
        for indicator in file.book.indicators.values():
            look(indicator)
    assert sorted(set(names()) - used) == []


@pytest.mark.parametrize("file", [books.small(), books.whole()], ids=["indicators", "plan"])
def test_every_construct_is_weighed_again(file: CaseFile) -> None:
    (weighing,) = weighings(file)
    assert wrong(weighing) == []


def test_results_of_the_constructs_are_numbers_and_not_only_reasons_for_none() -> None:
    """Else the test above would compare nothing with nothing."""
    (weighing,) = weighings(books.small())
    of_a = {leaf.indicator: leaf.result for leaf in weighing.leaves if (leaf.subject, leaf.period) == ("a", "2026Q1")}
    missing = [id for id, result in of_a.items() if isinstance(result["value"], dict)]
    assert missing == []


FORMULAS = st.recursive(
    st.sampled_from(["value", "full", "2", "0.3", "1/3", "unit.staff", "peers_mean(value)", "previous(count(cases))"]),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["least", "greatest", "or_else", "steps"]), inner, inner),
        st.builds("{}({})".format, st.sampled_from(["abs", "floor", "ceil", "peers_median", "peers_rank"]), inner),
        st.builds("round({}, {}, '{}')".format, inner, st.integers(-1, 3),
                  st.sampled_from(["half_up", "half_even", "up", "down"])),
        st.builds("if({} {} {} {} {} is null, {}, {})".format, inner, st.sampled_from(["<", "<=", "=", "!=", ">"]),
                  inner, st.sampled_from(["and", "or", "and not", "or not"]), inner, inner, inner),
    ),
    max_leaves=8,
)  # fmt: skip
RESOLVED = AGGREGATES.map(lambda text: text.replace("案件", "cases").replace("金额", "amount").replace("类别", "kind"))


@settings(max_examples=40)
@given(RESOLVED, FORMULAS)
def test_random_rules_are_weighed_again(total: str, formula: str) -> None:
    known = total.replace("officer", "kind").replace("seen", "done").replace("points", "minutes")
    try:
        (weighing,) = weighings(books.case_file(books.indicator("random", known, formula)))
    except Refused:  # e.g. a written division by zero: no such rule passes the check
        return
    assert wrong(weighing) == []


def test_the_engine_of_sums_lists_the_same_rows_as_plain_python() -> None:
    (weighing,) = weighings(books.small())
    asked: dict[tuple[str, Listing], list[list[Cell]]] = {}

    def rows(subject: str, listing: Listing) -> list[list[Cell]]:
        return asked.setdefault((subject, listing), weighing.rows(subject, listing))

    assert list(weighing.bundles(rows)) != []
    tables = {name: arrow(table, rows) for name, (table, rows) in weighing.tables.items()}
    with connect(tables, threads=1) as runner:
        assert {key: listed(key[1], runner, [key[0]]) for key in asked} == asked


def test_the_verifier_runs_alone_on_a_bare_python(tmp_path: Path) -> None:
    """One file, copied away from the product, with nothing installed in reach."""
    program, bundle = tmp_path / "verify.py", tmp_path / "bundle.json"
    program.write_bytes(Path(verify.__file__).read_bytes())
    (weighing,) = weighings(books.whole())
    _, first = next(weighing.bundles())
    bundle.write_bytes(canonical(first))

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(program), str(bundle), *more]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    done = run("--root", weighing.tree.root)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "一致 equal"
    assert "a" in done.stdout.splitlines()[0]
    assert "2026Q1" in done.stdout.splitlines()[0]
    other = run("--root", "0" * 64)
    assert other.returncode == 1
    assert other.stdout.splitlines()[-1] == "不一致 not equal"
    assert any("--root" in line for line in other.stdout.splitlines())
    assert run("--wrong").returncode == 1
