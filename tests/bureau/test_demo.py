"""What the demo shows, and what a start of it before has left: finished only where all of it still stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from steelyard.bureau import demo
from steelyard.bureau.asking.own import weighing
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.replaying import replay
from steelyard.bureau.views.reading import views_of
from steelyard.engine.problems import Refused

RULES = Path(__file__).parents[2] / "examples" / "province"


def test_a_demo_whose_sheets_or_proofs_are_gone_is_made_again(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path, tmp_path / "record")
    folder = bureau.runs / "one"
    parts = (folder / "sheets" / "index.html", folder / "proofs" / "11.json")
    for path in parts:
        path.parent.mkdir(parents=True)
        path.write_text("")
    shown = demo.Shown(folder, "root", parts[:1], parts[1:])
    demo._finish(shown, "key")
    assert demo._finished(bureau, "key") == shown
    assert demo._finished(bureau, "other") is None
    for path in parts:
        path.unlink()
        assert demo._finished(bureau, "key") is None
        path.write_text("")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bureau, demo.Shown]:
    prepared = demo.prepare(tmp_path_factory.mktemp("demo"), RULES, "small", 1)
    return prepared.bureau, demo.show(prepared, "none", 2)


def test_five_hundred_officers_of_the_reference_scenario_type_in_nothing(small: tuple[Bureau, demo.Shown]) -> None:
    """C20, C43: all twelve own indicators come from systems; what units fill in for two carried ones is told apart."""
    (kept,) = json.loads((small[1].folder / "persons.json").read_text("utf-8"))
    assert kept["persons"] >= 500
    told = kept["inputs"]
    assert (told["own"], told["own_by_hand"], told["keystrokes"]) == (12, [], "0")
    assert told["carried_by_hand"] == ["report_burden", "report_reached"]


def test_whoever_looks_at_the_demo_finds_trends_remedies_and_personal_accounts(
    small: tuple[Bureau, demo.Shown],
) -> None:
    bureau, shown = small
    views = views_of(shown.folder)
    sheets = [views.unit(code) for code in views.lines]
    assert all(len(sheet.history) == 12 for sheet in sheets)
    assert all(sheet.losses[0].remedy for sheet in sheets if sheet.losses)
    head = next(person for person in views.persons() if views.account(person["person"]))
    ran = replay(shown.folder, bureau.record)
    with pytest.raises(Refused, match="own-indicator-unknown"):
        weighing(ran.ran, views.persons(), head["plan"], head["period"]).explain(head["person"], "nothing", "zh")


def test_a_province_that_another_version_wrote_is_left_and_a_new_one_made(
    small: tuple[Bureau, demo.Shown], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = small[0].record
    monkeypatch.setattr(demo, "edition", lambda: "another")
    again = demo.prepare(before.parents[2], RULES, "small", 1)
    assert again.world.name == "world-another"
    assert (again.bureau.record != before, before.is_dir()) == (True, True)
