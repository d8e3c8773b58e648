"""Columns of yes/no and of words, with SQL's third answer: not known."""

from __future__ import annotations

from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import numpy as np
import numpy.typing as npt

from steelyard.engine.arithmetic.numbers import Mask, Numbers, State, States, all_in, worse

Index = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Truths:
    """``value`` matters only where ``known``. A condition counts as met only when it is known to be true.

    ``why`` says why a condition is not known, where that is more than that nothing happened.
    """

    value: Mask
    known: Mask
    why: States | None = None

    def __len__(self) -> int:
        return len(self.value)

    @property
    def met(self) -> Mask:
        return self.value & self.known

    @property
    def reason(self) -> States:
        """`State.KNOWN` where known, else why not."""
        why = np.uint8(State.EMPTY) if self.why is None else np.maximum(self.why, np.uint8(State.EMPTY))
        return np.where(self.known, np.uint8(State.KNOWN), why).astype(np.uint8)

    def take(self, index: Index) -> Truths:
        return Truths(self.value[index], self.known[index], None if self.why is None else self.why[index])

    def __and__(self, other: Truths) -> Truths:
        """Known to be false as soon as one side is."""
        false = (self.known & ~self.value) | (other.known & ~other.value)
        return Truths(self.met & other.met, false | (self.known & other.known), np.maximum(self.reason, other.reason))

    def __or__(self, other: Truths) -> Truths:
        met = self.met | other.met
        return Truths(met, met | (self.known & other.known), np.maximum(self.reason, other.reason))

    def __invert__(self) -> Truths:
        return Truths(~self.value, self.known, self.why)


@dataclass(frozen=True, slots=True)
class Texts:
    """Words, such as a grade or a signal; shape (n,), object array of str."""

    value: npt.NDArray[Any]
    state: States

    def __len__(self) -> int:
        return len(self.value)

    @property
    def known(self) -> Mask:
        return np.equal(self.state, State.KNOWN)

    def where(self, mask: Mask, other: Texts) -> Texts:
        return Texts(np.where(mask, self.value, other.value), np.where(mask, self.state, other.state))

    def take(self, index: Index) -> Texts:
        return Texts(self.value[index], self.state[index])

    def word(self, index: int) -> str | None:
        return str(self.value[index]) if self.state[index] == State.KNOWN else None


def texts(value: str, count: int) -> Texts:
    return Texts(np.full(count, value, dtype=object), all_in(State.KNOWN, count))


def no_texts(state: State, count: int) -> Texts:
    return Texts(np.full(count, "", dtype=object), all_in(state, count))


def compared(operator: str, left: Numbers | Texts, right: Numbers | Texts) -> Truths:
    """``= != < <= > >=``; not known when either side is missing. Words know only = and !=."""
    state = worse(left.state, right.state)
    known = np.equal(state, State.KNOWN)
    if isinstance(left, Texts) and isinstance(right, Texts):
        same = left.value == right.value
        return Truths(np.asarray(same if operator == "=" else ~same, dtype=np.bool_), known, state)
    if isinstance(left, Texts) or isinstance(right, Texts):
        raise TypeError("words are not compared with numbers; the check refuses this")
    return Truths(_OPERATORS[operator](*left.beside(right)), known, state)


_OPERATORS = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def is_missing(column: Numbers | Texts) -> Truths:
    return Truths(~column.known, np.ones(len(column), dtype=np.bool_))
