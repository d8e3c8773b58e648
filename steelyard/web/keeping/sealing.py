"""A stream under lock and seal: pieces of AES-256-GCM, each bound to its number, the last one marked as the last.

Nobody reads it without the key; a changed byte, a missing piece, a cut tail or pieces in another order are noticed.
"""

from __future__ import annotations

import io
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from steelyard.engine.problems import CATALOGUE, Place, refuse

CATALOGUE.add(
    {
        "backup-foreign": ("{file} 不是公平秤的备份", "{file} is no backup of Steelyard"),
        "backup-damaged": (
            "备份 {file} 的第 {piece} 块已损坏、被改动，或密钥不对；请换一份备份，或换一把密钥",
            "piece {piece} of backup {file} is damaged or altered, or the key is not its own; take another of either",
        ),
        "backup-cut": ("备份 {file} 不完整（尾部缺失）；请换一份备份", "backup {file} is cut off; take another one"),
        "key-unreadable": (
            "{file} 不是密钥文件（应为 64 位十六进制）",
            "{file} is no key file (64 hexadecimal digits)",
        ),
    }
)

MAGIC = b"STEELYARD BACKUP 1\n"
PIECE = 1 << 20
SIZE, TAG = 4, 16  # bytes that say how long a piece is, and those that the cipher adds to it
FINAL, MORE = b"\x01", b"\x00"


def key_in(path: Path, *, make: bool = False) -> bytes:
    """The key of a file, which is made when asked for, readable only by its owner. Raises `Refused`."""
    if make and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (ValueError, OSError):
        key = b""
    if len(key) != 32:
        raise refuse("key-unreadable", Place(str(path)), file=path)
    return key


class Sealing(io.RawIOBase):
    """Writes into ``out`` whatever is written here. ``close`` writes the last piece; without it there is no end."""

    def __init__(self, out: BinaryIO, key: bytes, head: Mapping[str, str]) -> None:
        self._out, self._cipher, self._number, self._held = out, AESGCM(key), 0, bytearray()
        self._salt = secrets.token_bytes(4)
        self._head = MAGIC + json.dumps({**head, "algorithm": "AES-256-GCM", "salt": self._salt.hex()}).encode() + b"\n"
        out.write(self._head)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._held += data
        while len(self._held) > PIECE:
            self._piece(bytes(self._held[:PIECE]), MORE)
            del self._held[:PIECE]
        return len(data)

    def finish(self) -> None:
        self._piece(bytes(self._held), FINAL)
        self._held.clear()

    def _piece(self, data: bytes, last: bytes) -> None:
        sealed = self._cipher.encrypt(_nonce(self._salt, self._number), data, self._head + last)
        self._out.write(len(sealed).to_bytes(SIZE, "big") + last + sealed)
        self._number += 1


def opened(path: Path, key: bytes) -> Iterator[bytes]:
    """The pieces of a sealed file in order, each only after it was found genuine.

    Raises `Refused`: ``backup-foreign``, ``backup-damaged``, ``backup-cut``.
    """
    with path.open("rb") as file:
        head, salt = _head(file, path)
        cipher, number, last = AESGCM(key), 0, MORE
        while last != FINAL:
            size, last = int.from_bytes(file.read(SIZE), "big"), file.read(1)
            data = file.read(size) if size <= PIECE + TAG else b""
            if len(data) < max(size, TAG) or last not in (FINAL, MORE):
                raise refuse("backup-cut", Place(str(path)), file=path.name)
            try:
                yield cipher.decrypt(_nonce(salt, number), data, head + last)
            except InvalidTag as error:
                raise refuse("backup-damaged", Place(str(path)), file=path.name, piece=number + 1) from error
            number += 1
        if file.read(1):
            raise refuse("backup-damaged", Place(str(path)), file=path.name, piece=number + 1)


def _head(file: BinaryIO, path: Path) -> tuple[bytes, bytes]:
    magic = file.read(len(MAGIC))
    written = file.readline(10_000)
    try:
        salt = bytes.fromhex(json.loads(written)["salt"])
    except (ValueError, KeyError, TypeError):
        salt = b""
    if magic != MAGIC or len(salt) != 4:
        raise refuse("backup-foreign", Place(str(path)), file=path.name)
    return magic + written, salt


def _nonce(salt: bytes, number: int) -> bytes:
    return salt + number.to_bytes(8, "big")
