"""Killed at any moment: nothing that was acknowledged is lost, nothing is doubled, the second try ends the same."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from steelyard.lake.intake.cage import Cage
from steelyard.lake.intake.job import Job, Outcome
from steelyard.lake.record import Ledger, snapshot, verify
from tests.lake.intake_office import Office, shared_cage

RANDOM_KILLS = int(os.environ.get("STEELYARD_KILLS", "12"))


class Prepared(Cage):
    """Answers with what a real cage wrote before, so that hundreds of trials take seconds."""

    def __init__(self, kept: Path) -> None:
        super().__init__()
        self.kept = kept

    def begin(self, job: Job) -> Future[Outcome]:
        done: Future[Outcome] = Future()
        done.set_result(self._kept(job))
        return done

    def _kept(self, job: Job) -> Outcome:
        folder = self.kept / Path(job.raw).read_bytes().hex()[-40:]
        if not folder.exists():
            outcome = shared_cage().run(job)
            shutil.copytree(job.out, folder)
            (folder / "outcome").write_text(outcome.model_dump_json(), "utf-8")
        for path in folder.glob("*.parquet"):
            shutil.copy(path, job.out)
        return Outcome.model_validate_json((folder / "outcome").read_text("utf-8"))


class Trial:
    """An office with one batch; the second file corrects a row, adds one and has a bad one."""

    def __init__(self, folder: Path, cage: Cage) -> None:
        self.office, self.cage = Office(folder), cage
        self.first = self.office.rows("a.csv", "1,01,,,5,", "2,01,,,6,")
        self.second = self.office.rows("b.csv", "2,01,,,7,", "3,01,,,x,", "4,01,,,8,")
        self.office.accept(self.first, cage=cage)

    def load(self, **more: Any) -> None:
        self.office.accept(self.second, **{"cage": self.cage, **more})

    def run_and_kill(self, prepare: Callable[[], None], **more: Any) -> bool:
        """Loads in a child process that ``prepare`` may have killed; whether it was."""
        child = os.fork()
        if child == 0:
            try:
                prepare()
                self.load(**more)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status)

    def check(self, golden: str) -> None:
        """Whole before the second try, the same as if nothing had happened after it."""
        batches = Ledger(self.office.record).batches()
        assert len(batches) in (1, 2)
        assert verify(self.office.record) == []
        assert len(self.office.seen()) == len(batches) + 1
        self.load()
        self.load()
        assert verify(self.office.record) == []
        assert sorted(self.office.column("id")) == ["1", "2", "4"]
        assert snapshot(self.office.record).digest == golden


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Failpoints:
    """Counts every flush and rename, and dies before or after the n-th."""

    def __init__(self, at: int, after: bool) -> None:
        self.at, self.after, self.count = at, after, 0

    def put_up(self) -> None:
        for name in ("fsync", "replace", "mkdir"):
            setattr(os, name, self._wrapped(getattr(os, name)))

    def _wrapped(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            self.count += 1
            if self.count == self.at and not self.after:
                die()
            result = real(*args, **more)
            if self.count == self.at:
                die()
            return result

        return call


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return Prepared(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory, prepared: Prepared) -> str:
    trial = Trial(tmp_path_factory.mktemp("golden"), prepared)
    trial.load()
    return snapshot(trial.office.record).digest


STEPS = (
    "raw copied", "file read", "raw placed", "facts placed", "findings placed", "superseded placed",
    "ready to commit", "committed",
)  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_named_step(tmp_path: Path, prepared: Prepared, golden: str, step: str) -> None:
    trial = Trial(tmp_path, prepared)
    killed = trial.run_and_kill(lambda: None, on_step=lambda reached: die() if reached == step else None)
    assert killed
    assert len(Ledger(trial.office.record).batches()) == (2 if step == "committed" else 1)
    trial.check(golden)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_every_flush_and_rename(tmp_path: Path, prepared: Prepared, golden: str, after: bool) -> None:
    at = 0
    killed = True
    while killed:
        at += 1
        trial = Trial(tmp_path / str(at), prepared)
        killed = trial.run_and_kill(Failpoints(at, after).put_up)
        trial.check(golden)
    assert at > 12  # raw, facts, findings, superseded: each flushed, named, and its folder flushed


@pytest.mark.parametrize("statement", ["begin immediate", "select chain", "insert into batch", "commit"])
def test_killed_inside_the_transaction_of_the_ledger(
    tmp_path: Path, prepared: Prepared, golden: str, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(ledger: Ledger) -> sqlite3.Connection:
        connection = real(ledger)
        connection.set_trace_callback(lambda sql: die() if sql.startswith(statement) else None)
        return connection

    trial = Trial(tmp_path, prepared)
    real = Ledger._connect
    monkeypatch.setattr(Ledger, "_connect", dies)
    assert trial.run_and_kill(lambda: None)
    monkeypatch.undo()
    assert len(Ledger(trial.office.record).batches()) == 1
    trial.check(golden)


def test_killed_while_the_record_is_being_made(tmp_path: Path, prepared: Prepared) -> None:
    at = 0
    killed = True
    while killed:
        at += 1
        office = Office(tmp_path / str(at))
        path = office.rows("a.csv", "1,01,,,5,", "2,01,,,6,")
        child = os.fork()
        if child == 0:
            try:
                Failpoints(at, after=True).put_up()
                office.accept(path, cage=prepared)
            finally:
                os._exit(0)
        killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        office.accept(path, cage=prepared)
        assert sorted(office.column("id")) == ["1", "2"]


def test_killed_at_random_moments_with_a_real_cage(tmp_path: Path, prepared: Prepared, golden: str) -> None:
    """`STEELYARD_KILLS` sets how many; the seed is printed by the folder's number on failure."""
    begun = time.monotonic()
    trial = Trial(tmp_path / "timed", prepared)
    trial.run_and_kill(lambda: None, cage=None)
    whole = time.monotonic() - begun
    for seed in range(RANDOM_KILLS):
        moment = random.Random(seed).uniform(0, whole)
        trial = Trial(tmp_path / str(seed), prepared)
        trial.run_and_kill(lambda moment=moment: _alarm(moment), cage=None)
        trial.check(golden)


def _alarm(moment: float) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, lambda *_: die())
    signal.setitimer(signal.ITIMER_REAL, max(moment, 0.001))
