"""Every part of the bench runs from end to end on a world of thousands of rows; no time is looked at here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench import full, large
from bench.__main__ import PARTS
from bench.figures import Figure
from bench.province import Province, province
from bench.sealing import sealed


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Province:
    made = province("small", tmp_path_factory.mktemp("bench"))
    return replace(made, months=("2026-11", "2026-12"), turns=1)


def test_every_part_runs_to_its_figures(home: Province) -> None:
    found = {name: [figure.name for figure in part(home)] for name, part in PARTS.items()}
    assert {name: len(names) for name, names in found.items()} == {"full": 3, "changes": 7, "importing": 1, "growth": 4}


def test_more_rows_than_there_are_run_to_their_figures(home: Province) -> None:
    assert [figure.unit for figure in large.figures(home, rows=50_000)] == ["GiB", ""]


def test_a_run_reads_each_table_once(home: Province) -> None:
    rans = home.all_ran()
    assert full.readings(rans, home.all_ran) == 1
    with pytest.raises(AssertionError, match="every table is read"):
        full.readings(rans, lambda: None)


def test_a_digest_tells_results_apart(home: Province) -> None:
    one, other = (home.ran("audit_2026", periods=(month,)).result for month in ("2026-01", "2026-02"))
    assert sealed(one) == sealed(home.ran("audit_2026", periods=("2026-01",)).result) != sealed(other)


@pytest.mark.parametrize(("figure", "said"), [(2.0, "held"), (2.1, "short")])
def test_a_line_says_what_was_measured_and_whether_it_held(figure: float, said: str) -> None:
    assert Figure("reading", figure, 2.0, unit="s").line() == f"reading  {figure:.3g} s  ≤ 2 s  {said}"
    least = Figure("speed", figure, 2.05, "least").line()
    assert least == f"speed  {figure:.3g}  ≥ 2.05  {'short' if said == 'held' else 'held'}"
