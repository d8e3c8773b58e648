"""A backup of either database comes back row for row, into the same kind of database and into the other one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from steelyard.lake.record import verify
from steelyard.web.configuration import Configuration
from steelyard.web.dialogue.saying import say, show
from steelyard.web.keeping.backing import back_up
from steelyard.web.keeping.loading import load_rows
from steelyard.web.keeping.restoring import unpack
from steelyard.web.trail.checkpoints import verdict
from steelyard.web.trail.models import Event
from tests.web.databases import site_on
from tests.web.dialogue.office import PUBLISHED, Office, office
from tests.web.keeping.test_backups import KEY, NOW, emptied, rows


@pytest.fixture
def at(both: Configuration, tmp_path: Path) -> Iterator[tuple[Office, Configuration]]:
    made = office(tmp_path)
    site = replace(both, bureau=str(made.bureau.root), record=str(made.bureau.record))
    settings.STEELYARD = site
    site.secret()
    upload = SimpleUploadedFile("证明.txt", "内容".encode())
    show(made.number(), upload, "说明", "own", by=made.people["liaison"], now=PUBLISHED, media=site.media)
    say(made.number(), "一句\n“引号”", by=made.people["liaison"], now=PUBLISHED.replace(microsecond=123456))
    yield made, site
    settings.STEELYARD = both


def test_rows_come_back_as_they_were_and_the_next_ones_follow(at: tuple[Office, Configuration], tmp_path: Path) -> None:
    made, site = at
    before = rows()
    taken = back_up(site, tmp_path / "a.backup", KEY, NOW)
    emptied()
    found = unpack(tmp_path / "a.backup", tmp_path / "again", KEY)
    load_rows(tmp_path / "again", found)
    assert rows() == before
    assert sum(taken.rows.values()) == sum(len(some) for some in before.values()) > 10
    assert verify(tmp_path / "again" / "kept" / "record") == []
    assert verdict(site.home).problems == (), "the chain of events is whole"
    say(made.number(), "又一句", by=made.people["liaison"], now=NOW)
    assert Event.objects.count() == len(before["trail.Event"]) + 1


def test_a_site_moves_to_the_other_database(at: tuple[Office, Configuration], tmp_path: Path) -> None:
    _, site = at
    before = rows()
    back_up(site, tmp_path / "a.backup", KEY, NOW)
    found = unpack(tmp_path / "a.backup", tmp_path / "again", KEY)
    with site_on(tmp_path / "other"):
        load_rows(tmp_path / "again", found)
        assert rows() == before
