"""Health checks of persons: ten sections that hold of each, verified by the second program, none that was altered."""

from __future__ import annotations

import gzip
import json
import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from steelyard.bureau.health.basis import Basis
from steelyard.bureau.health.beside import Alert, Before, Beside, Forecast, Records, Task
from steelyard.bureau.health.persons.making import PARTS, PeopleChecks
from steelyard.bureau.health.persons.writing import ACCOUNTS, people, write_people
from steelyard.bureau.health.writing import Order
from steelyard.bureau.views.reading import views_of
from steelyard.engine.problems import Refused
from steelyard.reports.health.document import Claim, Document
from steelyard.reports.sheet import Words
from tests.bureau.health.test_verifying import KINDS, told
from verifier import health
from verifier.health_people import People


@pytest.fixture(scope="module")
def checks(run: Path) -> PeopleChecks:
    return PeopleChecks(Basis(views_of(run)), whole=True)


@pytest.fixture(scope="module")
def written(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("persons") / "health"
    write_people(Order(run, folder, (), "zh"), people(run, ()))
    return folder


def of_kind(document: Document, kind: str) -> list[Claim]:
    return [one for one in document.claims if one.kind == kind]


def value(claim: Claim, slot: str) -> Fraction:
    return Fraction(str(claim.slots[slot].value))


def moved(checks: PeopleChecks) -> str:
    """Somebody who held more than one post."""
    return next(code for code, head in checks.people.heads.items() if head["stages"] > 1)


def test_five_hundred_reports_without_an_unsupported_sentence(
    run: Path, written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """N19: of persons; units are counted in `test_verifying`, and the demonstration's 485 in docs."""
    assert len(list(written.glob("*.json"))) >= 500
    assert told(run, written) == 0
    assert capsys.readouterr().out.endswith("一致 equal\n")


def test_a_hundred_corrupted_sentences_of_persons_are_all_refused(run: Path, written: Path, tmp_path: Path) -> None:
    draw, paths = random.Random(27), sorted(written.glob("*.json"))
    accounts, through = People(health.Run(run), written / ACCOUNTS), []
    for number in range(104):
        path = draw.choice(paths)
        report = json.loads(path.read_text("utf-8"))
        what = KINDS[number % len(KINDS)](report, draw)
        assert report != json.loads(path.read_text("utf-8")), what
        (tmp_path / "x.json").write_text(json.dumps(report, ensure_ascii=False), "utf-8")
        if not health.verify(accounts.run, tmp_path / "x.json", b"", accounts):
            through.append(what)
    assert through == []


def test_every_section_says_something_and_the_parts_make_the_total(checks: PeopleChecks) -> None:
    for code in list(checks.people.heads)[::7]:
        document = checks.of(code)
        assert [section.number for section in document.sections if section.claims] == list(PARTS)
        (whole,) = of_kind(document, "p_bridge")
        assert value(whole, "carried") + value(whole, "own") == value(whole, "sum")
        assert abs(value(whole, "sum") - value(whole, "total")) <= Fraction(1, 200)
        assert sum(value(one, "carried") for one in of_kind(document, "p_stage")) == value(whole, "carried")


def test_whoever_changed_his_post_reads_both_with_their_share_of_days(checks: PeopleChecks) -> None:
    stages = of_kind(checks.of(moved(checks)), "p_stage")
    assert len(stages) > 1
    assert sum(value(one, "share") for one in stages) == 1


def test_a_person_is_never_called_a_laggard_without_months_to_support_it(checks: PeopleChecks) -> None:
    for code in list(checks.people.heads)[::11]:
        assert len(of_kind(checks.of(code), "p_no_label")) == 1
        assert not of_kind(checks.of(code), "laggard")


def test_sheets_of_units_that_the_reader_may_not_open_are_not_quoted(
    run: Path, checks: PeopleChecks, written: Path, tmp_path: Path
) -> None:
    code = moved(checks)
    whole, none = checks.of(code), checks.of(code, frozenset())
    assert of_kind(whole, "p_carried")
    assert not of_kind(none, "p_carried")
    assert not of_kind(none, "loss_reason")
    assert none.subject["quoted"] == []
    (tmp_path / "x.json").write_text(json.dumps(none.plain()), "utf-8")
    accounts = People(health.Run(run), written / ACCOUNTS)
    assert health.verify(accounts.run, tmp_path / "x.json", b"", accounts) == []


RECORDS = Records(
    forecasts=(
        Forecast(Words("按期入库率"), Decimal("0.2"), "2026-11-27", Words("再有 30 户按期入库")),
        Forecast(Words("按期申报率"), Decimal("0.6")),
    ),
    alerts=(Alert(Words("预警 1"), Words("错误率超过3%"), Words("已推送")),),
    tasks=(Task(Words("督办 7"), Words("清理欠税"), Words("办理中"), "2027-02-01"),),
    before=Before("2025", Decimal("81.5"), 200),
)


def test_records_of_a_person_are_told_and_verified(run: Path, checks: PeopleChecks, tmp_path: Path) -> None:
    code = moved(checks)
    beside = Beside(("alerts", "tasks"), persons={code: RECORDS})
    write_people(Order(run, tmp_path / "health", ("html",), "zh", beside), [code])
    text = (tmp_path / "health" / f"{code}.html").read_text("utf-8")
    for word in ("督办 7", "2027年2月1日", "较2025年度", "预警 1"):
        assert word in text
    assert told(run, tmp_path / "health") == 0
    spoiled = tmp_path / "health" / "beside.json"
    spoiled.write_text(spoiled.read_text("utf-8").replace("清理欠税", "已办结"), "utf-8")
    assert told(run, tmp_path / "health") == 1


def altered(folder: Path, change: Any) -> None:
    content = json.loads(gzip.decompress((folder / ACCOUNTS).read_bytes()))
    change(content)
    (folder / ACCOUNTS).write_bytes(gzip.compress(json.dumps(content, ensure_ascii=False).encode()))


def test_accounts_that_were_altered_are_refused(
    run: Path, checks: PeopleChecks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever changes a line or a total of the accounts meets the digest that the run sealed."""
    code, folder = moved(checks), tmp_path / "health"

    def points(content: Any) -> None:
        row, at = content["accounts"]["rows"][0], content["accounts"]["columns"].index("points")
        row[at] = "99"

    def total(content: Any) -> None:
        content["persons"]["rows"][0][content["persons"]["columns"].index("total")] = "99"

    for change in (points, total):
        write_people(Order(run, folder, (), "zh"), [code])
        altered(folder, change)
        assert told(run, folder) == 1
        assert "封存的摘要不符" in capsys.readouterr().out


def test_a_report_of_a_person_without_the_accounts_is_not_believed(run: Path, written: Path, tmp_path: Path) -> None:
    path = sorted(written.glob("*.json"))[0]
    (tmp_path / path.name).write_bytes(path.read_bytes())
    assert told(run, tmp_path) == 1


def test_who_was_not_assessed_is_named_with_a_suggestion(run: Path, checks: PeopleChecks) -> None:
    code, head = next(iter(checks.people.heads.items()))
    assert people(run, [code]) == [code]
    with pytest.raises(Refused) as refused:
        people(run, [head["name"] + "某"])
    assert [one.code for one in refused.value.problems] == ["health-person"]
    with pytest.raises(KeyError):
        checks.of("nobody")
