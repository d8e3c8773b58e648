"""The outside of the cage: a child process that reads files for us and may die of it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import LifoQueue
from types import TracebackType

from pydantic import ValidationError

from steelyard.lake.intake.job import Job, Outcome, Told
from steelyard.lake.scratch import Scratch

MOST_PLACES = 4
"""Each place may take as much memory as one file is allowed."""
_PACKAGE_ROOT = Path(__file__).resolve().parents[3]


class Cage:
    """Runs jobs in children, at most ``places`` at a time; a child is started when it is first needed.

    ``with Cage() as cage: cage.run(job)``. The system ends a child with the thread that started it, so the threads
    are the cage's own and stay as long as it does.
    """

    def __init__(self, places: int | None = None) -> None:
        self.places = places or min(os.cpu_count() or 1, MOST_PLACES)
        self._folder = Scratch("cage")
        self._threads = ThreadPoolExecutor(self.places)
        self._children = [_Child(self._folder.path) for _ in range(self.places)]
        self._free: LifoQueue[_Child] = LifoQueue()  # one job after the other goes to the same child, which is warm
        self._release(self._children)

    def __enter__(self) -> Cage:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends all children; closing twice does no harm."""
        self.stop()
        self._threads.shutdown(cancel_futures=True)
        for child in self._children:
            child.kill()
        self._folder.close()

    def stop(self) -> None:
        """Ends what is running now: whoever waits for it hears that it died."""
        for child in self._children:
            child.stop()

    def warm(self) -> None:
        """Starts all children before there is work for them; does not wait."""
        self._threads.submit(self._start)

    def begin(self, job: Job) -> Future[Outcome]:
        """The job's outcome when it is there, or an outcome that says how the child died."""
        return self._threads.submit(self._run, job)

    def run(self, job: Job) -> Outcome:
        """The same, waited for."""
        return self.begin(job).result()

    def _run(self, job: Job) -> Outcome:
        child = self._free.get()
        try:
            return child.run(job)
        finally:
            self._release([child])

    def _start(self) -> None:
        taken = [self._free.get() for _ in self._children]
        for child in taken:
            child.running()
        self._release(taken)

    def _release(self, children: Sequence[_Child]) -> None:
        for child in children:
            self._free.put(child)


class _Child:
    """One process, for one job after the other; one that died is replaced for the next job.

    It gets no environment but what it needs, so no secrets.
    """

    def __init__(self, folder: Path) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._folder = folder

    def run(self, job: Job) -> Outcome:
        child = self.running()
        assert child.stdin
        try:
            child.stdin.write(job.model_dump_json().encode() + b"\n")
            child.stdin.flush()
            answer = self._answer(child, job.seconds)
        except BrokenPipeError:
            answer = b""
        if answer is None:
            self.kill()
            return _died("cage-time", seconds=int(job.seconds))
        try:
            outcome = Outcome.model_validate_json(answer)
        except ValidationError:
            return self._buried(child)
        if any(told.code in ("cage-memory", "cage-died") for told in outcome.problems):
            self.kill()  # what is left half-made in it must not read the next file
        return outcome

    def running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "steelyard.lake.intake.caged"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder,
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
            "TMPDIR": str(self._folder),
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
        self.kill()
        code = child.returncode
        if code is not None and -code == signal.SIGXCPU:
            return _died("cage-time", seconds="CPU")
        reason = signal.Signals(-code).name if code is not None and -64 < code < 0 else f"exit {code}"
        return _died("cage-died", reason=reason)

    def stop(self) -> None:
        if self._child is not None:
            self._child.kill()

    def kill(self) -> None:
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
