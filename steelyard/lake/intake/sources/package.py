"""The zip and XML of a workbook, read as if written by an enemy: sizes counted as they unpack, no entities."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias
from xml.parsers import expat

from steelyard.engine.problems import NOWHERE, refuse
from steelyard.lake.intake.limits import MIB, Limits

Start: TypeAlias = Callable[[str, Mapping[str, str]], None]
End: TypeAlias = Callable[[str, str], None]

BLOCK = 1 << 20  # expat reads an unfinished token again with every block: few large blocks keep that cheap


def unreadable(reason: object) -> Exception:
    return refuse("file-not-workbook", NOWHERE, reason=str(reason)[:200])


class Package:
    """An opened xlsx. Members are reached by the names inside it; nothing is ever unpacked to disk."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.limits = limits
        self.unpacked = 0
        try:
            self.zip = zipfile.ZipFile(path)
            names = [member.filename for member in self.zip.infolist()]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise unreadable(error) from error
        if len(names) > limits.members:
            raise refuse("file-limit", NOWHERE, what="部件 members", found=len(names), limit=limits.members)
        if len(set(names)) != len(names):
            raise unreadable("两个部件同名 two members with one name")

    def has(self, name: str) -> bool:
        return name in self.zip.NameToInfo

    def parse(self, name: str, start: Start, end: End, wanted: frozenset[str] = frozenset()) -> None:
        """Sends elements to ``start`` and ``end`` (with the text inside, for ``wanted`` ones), prefixes taken off."""
        reader = _Reader(start, end, wanted, self.limits.xml_depth)
        try:
            with self.zip.open(name) as stream:
                packed = self.zip.getinfo(name).compress_size
                here = 0
                while block := stream.read(BLOCK):
                    here += len(block)
                    self._count(len(block), here, packed)
                    reader.feed(block)
                reader.close()
        except (KeyError, zipfile.BadZipFile, expat.ExpatError, OSError, EOFError, RuntimeError) as error:
            raise unreadable(f"{name}: {error}") from error
        except (NotImplementedError, ValueError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
            raise unreadable(f"{name}: {error}") from error

    def _count(self, block: int, here: int, packed: int) -> None:
        """Against what really came out: the sizes in the zip's own index are the sender's word."""
        self.unpacked += block
        if self.unpacked > self.limits.unpacked_bytes:
            limit = self.limits.unpacked_bytes
            raise refuse("file-limit", NOWHERE, what="解压后字节 unpacked bytes", found=f"> {limit}", limit=limit)
        if here > MIB and here > packed * self.limits.ratio:
            raise refuse(
                "file-limit", NOWHERE, what="压缩比 ratio", found=here // max(packed, 1), limit=self.limits.ratio
            )


class _Reader:
    """Expat with everything refused that a workbook does not need."""

    def __init__(self, start: Start, end: End, wanted: frozenset[str], depth: int) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.on_start, self.on_end, self.wanted, self.limit = start, end, wanted, depth
        self.depth = 0
        self.collecting = False
        self.texts: list[str] = []

    def feed(self, block: bytes) -> None:
        self.parser.Parse(block, False)

    def close(self) -> None:
        self.parser.Parse(b"", True)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > self.limit:
            raise refuse("file-limit", NOWHERE, what="XML 层数 depth", found=self.depth, limit=self.limit)
        name = name.rpartition(":")[2] if ":" in name else name
        if name in self.wanted:
            self.collecting = True
            self.texts = []
        self.on_start(name, attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        name = name.rpartition(":")[2] if ":" in name else name
        if name in self.wanted:
            self.collecting = False
            self.on_end(name, "".join(self.texts))
        else:
            self.on_end(name, "")

    def _text(self, text: str) -> None:
        if self.collecting:
            self.texts.append(text)

    def _refuse_doctype(self, *_: object) -> None:
        raise unreadable("DOCTYPE")
