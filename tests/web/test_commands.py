"""Commands of a site whose database does not answer, or whose folders are not what was meant, end in words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from steelyard import cli
from steelyard.commands import arguments
from steelyard.engine.problems import Refused
from steelyard.web.configuration import create, read
from steelyard.web.site.verifying import verify

PROVINCE = Path("examples/province").resolve()
STOPPED = "postgresql://steelyard:secret@127.0.0.1:1/steelyard"
"""Nobody listens at the first port."""


def told(*arguments: str | Path) -> tuple[int, str]:
    """Exit code and words of a command in a process of its own."""
    command = [sys.executable, "-m", "steelyard.cli", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout + done.stderr


def site(folder: Path, database: str) -> Path:
    create(folder, bureau=str(PROVINCE), database=database)
    return folder


@pytest.mark.parametrize("command", ["serve", "work", "verify", "backup", "doctor"])
def test_a_database_that_does_not_answer_is_told_and_no_inside_is_shown(command: str, tmp_path: Path) -> None:
    home = site(tmp_path / "site", STOPPED)
    more = [tmp_path / "a.backup", "--key", tmp_path / "a.key"] if command == "backup" else []
    code, words = told(command, home, *more)
    assert (code, "Traceback" in words, "secret" in words) == (1, False, False)
    assert ("审计记录读不出来" if command == "verify" else "数据库不能用") in words
    assert "127.0.0.1" in words, "the reason is that of the database"
    assert not (tmp_path / "a.backup").exists()


def test_a_backup_is_not_restored_by_halves_where_the_database_does_not_answer(tmp_path: Path) -> None:
    file, key = tmp_path / "a.backup", tmp_path / "a.key"
    assert told("backup", site(tmp_path / "site", ""), file, "--key", key)[0] == 0
    for database, wanted in ((STOPPED, "数据库不能用"), ("mysql://u:secret@h/d", "site.toml 的 database 应为")):
        code, words = told("restore", file, tmp_path / "again", "--key", key, "--database", database)
        assert (code, "Traceback" in words, "secret" in words) == (1, False, False)
        assert wanted in words
        assert not (tmp_path / "again").exists()


def test_a_file_that_is_no_database_is_told_by_the_doctor_and_one_that_is_not_there_yet_is_not(tmp_path: Path) -> None:
    home = site(tmp_path / "site", "")
    assert "数据库不能用" not in told("doctor", home)[1]
    (home / "site.sqlite3").write_text("no database" * 99)
    code, words = told("doctor", home, "--json")
    assert (code, "database-unusable" in words) == (1, True)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:secret@h/d",
        "site.sqlite3",
        "postgresql://u:secret@h",
        "postgresql://h:many/d",
        "postgresql://[h/d",
        "postgresql:u:secret@h/d",
    ],
)
@pytest.mark.parametrize("setting", ["database", "source"])
def test_an_address_that_is_no_database_of_ours_is_refused_without_its_password(
    setting: str, url: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused) as refused:
        create(tmp_path, **{setting: url})
    (problem,) = refused.value.problems
    assert (problem.code, "secret" in problem.text("en")) == ("site-setting", False)


@pytest.mark.parametrize("url", ["postgresql://u:p@h:5432/d", "postgres:///d?host=/run/postgresql", ""])
def test_an_address_of_postgresql_is_taken_as_it_is(url: str, tmp_path: Path) -> None:
    create(tmp_path, database=url)
    assert read(tmp_path).database == url


def test_a_site_of_no_bureau_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["site", str(tmp_path / "site"), "--bureau", str(tmp_path / "nowhere")]) == 1
    words = capsys.readouterr().err
    assert words.count("没有文件夹") == 2
    assert "rules" in words
    assert "facts" in words
    assert not (tmp_path / "site").exists()


def test_a_witness_who_holds_nothing_is_no_witness(tmp_path: Path) -> None:
    """A path with a mistake in it would compare nothing, and find no difference."""
    home, empty = site(tmp_path / "site", ""), tmp_path / "empty"
    empty.mkdir()
    command = ["verify", str(home), "--witness", str(empty), "--witness", str(tmp_path / "nowhere")]
    with pytest.raises(Refused) as refused:
        verify(arguments.read(command))
    assert [one.code for one in refused.value.problems] == ["witness-empty"] * 2, "both are named at once"
    assert {one.params["folder"] for one in refused.value.problems} == {empty, tmp_path / "nowhere"}
    assert not (home / "site.sqlite3").exists(), "nothing was begun"
