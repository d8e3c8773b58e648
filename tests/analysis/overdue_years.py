"""Years of supervised tasks as they go in a bureau: owners differ, work takes longer than planned, little is seen.

What is seen is noisy on purpose: a third of the tasks have no milestones, reports are late or never come, the office
urges at random as well as where it worries, and a third of what decides lateness (illness, a second task that comes in)
leaves no trace before it happens.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steelyard.analysis.course.overdue import Seen

OWNERS, TASKS = 80, 2500


@dataclass(frozen=True)
class Year:
    seen: list[Seen]
    late: npt.NDArray[np.bool_]


def year(seed: int, owners_seed: int = 7) -> Year:
    """The owners are the same people in every year; what they get is not."""
    slowness = np.random.default_rng(owners_seed).normal(0.0, 0.28, OWNERS)
    draw = np.random.default_rng(seed)
    seen, late = [], []
    past: dict[int, list[bool]] = {}
    for _ in range(TASKS):
        owner, days, load = int(draw.integers(OWNERS)), int(draw.integers(3, 45)), int(draw.poisson(3))
        hidden, surprise = draw.normal(0.0, 0.22), draw.normal(0.0, 0.18)
        needs = np.exp(-0.32 + slowness[owner] + 0.05 * (load - 3) + hidden)
        used = float(draw.uniform(0.35, 0.98))
        done = used / needs
        is_late = bool(needs * np.exp(surprise) > 1.0)
        before = past.setdefault(owner, [])
        seen.append(_seen(draw, used, min(done, 1.0), days, load, before))
        late.append(is_late)
        before.append(is_late)
    return Year(seen, np.array(late))


def _seen(
    draw: np.random.Generator, used: float, done: float, days: int, load: int, before: list[bool]
) -> Seen:  # fmt: skip
    many = int(draw.integers(2, 5)) if draw.random() < 0.67 else 0
    told = float(np.clip(done - abs(draw.normal(0.0, 0.12)), 0, 1))
    worried = done < used * 0.8
    return Seen(
        used=used, reached=np.floor(told * many) / many if many else None, days=days,
        rate=(sum(before) + 1.5) / (len(before) + 6), load=load,
        accepted=bool(draw.random() < (0.97 if done > 0.2 else 0.7)),
        shown=bool(draw.random() < max(0.03, done - 0.6)), reports=int(draw.poisson(2.0 * told)),
        urged=int(draw.poisson(0.6 if worried else 0.25)), rounds=1 + int(draw.random() < 0.08),
    )  # fmt: skip
