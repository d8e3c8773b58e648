"""Writes a run to its folder. A run that exists already is compared, never overwritten with something else."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, cast

import pyarrow.parquet as pq

import steelyard
from steelyard.bureau.folder import texts
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
    }
)


def save(results: Results) -> Path:
    """The run's folder: manifest, rules as they were, scores and indicators as Parquet.

    Raises `Refused`: ``run-differs`` when a run of the same inputs had other results.
    """
    ran = results.ran
    manifest = manifest_of(results)
    folder = ran.bureau.runs / str(manifest["run"])
    _same_as_before(folder, manifest)
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(results.scores(), folder / "scores.parquet")
    pq.write_table(results.indicators(), folder / "indicators.parquet")
    write_json(
        folder / "rules.json", {"rules": texts(ran.bureau.root / "rules"), "facts": texts(ran.bureau.root / "facts")}
    )
    write_json(folder / "run.json", manifest)
    return folder


def manifest_of(results: Results) -> dict[str, Any]:
    """Everything that the result depends on, and what it came to."""
    ran = results.ran
    inputs: dict[str, Plain] = {
        "plan": ran.plan.id,
        "periods": cast(Plain, [str(period) for period in ran.periods]),
        "snapshot": {"batch": ran.snapshot.batch, "digest": ran.snapshot.digest},
        "known_at": None if ran.order.known_at is None else ran.order.known_at.isoformat(),
        "rules": digest(cast(Plain, [[Path(name).name, text] for name, text in _written(ran)])),
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


def _written(ran: Ran) -> list[tuple[str, str]]:
    return [*texts(ran.bureau.root / "rules"), *texts(ran.bureau.root / "facts")]


def _same_as_before(folder: Path, manifest: dict[str, Any]) -> None:
    path = folder / "run.json"
    if path.is_file():
        old = json.loads(path.read_text("utf-8"))
        if old["digest"] != manifest["digest"]:
            params = {"run": manifest["run"], "old": old["digest"][:12], "new": manifest["digest"][:12]}
            raise refuse("run-differs", Place(str(path)), **params)


def write_json(path: Path, content: Any) -> None:
    """Whole or not at all: readers never see half a file."""
    temporary = path.with_suffix(".writing")
    temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    os.replace(temporary, path)
