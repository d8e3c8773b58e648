"""Somebody is meant by code or by name; a name that several bear is answered with the codes of all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from steelyard.bureau.folder import Bureau
from steelyard.cli import main
from tests.bureau import small_people


def asked(made: Bureau) -> list[str]:
    return [str(made.root), "--record", str(made.record)]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """p1 and p2 have one name; so have p3, who has no score, and p5."""
    persons = small_people.FILES["persons.csv"].replace("张一", "李二").replace("王三", "钱五")
    monkeypatch.setitem(small_people.FILES, "persons.csv", persons)
    return asked(small_people.office(tmp_path))


@pytest.mark.parametrize(("name", "bearers"), [("李二", "p1、p2"), ("钱五", "p5、p3")])
def test_a_name_that_several_persons_bear_is_answered_with_their_codes(
    home: list[str], name: str, bearers: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", *home, "--person", name]) == 1
    assert f"[name-of-several] “{name}”不止一个；请用代码：{bearers}" in capsys.readouterr().err
    assert main(["explain", *home, "--person", bearers[:2]]) == 0
    assert capsys.readouterr().out.startswith(f"{name}（{bearers[:2]}）")


def test_whoever_has_no_score_is_told_so_by_name_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = asked(small_people.office(tmp_path))
    assert main(["explain", *home, "--person", "王三"]) == 1
    assert "“王三”：任职单位都没有得分" in capsys.readouterr().err
    assert main(["explain", *home, "--person", "王八"]) == 1
    assert "“王八”：登记表中没有此人" in capsys.readouterr().err
