"""A runner that answers SQL: each scan is one query."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from itertools import groupby

from steelyard.engine.planning.rolling import Answer
from steelyard.engine.planning.runner import Dialect, Whole
from steelyard.engine.planning.scans import Scan
from steelyard.engine.planning.subjects import Code, Subjects
from steelyard.engine.sql.scans import render


class Asking(ABC):
    """Answers SQL over the declared tables, and over ``_members(code, subject)`` once `members` was called."""

    dialect: Dialect

    @abstractmethod
    def answer(self, sql: str) -> Mapping[str, Whole | list[str]]:
        """The columns of the result. Numbers come as exact integers without gaps, texts as lists.

        Raises `Refused`: ``engine-overflow``, ``engine-timeout``, ``engine-memory``, ``engine-failed``.
        """

    @abstractmethod
    def members(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Puts these pairs into ``_members``: a row with this code counts for this subject."""

    def answers(self, asked: Sequence[tuple[Scan, Subjects]]) -> list[Answer]:
        """See `engine.planning.runner.Runner`."""
        found = []
        for subjects, several in groupby(asked, key=lambda one: one[1]):
            scans = [scan for scan, _ in several]
            if any(not scan.monthly and len(scan.owners) == 1 for scan in scans):
                self.members(subjects.pairs())
            found += [self._scan(scan, alone=subjects.apart) for scan in scans]
        return found

    def _scan(self, scan: Scan, *, alone: bool) -> Answer:
        columns = self.answer(render(scan, self.dialect, alone=alone))
        owners = [_texts(columns[f"_owner{index}"]) for index in range(len(scan.owners))]
        codes: Sequence[Code] = owners[0] if len(owners) == 1 else list(zip(owners[0], owners[1], strict=True))
        atoms = [_whole(columns[f"a{index}"]) for index in range(len(scan.atoms))]
        return Answer(codes, _whole(columns["_slot"]), atoms)


def _texts(column: Whole | list[str]) -> list[str]:
    assert isinstance(column, list)
    return column


def _whole(column: Whole | list[str]) -> Whole:
    assert not isinstance(column, list)
    return column
