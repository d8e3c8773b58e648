"""抽样复核: cells drawn by a public seed are weighed again by the independent verifier, and held against what was
published.

The run is repeated from its frozen rules and record (its digest must come out), the record's files are held against
the ledger, the proof of each drawn cell goes to the verifier in a process of its own, and the tables that people read
must say the same.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import steelyard
from steelyard.analysis.recount import Finding, draw, finding, sample_size
from steelyard.bureau.asking.proving import Prover
from steelyard.bureau.runs.replaying import manifest_in, replay
from steelyard.bureau.runs.results import Leaf
from steelyard.bureau.telling import Progress, silent
from steelyard.engine.problems import CATALOGUE, Place, Refused, refuse
from steelyard.engine.proof.canonical import canonical
from steelyard.lake.record.verify import verify
from steelyard.lake.scratch import Scratch

CATALOGUE.add(
    {
        "recount-no-verifier": (
            "找不到独立复核器 verifier/verify.py；请用完整的安装或代码文件夹",
            "the independent verifier verifier/verify.py is not there; use a complete installation or checkout",
        ),
    }
)

RISK, ALTERED = Decimal("0.05"), Decimal("0.01")
"""By default enough cells to meet at least one wrong one with 95 % certainty where 1 % of all are wrong."""
ONE_SIDED = 0.9
"""An interval that covers 90 % has 5 % above it: its upper end is the bound that holds with 95 % certainty."""
TABLE = "indicators.parquet"
PATIENCE = 600
"""Seconds for the verifier and one cell."""


@dataclass(frozen=True)
class Wrong:
    """A cell that did not come out as published, and in what."""

    unit: str
    name: str
    period: str
    indicator: str
    differences: tuple[str, ...]


@dataclass(frozen=True)
class Recount:
    """``size``: all cells (unit x indicator x period) of the run; ``finding.high`` bounds the share of wrong ones.

    ``drawn``: the cells that were weighed, as ``period/unit/indicator``, in the order of the draw.
    """

    run: str
    seed: str
    size: int
    drawn: tuple[str, ...]
    wrong: tuple[Wrong, ...]
    finding: Finding


def recount(folder: Path, record: Path | None, sample: int | None, seed: str, progress: Progress = silent) -> Recount:
    """Weighs ``sample`` cells of the run again, by default as many as `RISK` and `ALTERED` ask for.

    Raises `Refused`: ``run-missing``, ``run-not-repeated``, ``record-file-changed`` and other faults of the record.
    """
    weigher = verifier()
    results, manifest = replay(folder, record, progress), manifest_in(folder)
    faults = verify(results.ran.bureau.record)
    if faults:
        raise Refused(faults)
    progress("运行重放得同一摘要；数据档案与台账相符", "same digest when run again; the record agrees with its ledger")
    cells = {f"{leaf.period}/{leaf.subject}/{leaf.indicator}": leaf for leaf in results.leaves if _counts(leaf)}
    count = sample_size(len(cells), risk=RISK, altered=ALTERED) if sample is None else min(sample, len(cells))
    if count < 1:
        raise refuse("recount-impossible", size=len(cells), risk=RISK, altered=ALTERED)
    drawn = draw(cells, count, seed)
    leaves = [cells[cell] for cell in drawn]
    with Scratch("recount") as own:  # what lies ready in the record may be wrong itself: here it is made anew
        prover = Prover(results, manifest, own / "prepared")
        work = _Desk(prover, weigher, str(manifest["root"]), _read_table(folder, leaves), own / "proof.json")
        wrong = tuple(work.wrong(leaves, progress))
    return Recount(str(manifest["run"]), seed, len(cells), drawn, wrong, finding(len(wrong), count, ONE_SIDED))


def _counts(leaf: Leaf) -> bool:
    """Totals are no cells; neither is an indicator that does not apply to the unit."""
    return leaf.indicator != "" and leaf.result["points"] != {"missing": "outside"}


def verifier() -> Path:
    """Beside the package in a checkout, inside it in an installation."""
    package = Path(steelyard.__file__).parent
    for place in (package / "verifier", package.parent / "verifier"):
        if (place / "verify.py").is_file():
            return place / "verify.py"
    raise refuse("recount-no-verifier")


@dataclass(frozen=True)
class _Desk:
    """Where one cell after the other is weighed. ``table``: (period, unit, indicator) -> what people read of it;
    ``path``: for one proof at a time."""

    prover: Prover
    verifier: Path
    root: str
    table: Mapping[tuple[str, str, str], Mapping[str, Any]]
    path: Path

    def wrong(self, drawn: list[Leaf], progress: Progress) -> Iterator[Wrong]:
        names = self.prover.ran.names
        for done, leaf in enumerate(drawn, start=1):
            found = (*self._weighed(leaf), *self._read(leaf))
            if found:
                name = names.get(leaf.subject, leaf.subject)
                yield Wrong(leaf.subject, name, leaf.period, leaf.indicator, found)
            if done % 50 == 0 or done == len(drawn):
                progress(f"复核 {done}/{len(drawn)}", f"weighed again {done}/{len(drawn)}")

    def _weighed(self, leaf: Leaf) -> tuple[str, ...]:
        """What the verifier says against the proof. It is started with nothing of ours at hand (``-I``)."""
        self.path.write_bytes(canonical(self.prover.proof(leaf.subject, leaf.period, leaf.indicator)))
        done = subprocess.run(
            [sys.executable, "-I", str(self.verifier), str(self.path), "--root", self.root],
            capture_output=True,
            encoding="utf-8",
            env={"PYTHONUTF8": "1"},
            timeout=PATIENCE,
            check=False,
        )
        lines = done.stdout.splitlines()
        if done.returncode == 0 and lines[-1:] == ["一致 equal"]:
            return ()
        return tuple(line for line in lines if line.startswith(("不一致 differs", "不能复核"))) or (done.stderr[-300:],)

    def _read(self, leaf: Leaf) -> Iterator[str]:
        """Where the table that people read says something else than what was weighed."""
        row = self.table.get((leaf.period, leaf.subject, leaf.indicator), {})
        for kind, exact in leaf.result.items():
            stated, weighed = row.get(kind), exact if isinstance(exact, str) else None
            if kind in ("points", "full") and stated is not None and weighed is not None:
                same = Fraction(stated) == Fraction(weighed)
            else:
                same = stated == weighed
            if not same:
                yield f"{TABLE} {kind}: {stated} ≠ {weighed}"


def _read_table(folder: Path, drawn: list[Leaf]) -> Mapping[tuple[str, str, str], Mapping[str, Any]]:
    """The published table's rows of these cells by (period, unit, indicator)."""
    path = folder / TABLE
    if not path.is_file():
        raise refuse("run-missing", Place(str(folder)), folder=folder, file=TABLE)
    filters = [
        ("unit", "in", sorted({leaf.subject for leaf in drawn})),
        ("indicator", "in", sorted({leaf.indicator for leaf in drawn})),
    ]
    try:
        rows = pq.read_table(path, filters=filters).to_pylist()
        return {(row["period"], row["unit"], row["indicator"]): row for row in rows}
    except (pa.ArrowInvalid, KeyError) as error:
        raise refuse("run-damaged", Place(str(path)), file=TABLE, reason=str(error).split("\n")[0][:100]) from error
