"""A published run opened for questions: done again from its folder once, beside what else goes on, then kept in memory.

What a run came to stands in its views; why it came to that needs the evaluation itself. It is opened only if it comes
to the same digest. One run is opened at a time, and the ones asked for last stay open.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from threading import Lock, RLock
from typing import Any

from steelyard.bureau.asking.explaining import Explained, explain_unit
from steelyard.bureau.asking.listing import Listed, listed
from steelyard.bureau.asking.own import Weighing, weighing
from steelyard.bureau.asking.proving import Prover
from steelyard.bureau.asking.recounting import verifier
from steelyard.bureau.runs.replaying import manifest_in, replay
from steelyard.bureau.runs.results import Results
from steelyard.engine.problems import Language
from steelyard.engine.proof.canonical import canonical
from steelyard.lake.scratch import Scratch

KEPT = 2
"""Runs open at once; each holds the totals of a province in memory."""
PATIENCE = 60
"""Seconds for the verifier to weigh one proof."""


@dataclass
class Open:
    """A run that answers questions, one at a time: what is worked out on the way is kept for the next one."""

    results: Results
    manifest: Mapping[str, Any]
    lock: RLock = field(default_factory=RLock)
    _own: dict[tuple[str, str], Future[Weighing]] = field(default_factory=dict)
    _worker: ThreadPoolExecutor = field(default_factory=partial(ThreadPoolExecutor, 1, thread_name_prefix="own"))

    def explain(self, unit: str, indicator: str, language: Language) -> Explained:
        with self.lock:
            return explain_unit(self.results.ran, unit, indicator, None, language)

    def rows(self, unit: str, indicator: str, language: Language) -> list[Listed]:
        """The rows behind every total of an explanation, from the record."""
        ran = self.results.ran
        with self.lock:
            return listed(ran, explain_unit(ran, unit, indicator, None, language, remedies=False))

    def own(self, people: Sequence[Mapping[str, Any]], plan: str, period: str) -> Weighing | None:
        """The own indicators of its people (as for `weighing`); None while everybody's are being weighed, which is done
        once, when somebody asks for the first time."""
        with self.lock:
            if (plan, period) not in self._own:
                asked = self._worker.submit(weighing, self.results.ran, people, plan, period)
                self._own[plan, period] = asked
        future = self._own[plan, period]
        return future.result() if future.done() else None

    def proof(self, unit: str, indicator: str) -> bytes:
        """The proof of one result as a file; ``indicator`` is empty for the total."""
        with self.lock:
            return canonical(self._prover.proof(unit, self.results.panel.periods[-1], indicator))

    @cached_property
    def _prover(self) -> Prover:
        return Prover(self.results, self.manifest)


def opening(folder: Path, record: Path) -> Open:
    """Repeats the run. Raises `Refused` as `replay` does, also where it comes to anything else."""
    return Open(replay(folder, record), manifest_in(folder))


class Opener:
    """``ask`` gives an open run, or None while it is being opened; whoever asks comes back later."""

    def __init__(self, kept: int = KEPT, opening: Callable[[Path, Path], Open] = opening) -> None:
        self._kept, self._opening = kept, opening
        self._runs: OrderedDict[Path, Future[Open]] = OrderedDict()
        self._lock = Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="opening")

    def ask(self, folder: Path, record: Path) -> Open | None:
        """Raises `Refused` where it could not be opened; whoever asks after that tries again."""
        future = self._future(folder, record)
        return self._outcome(folder, future) if future.done() else None

    def wait(self, folder: Path, record: Path) -> Open:
        """The same, for whoever can wait."""
        return self._outcome(folder, self._future(folder, record))

    def _future(self, folder: Path, record: Path) -> Future[Open]:
        with self._lock:
            future = self._runs.get(folder)
            if future is None:
                future = self._runs[folder] = self._worker.submit(self._opening, folder, record)
            self._runs.move_to_end(folder)
            self._forget()
        return future

    def _outcome(self, folder: Path, future: Future[Open]) -> Open:
        try:
            return future.result()
        except BaseException:
            with self._lock:
                self._runs.pop(folder, None)
            raise

    def _forget(self) -> None:
        """Those that were not asked for longest; what is being opened is not let go of."""
        for folder in [one for one, future in self._runs.items() if future.done()][
            : max(0, len(self._runs) - self._kept)
        ]:
            del self._runs[folder]


OPENER = Opener()
"""Of this process."""


@dataclass(frozen=True)
class Verdict:
    """What the independent verifier said of a proof, word by word."""

    held: bool
    said: str


def weigh_again(proof: bytes, root: str) -> Verdict:
    """Has a proof weighed by the verifier in a process of its own, which knows nothing of us. Raises `Refused`."""
    with Scratch("proof") as folder:
        path = folder / "proof.json"
        path.write_bytes(proof)
        done = subprocess.run(
            [sys.executable, "-I", str(verifier()), str(path), "--root", root],
            capture_output=True, text=True, timeout=PATIENCE, cwd=folder, check=False,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1"},
        )  # fmt: skip
    return Verdict(done.returncode == 0, (done.stdout + done.stderr).replace(str(path), "proof.json").strip())
