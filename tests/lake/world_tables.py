"""Reads a synthetic world the hard way: files by their form, without the rows that the truth file calls bad."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet
import yaml

from steelyard.lake.world.tables import TABLES
from steelyard.lake.world.workdays import WORKDAYS, day_text

BY_NAME = {table.name: table for table in TABLES}
_REGISTERS = {
    "units": "机构.csv",
    "unit_attributes": "机构属性.csv",
    "successions": "机构沿革.csv",
    "holdings": "任职.csv",
}


class Read:
    """A world in a folder: its truth file, and its tables as DuckDB views that are read when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.truth: dict[str, Any] = yaml.load((folder / "truth.yaml").read_text("utf8"), yaml.CSafeLoader)
        self.truths: dict[str, Any] = {truth["id"]: truth for truth in self.truth["truths"]}
        self._connection = duckdb.connect()
        days = [day_text(int(number)) for number in WORKDAYS]
        self._connection.register("workdays", pa.table({"day": days, "number": list(range(len(days)))}))
        self._known: set[str] = set()

    def units(self, truth: str) -> list[str]:
        return list(self.truths[truth]["where"]["units"])

    def unit(self, truth: str) -> str:
        return self.units(truth)[0]

    def officer(self, truth: str) -> str:
        return str(self.truths[truth]["where"]["officers"][0])

    def rows(self, sql: str, *tables: str) -> list[tuple[Any, ...]]:
        """Every cell is text, as in the files, but for tables that come as Parquet. ``file_kind`` is added."""
        for table in set(tables) - self._known:
            self._connection.register(table, self.register(table) if table in _REGISTERS else self.table(table))
            self._known.add(table)
        return self._connection.execute(sql).fetchall()

    def one(self, sql: str, *tables: str) -> Any:
        return self.rows(sql, *tables)[0][0]

    def table(self, name: str) -> pa.Table:
        files = [one for one in self.truth["files"] if one["table"] == name and "refused" not in one]
        tables = [
            self.file(one["file"]).append_column("file_kind", pa.array([one["kind"]] * self._good(one)))
            for one in files
        ]
        return pa.concat_tables(tables, promote_options="default")

    def register(self, name: str) -> pa.Table:
        encoding = "gb18030" if name == "unit_attributes" else "utf-8-sig"
        lines = (self.folder / "files" / _REGISTERS[name]).read_text(encoding).splitlines()
        columns = zip(*(line.split(",") for line in lines[1:]), strict=True)
        return pa.table({name: list(cells) for name, cells in zip(lines[0].split(","), columns, strict=True)})

    def file(self, name: str) -> pa.Table:
        """One file with English column names and its bad rows left out."""
        told = next(one for one in self.truth["files"] if one["file"] == name)
        bad = {row["row"] for row in self.truth["bad_rows"] if row["file"] == name}
        table, path = BY_NAME[told["table"]], self.folder / "files" / name
        english = {title: column for column, title in {**table.headers}.items()}
        english |= {title: column for column, title in table.feed.old_headers.items()}
        read = {".csv": self._csv, ".xlsx": self._xlsx, ".parquet": self._parquet}[path.suffix](path, table.feed, bad)
        return read.rename_columns([english[title] for title in read.column_names])

    def _good(self, told: dict[str, Any]) -> int:
        return int(told["rows"]) - int(told["bad"])

    def _csv(self, path: Path, feed: Any, bad: set[int]) -> pa.Table:
        encoding = "utf-8" if feed.encoding == "utf-8-sig" else feed.encoding
        lines = path.read_bytes().decode(encoding).removeprefix("\ufeff").split("\n")
        first = 1 if feed.title and feed.format == "csv" else 0
        kept = "\n".join(line for number, line in enumerate(lines, 1) if number > first and number not in bad)
        titles = lines[first].rstrip("\r").split(feed.delimiter)
        types = pa_csv.ConvertOptions(
            column_types=dict.fromkeys(titles, pa.string()), null_values=["", "-"], strings_can_be_null=True
        )
        options = pa_csv.ParseOptions(delimiter=feed.delimiter)
        return pa_csv.read_csv(pa.BufferReader(kept.encode()), convert_options=types, parse_options=options)

    def _xlsx(self, path: Path, _: Any, bad: set[int]) -> pa.Table:
        sheet = openpyxl.load_workbook(path, read_only=True)["明细"]
        _, _, titles, *rows = list(sheet.iter_rows(values_only=True))
        kept = [row for number, row in enumerate(rows, 4) if number not in bad and row[0] != "合计"]
        columns = zip(*kept, strict=True)
        text = {title: [self._text(cell) for cell in cells] for title, cells in zip(titles, columns, strict=True)}
        return pa.table(text, schema=pa.schema([(title, pa.string()) for title in titles]))

    def _text(self, cell: Any) -> str | None:
        return None if cell is None else cell.date().isoformat() if hasattr(cell, "date") else str(cell)

    def _parquet(self, path: Path, _: Any, bad: set[int]) -> pa.Table:
        content = pa_parquet.read_table(path)
        return content.take(pa.array([row - 1 for row in range(1, len(content) + 1) if row not in bad], pa.int64()))
