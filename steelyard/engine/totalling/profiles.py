"""Which simple conditions each row meets, as one number a row.

Rows that meet the same conditions are alike to every total: they share a profile. Conditions are asked of each row
once, whatever is made of them by and, or and not is found out once for each profile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from steelyard.engine.expressions.measures import Grouped, Ordered, Spread
from steelyard.engine.expressions.rows import Atom, Row
from steelyard.engine.planning.scans import Scan
from steelyard.engine.totalling.column import Ints, Mask, Profile
from steelyard.engine.totalling.steps import Steps, combined, simple

MOST = 2**16
"""When there are more profiles than this it is time to begin anew, so that memory stays bounded."""
BYTE = 8


class Question(NamedTuple):
    """Is a simple condition known to hold, or known not to; or (``holds`` None): is the step known at all?"""

    step: Row
    holds: bool | None


class Facts:
    """What is known of profiles; masks have one place a profile."""

    def __init__(self, count: int, answers: Mapping[Question, Mask]) -> None:
        self.count = count
        self._answers = answers
        self._met: dict[tuple[Row | None, ...], Mask] = {}

    def meets(self, condition: Row | None, *steps: Row) -> Mask:
        """Which profiles meet a condition and know all these steps."""
        key = (condition, *steps)
        if key not in self._met:
            masks = [np.ones(self.count, np.bool_), *(self._answers[Question(step, None)] for step in steps)]
            if condition is not None:
                masks.append(combined(condition, True, lambda step, holds: self._answers[Question(step, holds)]))
            self._met[key] = np.logical_and.reduce(masks)
        return self._met[key]


class Profiles:
    """Numbers profiles in the order in which they turn up."""

    def __init__(self, scans: Iterable[Scan]) -> None:
        asked = list(dict.fromkeys(question for scan in scans for question in _questions(scan)))
        self._bytes = [asked[at : at + BYTE] for at in range(0, len(asked), BYTE)]
        self._levels = [_Level() for _ in self._bytes]
        self._facts: Facts | None = None

    @property
    def count(self) -> int:
        return self._levels[-1].count if self._levels else 1

    def numbers(self, steps: Steps) -> Profile:
        """The profile of each row of a block."""
        found = np.zeros(steps.block.rows, np.int32)
        for level, questions in zip(self._levels, self._bytes, strict=True):
            found = level.numbers(found, _packed(steps, questions))
        return found

    def facts(self) -> Facts:
        """About all profiles so far."""
        if self._facts is None or self._facts.count != self.count:
            self._facts = Facts(self.count, self._answers())
        return self._facts

    def _answers(self) -> dict[Question, Mask]:
        answers: dict[Question, Mask] = {}
        at = np.arange(self.count)
        for level, questions in zip(reversed(self._levels), reversed(self._bytes), strict=True):
            pair = level.pairs[at]
            answers |= {question: pair >> bit & 1 == 1 for bit, question in enumerate(reversed(questions))}
            at = pair >> BYTE
        return answers


class Outlines:
    """What profiles meet of some atoms: those that differ only in what others ask share an outline, which keeps its
    number when profiles are numbered anew."""

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self._atoms = atoms
        self._numbers: dict[bytes, int] = {}
        self._of = np.zeros(0, np.int64)

    @property
    def count(self) -> int:
        return len(self._numbers)

    def numbers(self, facts: Facts) -> Ints:
        """The outline of each profile."""
        known = len(self._of)
        if known < facts.count:
            met = [facts.meets(atom.where, *filter(None, [atom.argument]))[known:] for atom in self._atoms]
            fresh = (column.tobytes() for column in np.packbits(met, axis=0).T)
            added = [self._numbers.setdefault(outline, len(self._numbers)) for outline in fresh]
            self._of = np.concatenate([self._of, np.array(added, np.int64)])
        return self._of

    def forget(self) -> None:
        """Profiles are about to be numbered anew."""
        self._of = self._of[:0]

    def met(self) -> list[Mask]:
        """For each atom the outlines that meet its condition and know its argument."""
        rows = np.frombuffer(b"".join(self._numbers), np.uint8).reshape(self.count, -1)
        return list(np.unpackbits(rows, axis=1, count=len(self._atoms)).view(np.bool_).T)


class _Level:
    """Numbers pairs of an earlier number and eight answers; ``pairs``: them, in order."""

    def __init__(self) -> None:
        self.pairs = np.zeros(0, np.int32)
        self._numbers = np.full(1 << BYTE, -1, np.int32)

    @property
    def count(self) -> int:
        return len(self.pairs)

    def numbers(self, before: Profile, answers: npt.NDArray[np.uint8]) -> Profile:
        pairs = (before << BYTE) | answers
        room = (int(before.max(initial=0)) + 1) << BYTE
        if room > len(self._numbers):
            self._numbers = np.concatenate([self._numbers, np.full(2 * room - len(self._numbers), -1, np.int32)])
        found = self._numbers.take(pairs)
        if int(found.min(initial=0)) < 0:
            fresh = np.unique(pairs[found < 0])
            self._numbers[fresh] = np.arange(self.count, self.count + len(fresh))
            self.pairs = np.concatenate([self.pairs, fresh])
            found = self._numbers.take(pairs)
        return found


def _packed(steps: Steps, questions: Sequence[Question]) -> npt.NDArray[np.uint8]:
    """Up to eight answers of each row as the bits of a byte, the first one highest."""
    found = np.zeros(steps.block.rows, np.uint8)
    for step, holds in questions:
        answer = steps.known(step) if holds is None else steps.holds(step, holds)
        np.add(found, found, out=found)  # numpy adds a register of bytes at once, but shifts them one by one
        np.bitwise_or(found, answer.view(np.uint8), out=found)
    return found


def _questions(scan: Scan) -> Iterator[Question]:
    """Everything that the totals of a scan ask of rows."""
    atoms = [one for atom in scan.atoms for one in (atom, atom.inner) if one is not None]
    conditions, steps = [atom.where for atom in atoms], [atom.argument for atom in atoms]
    match scan.shape:
        case Grouped(keys=keys):
            steps += keys
        case Spread(argument=argument, where=where):
            steps, conditions = [*steps, argument], [*conditions, where]
        case Ordered(argument=argument, where=where, order=order):
            steps, conditions = [*steps, argument, *order], [*conditions, where]
    for condition in filter(None, conditions):
        yield from (Question(*one) for one in simple(condition))
    yield from (Question(step, None) for step in filter(None, steps))
