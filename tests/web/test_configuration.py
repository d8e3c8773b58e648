"""``site.toml``: what it may hold, and everything that is wrong with it at once."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from steelyard.engine.problems import Refused
from steelyard.web.configuration import create, read
from steelyard.web.site.databases import database
from steelyard.web.site.serving import free


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    made = create(tmp_path / "site", bureau='../a "b"', port=8700, secure=False, hosts=["a.gov.cn", "b"])
    assert made == read(tmp_path / "site")
    assert (made.bureau, made.port, made.secure, made.hosts) == ('../a "b"', 8700, False, ("a.gov.cn", "b"))
    assert made.of_bureau().root == tmp_path / 'a "b"'


def test_a_site_is_not_made_twice_and_not_found_where_none_is(tmp_path: Path) -> None:
    create(tmp_path)
    with pytest.raises(Refused) as twice:
        create(tmp_path)
    with pytest.raises(Refused) as nowhere:
        read(tmp_path / "elsewhere")
    assert codes(twice) + codes(nowhere) == ["site-exists", "site-missing"]


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text('port = "8600"\nsecure = 1\nhosts = "a"\ncolour = "red"\n')
    with pytest.raises(Refused) as refused:
        read(tmp_path)
    assert codes(refused) == ["site-setting", "site-setting", "site-setting", "site-setting-unknown"]
    (tmp_path / "site.toml").write_text("port = ")
    with pytest.raises(Refused) as refused:
        read(tmp_path)
    assert codes(refused) == ["site-unreadable"]


def test_the_secret_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    made = create(tmp_path)
    secret = made.secret()
    assert read(tmp_path).secret() == secret
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_database_url_means_postgresql(tmp_path: Path) -> None:
    url = "postgresql://us%40er:p%2Fw@db.local:5433/steel"
    found = database(create(tmp_path, database=url))
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "us@er", "p/w", "db.local", 5433, "steel",
    )  # fmt: skip
    assert database(create(tmp_path / "own"))["NAME"] == tmp_path / "own" / "site.sqlite3"


def test_a_port_that_is_taken_is_refused_in_words() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Refused) as refused:
            free("127.0.0.1", other.getsockname()[1])
    with pytest.raises(Refused) as beyond:
        free("127.0.0.1", 70_000)
    assert codes(refused) + codes(beyond) == ["port-unusable", "port-unusable"]
