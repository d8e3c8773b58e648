"""Does a run again from its folder: the rules as they were frozen, the record as it was then.

Another engine than the default one adds up, from the record's own files: an error of one would show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any

import steelyard
from steelyard.bureau.folder import Bureau, Written
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import run_book
from steelyard.bureau.runs.saving import MANIFEST, read_json
from steelyard.bureau.telling import Progress, silent
from steelyard.engine.given import given
from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.lake.runners.choosing import DUCKDB

CATALOGUE.add(
    {
        "run-missing": (
            "{folder} 不是一次运行的文件夹（缺少 {file}）；请指明 steelyard run 生成的文件夹",
            "{folder} is not the folder of a run ({file} is missing); name a folder that steelyard run made",
        ),
        "run-not-repeated": (
            "重做运行 {run} 得到另一个{what_zh}（当时 {old}，现在 {new}；当时版本 {then}，现在 {now}）；"
            "请核对程序版本与数据档案",
            "repeating run {run} gave another {what_en} (then {old}, now {new}; version then {then}, now {now}); "
            "check the version of the program and the record of facts",
        ),
    }
)


_FROZEN = MappingProxyType({"rules": [(str, str)], "facts": [(str, str)]})
_CALENDAR = MappingProxyType({"calendar": [(str, str)]})
"""Runs of a bureau without a calendar of its own may lack it."""


def replay(
    folder: str | PathLike[str], record: str | PathLike[str] | None = None, progress: Progress = silent
) -> Results:
    """The results of the run again, digit by digit; ``record`` is by default the one beside the folder of runs.

    Raises `Refused`: ``run-missing``, ``run-damaged``; ``run-not-repeated`` when the record or the scores are not
    what they were.
    """
    given(folder=(folder, str, PathLike), record=(record, str, PathLike, type(None)), progress=(progress, Callable))
    folder = Path(folder)
    manifest, frozen = manifest_in(folder), frozen_in(folder)
    order = replace(order_of(manifest), engine=DUCKDB)
    bureau = Bureau(folder, record or folder.parent.parent / "record")
    ran = run_book(bureau, order, frozen.book, frozen.tables, progress)
    results = Results(replace(ran, frozen=frozen))
    _same(manifest, "数据档案", "record of facts", manifest["snapshot"]["digest"], results.ran.snapshot.digest)
    _same(manifest, "结果", "result", manifest["digest"], results.digest)
    return results


def order_of(manifest: Mapping[str, Any]) -> Order:
    """What the run was asked for, without intervals and without a look back."""
    known_at, structure = manifest["known_at"], manifest.get("structure")
    return Order(
        plan=manifest["plan"],
        periods=tuple(manifest["periods"]),
        known_at=None if known_at is None else datetime.fromisoformat(known_at),
        as_of_batch=manifest["snapshot"]["batch"],
        uncertainty=False,
        history=False,
        structure=None if structure is None else date.fromisoformat(structure),
    )


def manifest_in(folder: Path) -> Mapping[str, Any]:
    """What the run wrote of itself: what it rested on and what it came to."""
    return _json(folder, "run.json", MANIFEST)


def frozen_in(folder: Path) -> Written:
    """The texts that the run rested on."""
    found = _json(folder, "rules.json", _FROZEN)
    calendar = _json(folder, "rules.json", _CALENDAR)["calendar"] if "calendar" in found else []
    return Written(found["rules"], found["facts"], calendar)


def _json(folder: Path, file: str, shape: Mapping[str, Any]) -> dict[str, Any]:
    path = folder / file
    if not path.is_file():
        raise refuse("run-missing", Place(str(folder)), folder=folder, file=file)
    return read_json(path, shape)


def _same(manifest: Mapping[str, Any], what_zh: str, what_en: str, old: str, new: str) -> None:
    if old != new:
        raise refuse(
            "run-not-repeated",
            run=manifest["run"],
            what_zh=what_zh,
            what_en=what_en,
            old=old[:12],
            new=new[:12],
            then=manifest["version"],
            now=steelyard.__version__,
        )
