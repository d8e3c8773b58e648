"""A sealed file is read with its key and as it was written, or not at all."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.engine.problems import Refused
from steelyard.web.keeping.sealing import PIECE, Sealing, key_in, opened

KEY = bytes(range(32))


def sealed(path: Path, *parts: bytes, finish: bool = True) -> Path:
    with path.open("wb") as out:
        sealing = Sealing(out, KEY, {"made": "2026"})
        for part in parts:
            sealing.write(part)
        if finish:
            sealing.finish()
    return path


def code(path: Path, key: bytes = KEY) -> str:
    with pytest.raises(Refused) as refused:
        list(opened(path, key))
    return refused.value.problems[0].code


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_is_read_whatever_its_length(tmp_path: Path, size: int) -> None:
    content = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    assert b"".join(opened(sealed(tmp_path / "a", content[: size // 2], content[size // 2 :]), KEY)) == content


def test_nothing_of_it_can_be_read_without_its_key(tmp_path: Path) -> None:
    path = sealed(tmp_path / "a", b"secret of somebody")
    assert b"secret" not in path.read_bytes()
    assert code(path, bytes(32)) == "backup-damaged"


@given(st.data())
def test_every_changed_byte_is_noticed(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = sealed(tmp_path_factory.mktemp("s") / "a", b"x" * 100)
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    assert code(path) in ("backup-damaged", "backup-cut", "backup-foreign")


def test_a_cut_tail_swapped_pieces_and_an_appended_byte_are_noticed(tmp_path: Path) -> None:
    path = sealed(tmp_path / "a", b"a" * PIECE, b"b" * PIECE, b"c")
    whole = path.read_bytes()
    piece = 4 + 1 + PIECE + 16
    head = len(whole) - 2 * piece - (4 + 1 + 1 + 16)
    for broken, wanted in (
        (whole[: head + piece], "backup-cut"),
        (whole[:head] + whole[head + piece : head + 2 * piece] + whole[head : head + piece] + whole[head + 2 * piece :],
         "backup-damaged"),
        (whole + b"x", "backup-damaged"),
    ):  # fmt: skip
        path.write_bytes(broken)
        assert code(path) == wanted
    assert code(sealed(tmp_path / "b", b"x", finish=False)) == "backup-cut"


def test_something_else_is_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"PK\x03\x04 something")
    assert code(path) == "backup-foreign"


def test_a_key_is_made_for_its_owner_alone_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "backup.key"
    key = key_in(path, make=True)
    assert key_in(path, make=True) == key == key_in(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("short")
    with pytest.raises(Refused) as refused:
        key_in(path)
    assert refused.value.problems[0].code == "key-unreadable"
    assert io.BytesIO().writable()
