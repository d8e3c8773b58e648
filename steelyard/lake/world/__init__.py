"""The synthetic reference world: one province whose files, faults and truths are all made from one seed.

`write_world` is the door. The folder holds ``files/`` (what eleven source systems, a survey and the registers export),
``deliveries.csv`` (when each file arrived, its rows and hash) and ``truth.yaml`` (what was planted, and every bad row).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.engine.proof.canonical import digest
from steelyard.lake.world.feeds import Written
from steelyard.lake.world.files import jobs, run
from steelyard.lake.world.people import populate
from steelyard.lake.world.province import Scale, build
from steelyard.lake.world.registers import write_registers
from steelyard.lake.world.table import World
from steelyard.lake.world.truths import choose, truth_records

CATALOGUE.add(
    {
        "world-folder-taken": (
            "目录已有内容；请换一个空目录，或先删去该目录",
            "the folder is not empty; name an empty one, or delete this one first",
        ),
        "world-seed": (
            "种子应为不小于 0 的整数，给出的是 {seed}",
            "the seed must be an integer of 0 or more, not {seed}",
        ),
    }
)

Progress = Callable[[str, str], None]
_UNFINISHED = ".writing"  # what is not whole yet; left only by a process that was killed
_WORKERS = 2  # NumPy and Arrow release the interpreter; more workers only hold more months in memory


@dataclass(frozen=True, slots=True)
class WorldSummary:
    """What was written. ``tables``: rows of each table over all its files, bad rows included."""

    folder: Path
    scale: Scale
    seed: int
    files: int
    rows: int
    tables: dict[str, int]
    truths: int
    bad_rows: int


def _silent(chinese: str, english: str) -> None:
    """Nobody watches."""


@cache
def edition() -> str:
    """Eight signs that change with anything that decides what the files of a world say, its seed and scale apart."""
    made_by = (path for path in Path(__file__).parent.rglob("*") if path.suffix in {".py", ".yaml"})
    return digest([path.read_text("utf-8") for path in sorted(made_by)])[:8]


def write_world(folder: Path, scale: Scale, seed: int, progress: Progress = _silent) -> WorldSummary:
    """Writes a whole world into an empty folder, or nothing. Same scale and seed, same bytes, wherever it runs.

    ``progress`` is told one line a file, in Chinese and in English.
    Raises `Refused` (``world-folder-taken``, ``world-seed``).
    """
    if seed < 0:
        raise refuse("world-seed", seed=seed)
    unfinished = folder / _UNFINISHED
    if folder.exists() and not (folder.is_dir() and all(path == unfinished for path in folder.iterdir())):
        raise refuse("world-folder-taken", Place(str(folder)))
    shutil.rmtree(unfinished, ignore_errors=True)
    (unfinished / "files").mkdir(parents=True)
    try:
        made = replace(_write(unfinished, _build(scale, seed), progress), folder=folder)
        for path in sorted(unfinished.iterdir()):
            path.rename(folder / path.name)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return made


def _write(folder: Path, world: World, progress: Progress) -> WorldSummary:
    written = _write_all(world, folder / "files", progress)
    _write_deliveries(folder / "deliveries.csv", written)
    truths = truth_records(world.province, world.cast, world.people.codes)
    _write_truth(folder / "truth.yaml", world, written, truths)
    return _summary(world, folder, written, len(truths))


def _build(scale: Scale, seed: int) -> World:
    province = build(scale, seed)
    cast = choose(province, seed)
    people = populate(province, scale, seed, cast.transfers(), cast.settled())
    return World(scale, seed, province, people, cast)


def _write_all(world: World, files: Path, progress: Progress) -> list[Written]:
    written = write_registers(world, files)
    count = sum(one.rows for one in written)
    progress(f"登记册：{count:,} 行", f"registers: {count:,} rows")
    with ThreadPoolExecutor(_WORKERS) as pool:
        for one in pool.map(lambda job: run(world, files, job), jobs(world)):
            progress(f"{one.file}：{one.rows:,} 行", f"{one.file}: {one.rows:,} rows")
            written.append(one)
    return written


def _write_deliveries(path: Path, written: list[Written]) -> None:
    rows = [f"{w.file},{w.table},{w.kind},{w.arrived_on},{w.rows},{w.size},{w.sha256}" for w in written]
    path.write_text("\n".join(["file,table,kind,arrived_on,rows,bytes,sha256", *rows, ""]), "utf8", newline="\n")


def _write_truth(path: Path, world: World, written: list[Written], truths: list[dict[str, Any]]) -> None:
    content = {
        "world": {"scale": world.scale, "seed": world.seed, "year": 2026, "tables": _tables(written)},
        "truths": truths,
        "files": [_told(one) for one in written],
        "bad_rows": [row for one in written for row in one.bad],
    }
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
    path.write_text(text, "utf8", newline="\n")


def _told(one: Written) -> dict[str, Any]:
    told = {"file": one.file, "table": one.table, "kind": one.kind, "rows": one.rows, "bad": len(one.bad)}
    return told | {"rejected": one.rejected} | ({"refused": True} if one.refused else {})


def _tables(written: list[Written]) -> dict[str, int]:
    tables: dict[str, int] = {}
    for one in written:
        tables[one.table] = tables.get(one.table, 0) + one.rows
    return tables


def _summary(world: World, folder: Path, written: list[Written], truths: int) -> WorldSummary:
    tables, bad = _tables(written), sum(len(one.bad) for one in written)
    return WorldSummary(folder, world.scale, world.seed, len(written), sum(tables.values()), tables, truths, bad)


__all__ = ["Scale", "WorldSummary", "edition", "write_world"]
