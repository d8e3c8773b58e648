"""Writes a run to its folder. A run that exists already is compared, never overwritten with something else."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast
from uuid import uuid4

import pyarrow.parquet as pq

import steelyard
from steelyard.bureau.folder import Written
from steelyard.bureau.runs.holding import held
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.running import Ran
from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.engine.proof.canonical import Plain, digest

CATALOGUE.add(
    {
        "run-differs": (
            "运行 {run} 已存在，但结果摘要不同（{old} 与 {new}）；请勿改动运行文件夹，并核对程序版本",
            "run {run} exists with another digest ({old}, now {new}); leave run folders alone and check the version",
        ),
        "run-damaged": (
            "运行文件夹里的 {file} 已损坏（{reason}）；请从备份恢复，或移走这个文件夹后重做 steelyard run",
            "{file} of this run is damaged ({reason}); restore a backup, or move the folder away and do "
            "steelyard run again",
        ),
        "run-not-own": (
            "这次运行用的不是本单位文件夹里的规则（只是比较、试算或重放），不能公布；请用 steelyard run",
            "this run rests on rules that are compared, tried or repeated, not on those of the bureau's folder, and "
            "cannot be published; use steelyard run",
        ),
    }
)


UNFINISHED = ".writing"
"""How names end, sheets' too, until what they name is whole."""


def _moment(value: Any) -> bool:
    """A knowledge time, or None for all that was recorded."""
    return value is None or _written_by(datetime, value)


def _day(value: Any) -> bool:
    """The day of a structure. Runs without one do not name it."""
    return value in (None, ...) or _written_by(date, value)


def _written_by(kind: type[date], value: Any) -> bool:
    try:
        return isinstance(value, str) and kind.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


MANIFEST: Mapping[str, Any] = MappingProxyType(
    {
        "run": str,
        "plan": str,
        "periods": [str],
        "snapshot": {"batch": int, "digest": str},
        "known_at": _moment,
        "structure": _day,
        "version": str,
        "root": str,
        "digest": str,
    }
)
"""What ``run.json`` must hold to be compared or repeated."""


def save(results: Results) -> Path:
    """The run's folder: manifest, rules as they were, scores and indicators as Parquet.

    Raises `Refused`: ``run-differs`` when a run of the same inputs had other results, ``run-damaged``.
    """
    folder = folder_of(results)
    with held(folder):
        begin(results, folder)
        finish(results, folder)
    return folder


def folder_of(results: Results) -> Path:
    """Where the run is kept, or will be. Raises `Refused` (``run-not-own``)."""
    return results.ran.bureau.runs / str(manifest_of(results)["run"])


def begin(results: Results, folder: Path) -> None:
    """Writes all but the manifest; the caller has `held` the folder. Raises `Refused` as `save` does."""
    _same_as_before(folder, manifest_of(results))
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    for name, table in (("scores", results.scores()), ("indicators", results.indicators())):
        with whole(folder / f"{name}.parquet") as path:
            pq.write_table(table, path)
    write_json(folder / "rules.json", asdict(_written(results.ran)))


def _sweep(folder: Path) -> None:
    """Takes away what killed processes left half written."""
    for left in folder.glob(f"*{UNFINISHED}"):
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def finish(results: Results, folder: Path) -> None:
    """Writes the manifest, by which a run is known to be whole."""
    write_json(folder / "run.json", manifest_of(results))


def manifest_of(results: Results) -> dict[str, Any]:
    """Everything that the result depends on, and what it came to. Raises `Refused` (``run-not-own``)."""
    ran = results.ran
    written = _written(ran)
    inputs: dict[str, Plain] = {
        "plan": ran.plan.id,
        "periods": cast(Plain, [str(period) for period in ran.periods]),
        "snapshot": {"batch": ran.snapshot.batch, "digest": ran.snapshot.digest},
        "known_at": None if ran.order.known_at is None else ran.order.known_at.isoformat(),
        "rules": digest(cast(Plain, [[Path(name).name, text] for name, text in _texts(written)])),
        "version": steelyard.__version__,
    }
    if ran.order.structure is not None:
        inputs["structure"] = ran.order.structure.isoformat()
    return {
        "run": f"{ran.plan.id}-{ran.periods[-1]}-{digest(inputs)[:12]}",
        **inputs,
        "subjects": len(ran.result.panel.subjects),
        "indicators": len(ran.result.indicators),
        "scores": len(results.leaves),
        "root": results.tree.root,
        "digest": results.digest,
    }


def _texts(written: Written) -> Iterator[tuple[str, str]]:
    yield from (*written.rules, *written.facts, *written.calendar)


def _written(ran: Ran) -> Written:
    if ran.written is None:
        raise refuse("run-not-own")
    return ran.written


def _same_as_before(folder: Path, manifest: dict[str, Any]) -> None:
    path = folder / "run.json"
    if path.is_file():
        old = read_json(path, MANIFEST)
        if old["digest"] != manifest["digest"]:
            params = {"run": manifest["run"], "old": old["digest"][:12], "new": manifest["digest"][:12]}
            raise refuse("run-differs", Place(str(path)), **params)


def read_json(path: Path, shape: Mapping[str, Any]) -> dict[str, Any]:
    """A file of a run. Raises `Refused`: ``run-damaged`` when it is no JSON, or ``shape`` is not to be found in it."""
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise refuse("run-damaged", Place(str(path)), file=path.name, reason=str(error)[:100]) from error
    if not isinstance(found, dict) or (lacking := [key for key in shape if not _fits(found.get(key, ...), shape[key])]):
        reason = "、".join(lacking) if isinstance(found, dict) else type(found).__name__
        raise refuse("run-damaged", Place(str(path)), file=path.name, reason=reason)
    return found


def _fits(value: Any, shape: Any) -> bool:
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(_fits(value.get(key), shape[key]) for key in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(_fits(one, shape[0]) for one in value)
    if isinstance(shape, tuple):
        return isinstance(value, list) and len(value) == len(shape) and all(map(_fits, value, shape))
    return isinstance(value, shape) if isinstance(shape, type) else bool(shape(value))


def write_json(path: Path, content: Any) -> None:
    with whole(path) as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to, which gets its name in the end: a file of an earlier run is never half overwritten.

    No other writer has the same one, and whatever stops the writing leaves nothing of it.
    """
    temporary = path.with_name(f"{uuid4().hex}{UNFINISHED}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
