"""N19: every sentence of every health check is derived a second time, and none that was tampered with gets through."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from steelyard.bureau.health.beside import Alert, Appeal, Beside, Case, Records, Relief
from steelyard.bureau.health.making import PARTS, Checks
from steelyard.bureau.health.writing import Order, found, write_checks
from steelyard.reports.health.document import Slot
from steelyard.reports.health.grammar import GRAMMAR
from steelyard.reports.health.wording import claim
from steelyard.reports.sheet import Words
from tests.web.province import Province
from verifier import health

Report = dict[str, Any]


def told(*paths: Path | str) -> int:
    return health.main([str(path) for path in paths])


@pytest.fixture(scope="module")
def written(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checks") / "health"
    write_checks(Order(run, folder, (), "zh"), found(run, ()))
    return folder


def test_no_sentence_of_any_unit_is_unsupported(run: Path, written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(run, written) == 0
    assert capsys.readouterr().out.endswith("一致 equal\n")


def test_a_period_that_is_still_open_and_has_half_the_months(province: Province, tmp_path: Path) -> None:
    write_checks(Order(province.preview, tmp_path / "health", (), "zh"), found(province.preview, ()))
    assert told(province.preview, tmp_path / "health") == 0


def test_the_verifier_prints_every_sentence_that_the_product_can_say() -> None:
    own = json.loads((Path(health.__file__).parent / "health.json").read_text("utf-8"))["sentences"]
    assert {kind: tuple(both) for kind, both in own.items()} == dict(GRAMMAR)


# ---- a hundred corrupted sentences ----


def digits(text: str, draw: random.Random) -> str:
    """One digit of one number is another one."""
    at = draw.choice([found.start() for found in re.finditer(r"\d", text)])
    return f"{text[:at]}{(int(text[at]) + draw.randint(1, 9)) % 10}{text[at + 1 :]}"


SIDES = ("高 低", "增加 减少", "进 退", "above below", "rose fell", "好于 差于", "未入列 确定入列", "+ −")


def turned(text: str) -> str:
    """The comparison says the opposite; the text itself where nothing is compared."""
    for one, other in (pair.split() for pair in SIDES):
        if one in text or other in text:
            return text.replace(one, "\0").replace(other, one).replace("\0", other)
    return text


def in_text(report: Report, draw: random.Random, change: Callable[[str], str]) -> str:
    """Changes one sentence that the change can change, in one language."""
    claims = [one for section in report["sections"] for one in section["claims"]]
    able = [(one, key) for one in claims for key in ("zh", "en") if change(one[key]) != one[key]]
    one, key = draw.choice(able)
    one[key] = change(one[key])
    return f"{one['kind']}: {one[key]}"


def numbers(report: Report, draw: random.Random) -> str:
    return in_text(report, draw, lambda text: digits(text, draw) if re.search(r"\d", text) else text)


def directions(report: Report, draw: random.Random) -> str:
    return in_text(report, draw, turned)


def names(report: Report, draw: random.Random) -> str:
    """Another unit or indicator is named, in the slot and in both texts."""
    claims = [one for section in report["sections"] for one in section["claims"]]
    slots = [(one, name) for one in claims for name, slot in one["slots"].items() if slot["kind"] == "words"]
    one, name = draw.choice(slots)
    return said_anew(one, name, ["某某税务局", "Another office"])


def places(report: Report, draw: random.Random) -> str:
    """A place or a count is one more, said consistently."""
    claims = [one for section in report["sections"] for one in section["claims"]]
    slots = [(one, name) for one in claims for name, slot in one["slots"].items() if slot["kind"] in ("whole", "steps")]
    one, name = draw.choice(slots)
    return said_anew(one, name, one["slots"][name]["value"] + 1)


def amounts(report: Report, draw: random.Random) -> str:
    """A number is another one, said consistently: slot and both texts by the product's own grammar."""
    claims = [one for section in report["sections"] for one in section["claims"]]
    wanted = ("points", "signed", "versus", "moved", "share", "rate", "chance")
    slots = [(one, name) for one in claims for name, slot in one["slots"].items() if slot["kind"] in wanted]
    one, name = draw.choice(slots)
    return said_anew(one, name, draw.choice(("0.5", "12.34", "-7")))


def sources(report: Report, draw: random.Random) -> str:
    """The number is right, but is said to come from elsewhere."""
    claims = [one for section in report["sections"] for one in section["claims"] if one["slots"]]
    one = draw.choice(claims)
    name = draw.choice(list(one["slots"]))
    one["slots"][name]["source"] += "x"
    return f"{one['kind']}/{name}"


def said_anew(one: dict[str, Any], name: str, value: Any) -> str:
    one["slots"][name]["value"] = value
    slots = {key: Slot(slot["kind"], slot["value"], slot["source"]) for key, slot in one["slots"].items()}
    again = claim(one["kind"], **slots)
    one["zh"], one["en"] = again.text.zh, again.text.en
    return f"{one['kind']}/{name}: {one['zh']}"


def missing(report: Report, draw: random.Random) -> str:
    """A sentence that the unit would not like is left out."""
    section = draw.choice([one for one in report["sections"] if one["claims"]])
    return str(section["claims"].pop(draw.randrange(len(section["claims"])))["zh"])


def added(report: Report, draw: random.Random) -> str:
    """A sentence that nothing supports."""
    section = draw.choice(report["sections"])
    section["claims"].append({"kind": "losses_none", "slots": {}, "zh": "没有失分。", "en": "Nothing was lost."})
    return "没有失分。"


KINDS = (numbers, directions, names, places, amounts, sources, missing, added)


def test_a_hundred_corrupted_sentences_are_all_refused(run: Path, written: Path, tmp_path: Path) -> None:
    draw, paths = random.Random(19), sorted(written.glob("*.json"))
    through = []
    for number in range(104):
        path = draw.choice(paths)
        report = json.loads(path.read_text("utf-8"))
        what = KINDS[number % len(KINDS)](report, draw)
        spoiled = tmp_path / f"{number}.json"
        spoiled.write_text(json.dumps(report, ensure_ascii=False), "utf-8")
        if report == json.loads(path.read_text("utf-8")):
            through.append(f"nothing was changed: {what}")
    found = health.Run(run)
    for path in sorted(tmp_path.glob("*.json")):
        if not health.verify(found, path, b""):
            through.append(path.name)
    assert through == []


def test_the_report_of_one_unit_is_not_that_of_another(run: Path, written: Path, tmp_path: Path) -> None:
    one, other = sorted(written.glob("*.json"))[:2]
    report = json.loads(one.read_text("utf-8"))
    report["subject"] = json.loads(other.read_text("utf-8"))["subject"]
    (tmp_path / "swapped.json").write_text(json.dumps(report), "utf-8")
    assert told(run, tmp_path / "swapped.json") == 1
    report["subject"]["code"] = "nobody"
    (tmp_path / "swapped.json").write_text(json.dumps(report), "utf-8")
    assert told(run, tmp_path / "swapped.json") == 1


def test_a_report_of_another_run_or_without_a_section_is_refused(run: Path, written: Path, tmp_path: Path) -> None:
    path = sorted(written.glob("*.json"))[0]
    for key, value in (("run", {"number": "x", "digest": "y", "root": "z"}), ("sections", []), ("beside", "0" * 64)):
        report = {**json.loads(path.read_text("utf-8")), key: value}
        (tmp_path / "other.json").write_text(json.dumps(report), "utf-8")
        assert told(run, tmp_path / "other.json") == 1


def copied(run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(run, tmp_path / run.name, ignore=shutil.ignore_patterns("*.xlsx", "sheets")))


def test_views_that_were_altered_are_refused_even_when_sealed_again(
    run: Path, written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever alters a view and its digest still has to alter the table of results that everybody holds."""
    folder, path = copied(run, tmp_path), sorted(written.glob("*.json"))[0]
    view = folder / "views" / "overview.json.gz"
    whole = json.loads(gzip.decompress(view.read_bytes()))
    whole["units"][0]["total"] = "999.99"
    text = json.dumps(whole, ensure_ascii=False).encode()
    view.write_bytes(gzip.compress(text))
    assert told(folder, path) == 1
    assert "与封存的摘要不符" in capsys.readouterr().out
    index = json.loads((folder / "views.json").read_text("utf-8"))
    index["views"]["overview"] = hashlib.sha256(text).hexdigest()
    (folder / "views.json").write_text(json.dumps(index), "utf-8")
    assert told(folder, path) == 1
    assert "results.csv" in capsys.readouterr().out


# ---- records that come beside the results ----

RECORDS = Records(
    forecasts=None,
    alerts=(Alert(Words("预警1号", "Alert 1"), Words("错误率超过3%"), Words("待核实", "to be verified")),),
    cases=(Case(Words("整改1号"), Words("补正率偏高"), Words("整改中"), "2027-03-31"),),
    reliefs=(Relief(Words("容错1号"), Decimal("3.5"), Decimal("1"), Words("考评委员会")),),
    appeals=(Appeal(Words("申诉1号"), Words("按期入库率"), "2027-02-03", Words("已裁定")),),
    corrections=(),
)
"""Everything that people may have done about a unit's results."""


def test_records_of_people_are_told_and_verified_with_the_report(run: Path, tmp_path: Path, checks: Checks) -> None:
    code = next(checks.basis.codes())
    kept = ("alerts", "cases", "reliefs", "appeals", "corrections")
    beside = Beside(kept, {code: RECORDS})
    write_checks(Order(run, tmp_path / "health", (), "zh", beside), found(run, ()))
    assert told(run, tmp_path / "health") == 0
    text = (tmp_path / "health" / f"{code}.json").read_text("utf-8")
    for word in ("预警1号", "2027年3月31日", "考评委员会", "已裁定", "本期结果没有更正过"):
        assert word in text
    records = tmp_path / "health" / "beside.json"
    records.write_text(records.read_text("utf-8").replace("待核实", "已了结"), "utf-8")
    assert told(run, tmp_path / "health") == 1


def test_every_section_can_be_told_of_every_unit(checks: Checks) -> None:
    for code in checks.basis.codes():
        assert [section.number for section in checks.of(code).sections if section.claims] == list(PARTS)


def test_an_edition_without_names_of_peers_is_verified_too(run: Path, checks: Checks, tmp_path: Path) -> None:
    """For readers who may not know which peers these are: no code, no name, nothing else of them."""
    lines, seen = checks.basis.views.lines, 0
    for code in checks.basis.codes():
        document = checks.of(code, closed=True)
        (tmp_path / f"{code}.json").write_text(json.dumps(document.plain(), ensure_ascii=False), "utf-8")
        text = json.dumps(document.plain()["sections"], ensure_ascii=False)
        others = [one for one in lines if one != code and f"units/{one}" in text]
        assert others == []
        seen += "经绩效办联系" in text
    assert seen
    assert told(run, tmp_path) == 0


def test_an_edition_cannot_be_passed_off_as_the_other(run: Path, checks: Checks, tmp_path: Path) -> None:
    code = next(code for code in checks.basis.codes() if any(one.kind == "alike" for one in checks.of(code).claims))
    report = {**checks.of(code).plain(), "edition": "closed"}
    (tmp_path / "x.json").write_text(json.dumps(report), "utf-8")
    assert told(run, tmp_path / "x.json") == 1
