"""Whom numbers are wanted for, and whose rows count for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Code: TypeAlias = str | tuple[str, str]
"""The code of a unit or an officer; for ``officer_in_unit`` the pair (unit, officer)."""

Index: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Subjects:
    """``codes``: one place each in every array of numbers. ``members``: (code in the rows, subject it counts for)."""

    codes: tuple[Code, ...]
    members: tuple[tuple[Code, Code], ...]

    @classmethod
    def alone(cls, codes: Iterable[Code]) -> Subjects:
        """Everyone for himself: leaf units, officers, officers within units."""
        listed = tuple(dict.fromkeys(codes))
        return cls(listed, tuple((code, code) for code in listed))

    @classmethod
    def rolled(cls, codes: Iterable[str], parents: Mapping[str, str | None]) -> Subjects:
        """Units with all units below them: the rows of a unit count for it and for everyone above it.

        ``parents``: unit -> the one directly above, None at the top. A ring of units ends where it began.
        """
        listed = tuple(dict.fromkeys(codes))
        wanted, pairs = set(listed), []
        for code in sorted({*parents, *listed}):
            above: str | None = code
            seen: set[str] = set()
            while above is not None and above not in seen:
                seen.add(above)
                pairs += [(code, above)] if above in wanted else []
                above = parents.get(above)
        return cls(listed, tuple(pairs))

    @cached_property
    def apart(self) -> bool:
        """Whether nobody's rows count for anybody else."""
        return all(code == subject for code, subject in self.members)

    def places(self) -> dict[Code, int]:
        return {code: place for place, code in enumerate(self.codes)}

    def pairs(self) -> list[tuple[str, str]]:
        """The members as texts for ``_members``; pairs of codes name their subject themselves and need none."""
        return sorted({(c, s) for c, s in self.members if isinstance(c, str) and isinstance(s, str)})

    def spread(self, codes: Iterable[Code]) -> tuple[Index, Index]:
        """For rows with these codes: which row counts for which place, sorted by place, rows as often as needed."""
        places = self.places()
        above: dict[Code, list[int]] = {}
        for code, subject in dict.fromkeys(self.members):
            above.setdefault(code, []).append(places[subject])
        into = [above.get(code, ()) for code in codes]
        take = np.repeat(np.arange(len(into)), [len(found) for found in into])
        where = np.fromiter((place for found in into for place in found), dtype=np.intp, count=len(take))
        order = np.argsort(where, kind="stable")
        return take[order], where[order]
