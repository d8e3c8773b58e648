"""CSV. A line is a record, whatever its quotes say: one stray quote cannot swallow the lines below it.

Blocks of whole lines are split by pyarrow on raw bytes (in gb18030 no second byte looks like a comma, a quote or a
line break), so cells are decoded only when their column is read. Lines with quotes must fit a strict pattern first.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from steelyard.engine.model.facts import Feed
from steelyard.engine.problems import Place, Problem, refuse
from steelyard.lake.intake.limits import Limits
from steelyard.lake.intake.sources.chunks import Broken, Cells, Chunk, Rows
from steelyard.lake.intake.sources.lines import Lines

BLOCK = 4 << 20
"""Large enough to be worth a task, small enough that all cores have something to do until the end of the file."""
PIECE = 1 << 19
"""What the splitter takes at a time: small enough to stay in a core's own cache."""
_MARK = b"\xef\xbb\xbf"


class TextFile:
    """An opened CSV file, positioned behind its header."""

    def __init__(self, path: Path, feed: Feed, limits: Limits) -> None:
        self.place, self.feed, self.limits = Place(path.name), feed, limits
        self.stream: BinaryIO = path.open("rb")
        self.titles = feed.header - 1
        # a delimiter that can be the second byte of a Chinese character: decode before splitting
        self.transcode = feed.encoding == "gb18030" and ord(feed.delimiter) >= 0x30
        self.encoding = "utf-8" if self.transcode else feed.encoding
        self.header = self._read_header()

    def _read_header(self) -> list[str]:
        if self.stream.read(len(_MARK)) != _MARK or self.feed.encoding != "utf-8":
            self.stream.seek(0)
        line = b""
        for row in range(1, self.feed.header + 1):
            line = self.stream.readline(self.limits.record_bytes)
            if not line.endswith(b"\n") and len(line) >= self.limits.record_bytes:
                raise refuse("file-record-too-long", self.place, row=row, limit=self.limits.record_bytes)
            if not line:
                raise refuse("file-empty", self.place, row=self.feed.header)
        return self._split_header(line)

    def _split_header(self, line: bytes) -> list[str]:
        problem = partial(refuse, "file-not-text", self.place, encoding=self.feed.encoding, row=self.feed.header)
        if b"\0" in line:
            raise problem()
        try:
            text = line.decode(self.feed.encoding).rstrip("\r\n")
            cells = next(csv.reader([text], delimiter=self.feed.delimiter, strict=True), [])
        except (UnicodeDecodeError, csv.Error) as error:
            raise problem() from error
        if len(cells) > self.limits.columns:
            raise refuse("file-limit", self.place, what="列 columns", found=len(cells), limit=self.limits.columns)
        return cells

    def remarks(self) -> list[Problem]:
        return []

    def chunks(self, positions: Sequence[int]) -> Iterator[Callable[[], Chunk]]:
        row = self.feed.header + 1
        for block in self._blocks():
            records = _line_ends(block) + (not block.endswith(b"\n"))
            yield partial(self._chunk, block, row, records, tuple(positions))
            row += records

    def _blocks(self) -> Iterator[bytes]:
        """Runs of whole lines; the last one may lack its line break."""
        limit, row = self.limits.record_bytes, self.feed.header + 1
        while block := self.stream.read(BLOCK):
            if not block.endswith(b"\n"):
                rest = self.stream.readline(limit)
                if len(rest) >= limit and not rest.endswith(b"\n"):
                    raise refuse("file-record-too-long", self.place, row=row, limit=limit)
                block += rest
            yield block

    def _chunk(self, block: bytes, row: int, records: int, positions: tuple[int, ...]) -> Chunk:
        block = block.replace(b"\r\n", b"\n") if b"\r" in block else block
        # in a single column an empty line looks like an empty cell
        if _plain(block) and not self.transcode and len(self.header) > 1:
            try:
                cells = self._cells(block, positions, PIECE, quotes=False)
                return Chunk(records, 0, np.arange(row, row + records), cells)
            except pa.ArrowInvalid:
                pass  # a ragged line somewhere, or an endless one: sort them out one by one
        return self._sorted_out(block, row, records, positions)

    def _sorted_out(self, block: bytes, row: int, records: int, positions: tuple[int, ...]) -> Chunk:
        """The careful road: every line is good, blank or broken with a reason."""
        broken = dict[int, Broken]()
        lines = Lines(self._transcoded(block, row, broken) if self.transcode else block)
        blank = self._judged(lines, row, broken)
        drop = sorted([*broken, *blank])
        kept = lines.without(drop)
        piece = PIECE if lines.longest < PIECE else len(kept) + 1
        cells = self._cells(kept, positions, piece, quotes=b'"' in kept) if kept else _nothing(positions)
        rows: Rows = np.delete(np.arange(row, row + len(lines)), drop)
        return Chunk(records, len(blank), rows, cells, [broken[i] for i in sorted(broken)])

    def _transcoded(self, block: bytes, row: int, broken: dict[int, Broken]) -> bytes:
        lines = block.removesuffix(b"\n").split(b"\n")
        return b"\n".join(self._utf8(line, row + i, i, broken) for i, line in enumerate(lines)) + b"\n"

    def _utf8(self, line: bytes, row: int, index: int, broken: dict[int, Broken]) -> bytes:
        try:
            return line.decode(self.feed.encoding).encode()
        except UnicodeDecodeError:
            broken[index] = Broken(row, "row-encoding", line)
            return b""

    def _judged(self, lines: Lines, row: int, broken: dict[int, Broken]) -> list[int]:
        """The blank lines; what is wrong with others is added to ``broken``."""
        width, blank = len(self.header), list[int]()
        doubtful = [i for i in lines.doubtful(self.feed.delimiter, width) if i not in broken]
        texts = [lines[i] for i in doubtful]
        for i, line, good in zip(doubtful, texts, self._well_formed(texts), strict=True):
            if not line.strip():
                blank.append(i)
            elif not good:
                broken[i] = Broken(row + i, "row-quotes", line)
            elif _width(line, self.feed.delimiter.encode()) != width:
                broken[i] = Broken(row + i, "row-ragged", line)
        return blank

    def _well_formed(self, lines: list[bytes]) -> list[bool]:
        """Lines whose quotes, if any, open and close whole cells, and that hold no bare carriage return."""
        cell = rf'(?:[^"\r{_escaped(self.feed.delimiter)}]*|"(?:[^"\r]|"")*")'
        pattern = rf"\A{cell}(?:{_escaped(self.feed.delimiter)}{cell})*\z"
        fits: list[bool] = pc.match_substring_regex(pa.array(lines, pa.binary()), pattern).to_pylist()
        return fits

    def _cells(self, block: bytes, positions: tuple[int, ...], piece: int, *, quotes: bool) -> dict[int, Cells]:
        names = [str(index) for index in range(len(self.header))]
        wanted = [str(position) for position in positions]
        table = pa.csv.read_csv(
            pa.BufferReader(block),
            pa.csv.ReadOptions(use_threads=False, block_size=piece, column_names=names),
            pa.csv.ParseOptions(
                delimiter=self.feed.delimiter, quote_char='"' if quotes else False, ignore_empty_lines=False
            ),
            pa.csv.ConvertOptions(
                column_types=dict.fromkeys(wanted, pa.binary()), include_columns=wanted, strings_can_be_null=False
            ),
        )
        return {position: table.column(str(position)).combine_chunks() for position in positions}


def _plain(block: bytes) -> bool:
    """No quotes, no bare carriage returns, no empty lines: a line break ends a record and nothing else does.

    Of an empty line the splitter makes a row of empty cells, or none: it is not left to decide.
    """
    return b'"' not in block and b"\r" not in block and b"\n\n" not in block and not block.startswith(b"\n")


def _line_ends(block: bytes) -> int:
    return int(np.count_nonzero(np.frombuffer(block, dtype=np.uint8) == 0x0A))


def _escaped(delimiter: str) -> str:
    return rf"\x{{{ord(delimiter):x}}}"


def _width(line: bytes, delimiter: bytes) -> int:
    """Cells of a well-formed line: the parts outside quotes hold its delimiters."""
    return 1 + b"".join(line.split(b'"')[::2]).count(delimiter)


def _nothing(positions: Sequence[int]) -> dict[int, Cells]:
    return {position: pa.array([], pa.binary()) for position in positions}
