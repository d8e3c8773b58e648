"""C96: the personal account is a ledger to which entries are added; balance = sum of entries; each explains itself."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.people.assessing import assess
from steelyard.bureau.people.saving import save_people
from steelyard.bureau.runs.order import Order
from steelyard.bureau.views.accounts import accounts_of, everybody
from steelyard.bureau.views.ledger import Ledger, ledger, lines, told
from steelyard.cli import main
from steelyard.engine.problems import Refused
from tests.bureau.small_bureau import load
from tests.bureau.small_people import ASSIGNED_HEAD, HEAD, confirmed_office, office
from tests.bureau.test_confirmed import WHOLE

F = Fraction


def kept(made: Bureau, folder: Path, period: str = "2026") -> Path:
    """A run's tables of persons under the name of the folder."""
    ran = run(made, Order(plan="units", periods=(period,), uncertainty=False, history=False))
    folder.mkdir()
    save_people(ran, assess(ran), folder)
    return folder


def three_runs(tmp_path: Path) -> list[Path]:
    """Confirmed as it was, a late matter, then a confirmation that was taken back."""
    made = confirmed_office(tmp_path, WHOLE)
    runs = [kept(made, tmp_path / "first")]
    load(made, {"matter2.csv": HEAD + "9,B,p4,2026-12-01,简,20,0,否,否,否,0,5"}, datetime(2027, 1, 2))
    runs.append(kept(made, tmp_path / "second"))
    gone = "B,timely,B1,lead,1,2026-01-01,,是\nB,timely,B2,lead,1,2026-01-01,,"
    load(made, {"assigned_2.csv": ASSIGNED_HEAD + gone}, datetime(2027, 1, 5))
    return [*runs, kept(made, tmp_path / "third")]


def totals(run: Path) -> dict[str, Decimal]:
    return {row["person"]: row["total"] for row in everybody(run)}


def test_the_balance_is_the_sum_of_all_entries_and_the_published_total_to_the_last_digit(tmp_path: Path) -> None:
    runs = three_runs(tmp_path)
    for count in (1, 2, 3):
        for person, total in totals(runs[count - 1]).items():
            found = ledger(runs[:count], person)
            assert found.balance == F(total) == sum(entry.amount for entry in found.entries)


def test_entries_are_added_and_none_is_ever_changed(tmp_path: Path) -> None:
    runs = three_runs(tmp_path)
    for person in totals(runs[0]):
        books = [ledger(runs[:count], person).entries for count in (1, 2, 3)]
        assert books[1][: len(books[0])] == books[0]
        assert books[2][: len(books[1])] == books[1]
        assert [entry.number for entry in books[2]] == list(range(1, len(books[2]) + 1))


def test_what_did_not_change_is_not_entered_again(tmp_path: Path) -> None:
    runs = three_runs(tmp_path)
    assert {entry.run for entry in ledger(runs, "p1").entries} == {"first"}
    changed = [entry for entry in ledger(runs[:2], "p4").entries if entry.run == "second"]
    assert changed
    assert all(entry.corrects for entry in changed)


def entry_of(found: Ledger, run: str, indicator: str) -> str:
    return next(told(one, "zh") for one in found.entries if (one.run, one.indicator) == (run, indicator))


def test_an_entry_explains_itself_and_says_which_one_it_corrects(tmp_path: Path) -> None:
    runs = three_runs(tmp_path)
    found = ledger(runs, "p2")
    assert "[first] 承接 timely A A1 2026-01-01 " in entry_of(found, "first", "timely")
    assert "50 × 45/60 → 37.5 × 181/365" in entry_of(found, "first", "timely")
    gone = next(one for one in ledger(runs, "p4").entries if (one.run, one.indicator) == ("third", "timely"))
    assert told(gone, "zh").endswith(f"：不再有这一笔（更正第 {gone.corrects} 笔）")
    assert "no longer there" in told(gone, "en")
    own = next(one for one in found.entries if one.kind == "own")
    assert told(own, "en").startswith(f"{own.number} [first] own ")
    assert found.entries[0].anchor == ("A", "timely")


def test_every_line_of_an_account_is_in_the_ledger(tmp_path: Path) -> None:
    (run_folder, *_) = three_runs(tmp_path)
    for person, total in totals(run_folder).items():
        account = accounts_of(run_folder, person)
        assert account is not None
        found = dict(lines(account))
        assert sum(amount for amount, _ in found.values()) == F(total)
        assert len(found) >= sum(len(stage.lines) for stage in account.stages if stage.weight != "0")


def test_a_ledger_is_of_one_plan_and_period_and_of_somebody_with_an_account(tmp_path: Path) -> None:
    made = office(tmp_path)
    runs = [kept(made, tmp_path / "year"), kept(made, tmp_path / "half", "2026-06YTD")]
    for person, several, code in (("p1", runs, "ledger-several"), ("p9", runs[:1], "ledger-nobody")):
        with pytest.raises(Refused) as refused:
            ledger(several, person)
        assert [problem.code for problem in refused.value.problems] == [code]


def test_the_command_prints_the_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = list(map(str, three_runs(tmp_path)))
    assert main(["ledger", "p4", *runs]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[-1] == f"余额（各笔之和） {totals(Path(runs[-1]))['p4'].normalize()}"
    assert main(["ledger", "p4", *runs, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["entries"][0]["number"] == 1
    assert main(["ledger", "p4", *runs, "--language", "en"]) == 0
    assert "balance (sum of all entries)" in capsys.readouterr().out
