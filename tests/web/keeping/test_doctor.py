"""The doctor names everything unsafe, and nothing of a site that is safe."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from steelyard.web.configuration import Configuration, create
from steelyard.web.identities.naming import Directory, Provider
from steelyard.web.keeping import doctor
from steelyard.web.keeping.doctor import Looked, unsafe
from tests.bureau.small_bureau import ARRIVED, bureau, load
from tests.bureau.test_correcting import FACTS, RULES, UNITS

NOW = (ARRIVED + timedelta(days=1)).astimezone()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    folder = tmp_path_factory.mktemp("sound")
    made = bureau(folder, FACTS, RULES)
    load(made, {"units.csv": UNITS})
    shutil.copy("examples/province/calendar.yaml", made.root)
    return create(folder / "site", bureau=str(made.root), record=str(made.record), hosts=["kp.tax.cn"])


def codes(configuration: Configuration, now: datetime = NOW, backups: Path | None = None) -> list[str]:
    return [problem.code for problem in unsafe(Looked(configuration, now, backups))]


def test_nothing_is_said_of_a_sound_site(sound: Configuration) -> None:
    assert codes(sound) == []


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"secure": False}, ["unsafe-cookies"]),
        ({"secure": False, "address": "0.0.0.0"}, ["unsafe-cookies", "unsafe-address"]),
        ({"demo": True}, ["unsafe-demo"]),
        ({"hosts": ("*",)}, ["unsafe-host"]),
        ({"workers": 2}, ["unsafe-workers"]),
        ({"workers": 2, "database": "postgresql://u@h/d"}, []),
        ({"watched": "nowhere"}, ["watched-missing"]),
        ({"watched": "."}, []),
        ({"record": "nowhere"}, ["record-missing"]),
        ({"bureau": "nowhere"}, ["folder-missing", "folder-missing"]),
    ],
)
def test_each_unsafe_setting_is_named(sound: Configuration, changed: dict[str, Any], wanted: list[str]) -> None:
    assert codes(replace(sound, **changed)) == wanted


def test_files_that_others_can_read_are_named(sound: Configuration) -> None:
    sound.secret()
    (sound.home / "secret.key").chmod(0o644)
    assert codes(sound) == ["unsafe-readable"]
    (sound.home / "secret.key").chmod(0o600)
    assert codes(sound) == []


def test_old_and_missing_backups_are_named(sound: Configuration, tmp_path: Path) -> None:
    assert codes(sound, backups=tmp_path) == ["unsafe-no-backup"]
    (tmp_path / "a").touch()
    assert codes(sound, datetime.now().astimezone(), backups=tmp_path) == ["unsafe-clock"]
    assert "unsafe-no-backup" in codes(sound, datetime.now().astimezone() + timedelta(days=3), backups=tmp_path)


def test_a_clock_before_the_last_batch_is_named(sound: Configuration) -> None:
    assert codes(sound, NOW - timedelta(days=30)) == ["unsafe-clock"]


def test_a_machine_in_another_zone_has_no_wrong_clock(sound: Configuration) -> None:
    just_after = (ARRIVED + timedelta(minutes=5)).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert codes(sound, just_after.astimezone(UTC)) == []


def test_a_missing_calendar_is_named(sound: Configuration, tmp_path: Path) -> None:
    made = bureau(tmp_path, FACTS, RULES)
    assert codes(replace(sound, bureau=str(made.root))) == ["no-calendar"]


def test_whom_people_sign_in_by_is_asked_whether_that_works(sound: Configuration, tmp_path: Path) -> None:
    (tmp_path / "a.key").write_text("x")
    directory = Directory("ldap://127.0.0.1:1", "dc=x", "cn=x", tmp_path / "a.key")
    provider = Provider("http://127.0.0.1:1", "x", tmp_path / "a.key")
    assert codes(replace(sound, ldap=directory)) == ["unsafe-identity", "identity-silent"]
    assert codes(replace(sound, ldap=replace(directory, url="ldaps://127.0.0.1:1"))) == ["identity-silent"]
    assert codes(replace(sound, oidc=provider)) == ["unsafe-identity", "identity-silent"]
    assert codes(replace(sound, oidc=replace(provider, issuer="https://127.0.0.1:1"))) == ["identity-silent"]


def test_a_full_disk_is_named(sound: Configuration, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 1 << 30})()
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage)
    assert codes(sound) == ["unsafe-disk", "unsafe-disk"]
