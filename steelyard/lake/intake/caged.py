"""The inside of the cage: ``python -m steelyard.lake.intake.caged``. A JSON line in is a job, a line out its outcome.

Walls are put up before a file is opened: limits on memory, time, files and bytes written, no core dumps, no network
where the system allows to drop it. Whoever started us kills us when a job takes too long.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from typing import TextIO

import pyarrow as pa

from steelyard.lake.intake.job import Job, Outcome, Told
from steelyard.lake.intake.loading.load import load

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_PDEATHSIG = 1


def main() -> None:
    sys.meta_path.insert(0, _WithoutPandas())
    answers = _private_answers()
    _die_with_parent()
    _drop_network()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        job = Job.model_validate_json(line)
        _build_walls(job)
        answers.write(_outcome(job).model_dump_json() + "\n")
        answers.flush()


class _WithoutPandas:
    """pyarrow loads pandas where it is installed: a second for nothing."""

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def _private_answers() -> TextIO:
    """What a parser prints must not be taken for an answer."""
    private = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return private


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _drop_network() -> None:
    """An empty network of our own. Where the system does not allow it, nothing in here opens a connection anyway."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "unshare") and libc.unshare(CLONE_NEWNET) != 0:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def _build_walls(job: Job) -> None:
    """Soft limits for this job; the hard ones stay, so that the next job may have its own."""
    limits = job.limits
    memory = limits.workbook_memory if job.read_as.format == "xlsx" else limits.memory
    spent = resource.getrusage(resource.RUSAGE_SELF)
    cores = os.cpu_count() or 1
    seconds = int(spent.ru_utime + spent.ru_stime + cores * job.seconds) + 1
    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, limits.written_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _outcome(job: Job) -> Outcome:
    """Whatever goes wrong in a parser is a reason, not the end."""
    try:
        return load(job)
    except (MemoryError, pa.ArrowMemoryError):
        told = Told(code="cage-memory")
    except OSError as error:
        told = Told(code="cage-disk", params={"reason": error.strerror or str(error)[:200]})
    except Exception as error:
        if "can't start new thread" in str(error):
            return Outcome(problems=(Told(code="cage-memory"),))
        told = Told(code="cage-died", params={"reason": f"{type(error).__name__}: {error}".splitlines()[0][:200]})
    return Outcome(problems=(told,))


if __name__ == "__main__":
    main()
