"""The outside of the cage: a child process that reads files for us and may die of it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from pydantic import ValidationError

from steelyard.lake.intake.job import Job, Outcome, Told
from steelyard.lake.scratch import Scratch

_PACKAGE_ROOT = Path(__file__).resolve().parents[3]


class Cage:
    """Runs jobs one after the other in one child; a child that died is replaced for the next job.

    ``with Cage() as cage: cage.run(job)``. The child gets no environment but what it needs, so no secrets.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._folder = Scratch("cage")

    def __enter__(self) -> Cage:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child; closing twice does no harm."""
        self._kill()
        self._folder.close()

    def run(self, job: Job) -> Outcome:
        """The job's outcome, or an outcome that says how the child died."""
        child = self._running()
        assert child.stdin
        try:
            child.stdin.write(job.model_dump_json().encode() + b"\n")
            child.stdin.flush()
            answer = self._answer(child, job.seconds)
        except BrokenPipeError:
            answer = b""
        if answer is None:
            self._kill()
            return _died("cage-time", seconds=int(job.seconds))
        try:
            outcome = Outcome.model_validate_json(answer)
        except ValidationError:
            return self._buried(child)
        if any(told.code in ("cage-memory", "cage-died") for told in outcome.problems):
            self._kill()  # what is left half-made in it must not read the next file
        return outcome

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "steelyard.lake.intake.caged"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder.path,
                env=self._environment(),
                start_new_session=True,
            )
        return self._child

    def _environment(self) -> dict[str, str]:
        """Fixed seeds and memory pool: one file gives the same bytes every time."""
        return {
            "PATH": os.defpath,
            "PYTHONPATH": str(_PACKAGE_ROOT),
            "PYTHONHASHSEED": "0",
            "PYTHONUTF8": "1",
            "TMPDIR": str(self._folder.path),
            "TZ": "UTC",
            "ARROW_DEFAULT_MEMORY_POOL": "system",
        }

    def _answer(self, child: subprocess.Popen[bytes], seconds: float) -> bytes | None:
        """One line, or what came before the child died, or None when time is up."""
        assert child.stdout
        handle, end = child.stdout.fileno(), time.monotonic() + seconds
        answer = b""
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([handle], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return None
            block = os.read(handle, 1 << 16)
            if not block:
                return answer
            answer += block
        return answer

    def _buried(self, child: subprocess.Popen[bytes]) -> Outcome:
        self._kill()
        code = child.returncode
        if code is not None and -code == signal.SIGXCPU:
            return _died("cage-time", seconds="CPU")
        reason = signal.Signals(-code).name if code is not None and -64 < code < 0 else f"exit {code}"
        return _died("cage-died", reason=reason)

    def _kill(self) -> None:
        """Ends our own child and its threads, and waits for it."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.poll() is None:
            child.kill()
            child.wait()
        with suppress(BrokenPipeError):  # what it did not live to read
            child.communicate()


def _died(code: str, **params: str | int) -> Outcome:
    return Outcome(problems=(Told(code=code, params=params),))
