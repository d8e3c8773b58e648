"""A backup taken while a site is used comes back as the same site, in another place and on the other database."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from steelyard.bureau.runs.replaying import replay
from steelyard.bureau.runs.saving import UNFINISHED
from steelyard.engine.problems import Refused
from steelyard.lake.record import snapshot, verify
from steelyard.web.configuration import Configuration, create
from steelyard.web.dialogue.saying import say, show
from steelyard.web.keeping import backing
from steelyard.web.keeping.backing import back_up
from steelyard.web.keeping.loading import load_rows
from steelyard.web.keeping.restoring import unpack
from steelyard.web.keeping.rows import tables
from steelyard.web.keeping.sealing import Sealing
from steelyard.web.trail.models import Event
from tests.web.dialogue.office import PUBLISHED, Office, office

KEY = bytes(range(32))
NOW = datetime(2026, 10, 1, 3, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at(tmp_path: Path, settings: Any) -> Iterator[tuple[Office, Configuration]]:
    made = office(tmp_path)
    site = create(tmp_path / "site", bureau=str(made.bureau.root), record=str(made.bureau.record), secure=False)
    site.secret()
    settings.STEELYARD = site
    upload = SimpleUploadedFile("证明.txt", "内容".encode())
    show(made.number(), upload, "说明", "own", by=made.people["liaison"], now=PUBLISHED, media=site.media)
    say(made.number(), "一句\n两行 “引号”", by=made.people["liaison"], now=PUBLISHED.replace(microsecond=123456))
    return made, site


def rows() -> dict[str, list[dict[str, Any]]]:
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in tables()}


def emptied() -> None:
    for model in reversed(tables()):
        model._default_manager.all()._raw_delete(using="default")  # type: ignore[attr-defined]


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.problems[0].code


def test_a_site_comes_back_as_it_was(at: tuple[Office, Configuration], tmp_path: Path) -> None:
    made, site = at
    before = rows()
    taken = back_up(site, tmp_path / "a.backup", KEY, NOW)
    emptied()
    found = unpack(tmp_path / "a.backup", tmp_path / "again", KEY)
    load_rows(tmp_path / "again", found)
    assert rows() == before
    assert taken.rows == found.rows
    assert Event.objects.filter(at__contains=".123456").count() <= Event.objects.count()
    again = Configuration(tmp_path / "again", bureau="bureau", record="kept/record").of_bureau()
    assert snapshot(again.record).digest == snapshot(made.bureau.record).digest
    assert verify(again.record) == []
    (run,) = again.runs.iterdir()
    assert replay(run).digest == made.version.run.digest
    assert [path.read_bytes() for path in (tmp_path / "again" / "media").rglob("*.txt")] == ["内容".encode()]
    assert (tmp_path / "again" / "secret.key").read_bytes() == (site.home / "secret.key").read_bytes()
    folders = [path for path in (tmp_path / "again").rglob("*") if path.is_dir() and path.name != "static"]
    assert folders
    assert not [path for path in folders if path.stat().st_mode & 0o077], "nobody else on the machine reads them"


@pytest.mark.parametrize("name", ["calendar.yaml", "uses.yaml", "entry.yaml", "monitors.yaml"])
def test_what_the_bureau_states_beside_its_rules_comes_back(
    at: tuple[Office, Configuration], tmp_path: Path, name: str
) -> None:
    """Without it nobody logs a use, and judged items are entered by other terms than those of the bureau."""
    made, site = at
    stated = made.bureau.root / name
    if not stated.exists():
        stated.write_text("# 本局\n", "utf-8")
    back_up(site, tmp_path / "a.backup", KEY, NOW)
    unpack(tmp_path / "a.backup", tmp_path / "again", KEY)
    assert (tmp_path / "again" / "bureau" / name).read_bytes() == stated.read_bytes()


def test_work_that_is_not_whole_yet_is_not_kept(at: tuple[Office, Configuration], tmp_path: Path) -> None:
    """A set of health checks that is being made, for one, which may be gone before it could be copied."""
    _, site = at
    half = site.media / "health" / "job-1.writing" / "2"
    half.mkdir(parents=True)
    (half / "half.pdf").write_bytes(b"%PDF-")
    back_up(site, tmp_path / "a.backup", KEY, NOW)
    unpack(tmp_path / "a.backup", tmp_path / "again", KEY)
    assert not (tmp_path / "again" / "media" / "health").exists()


def test_nothing_open_lies_beside_a_backup_while_it_is_made(
    at: tuple[Office, Configuration], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Backups go to disks that others see: what is not sealed yet stays at home, where its user alone can read it."""
    _, site = at
    elsewhere, seen = tmp_path / "elsewhere", list[str]()
    elsewhere.mkdir()
    real = backing._add

    def looked(archive: Any, name: str, file: Path, taken: Any) -> None:
        seen.extend(path.name for path in elsewhere.rglob("*"))
        if name.startswith("tables/"):
            assert file.is_relative_to(site.home)
            assert file.parent.stat().st_mode & 0o077 == 0
        real(archive, name, file, taken)

    monkeypatch.setattr(backing, "_add", looked)
    back_up(site, elsewhere / "a.backup", KEY, NOW)
    assert seen
    assert all(name.endswith(UNFINISHED) for name in seen)
    assert [path.name for path in elsewhere.iterdir()] == ["a.backup"]


def test_only_a_new_folder_and_an_empty_database_are_restored_into(
    at: tuple[Office, Configuration], tmp_path: Path
) -> None:
    _, site = at
    back_up(site, tmp_path / "a.backup", KEY, NOW)
    with pytest.raises(Refused) as there:
        unpack(tmp_path / "a.backup", site.home, KEY)
    taken = unpack(tmp_path / "a.backup", tmp_path / "again", KEY)
    before = rows()
    with pytest.raises(Refused) as full:
        load_rows(tmp_path / "again", taken)
    assert (code(there), code(full)) == ("restore-exists", "database-not-empty")
    assert rows() == before


def test_rows_that_are_missing_are_noticed_and_none_is_loaded(at: tuple[Office, Configuration], tmp_path: Path) -> None:
    _, site = at
    back_up(site, tmp_path / "a.backup", KEY, NOW)
    taken = unpack(tmp_path / "a.backup", tmp_path / "again", KEY)
    path = tmp_path / "again" / "tables" / "trail.event.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    emptied()
    with pytest.raises(Refused) as refused:
        load_rows(tmp_path / "again", taken)
    assert code(refused) == "rows-differ"
    assert not any(rows().values())


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "a/../../outside"])
def test_a_name_that_leads_outside_is_refused_and_nothing_is_left(tmp_path: Path, name: str) -> None:
    with (tmp_path / "bad").open("wb") as out:
        sealing = Sealing(out, KEY, {})
        with tarfile.open(fileobj=cast(Any, sealing), mode="w|") as archive:
            entry = tarfile.TarInfo(name)
            entry.size = 1
            archive.addfile(entry, io.BytesIO(b"x"))
        sealing.finish()
    with pytest.raises(Refused) as refused:
        unpack(tmp_path / "bad", tmp_path / "in" / "home", KEY)
    assert code(refused) == "backup-incomplete"
    assert not (tmp_path / "outside").exists()
    assert list((tmp_path / "in").iterdir()) == []


def test_the_commands_take_a_site_and_bring_it_back(tmp_path: Path) -> None:
    site = create(tmp_path / "site", bureau=os.path.abspath("examples/province"), secure=False)

    def told(*arguments: str) -> tuple[int, Any]:
        command = [sys.executable, "-m", "steelyard.cli", *arguments, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        return done.returncode, json.loads(done.stdout or "null") if done.returncode in (0, 1) else done.stderr

    key = str(tmp_path / "k.key")
    back, taken = told("backup", str(site.home), str(tmp_path / "a.backup"), "--key", key)
    here, found = told("restore", str(tmp_path / "a.backup"), str(tmp_path / "again"), "--key", key)
    assert (back, here) == (0, 0)
    assert taken == found
    assert (tmp_path / "again" / "bureau" / "rules" / "book.yaml").is_file()
    sick, problems = told("doctor", str(tmp_path / "again"))
    assert sick == 1
    assert {one["code"] for one in problems} >= {"unsafe-cookies", "record-missing"}
