"""Forecast of lateness (逾期预测): the chance that a task under way will be late, from how earlier ones went.

A logistic model with a ridge, fitted by Newton's method. It says where to look first; it changes no score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
RIDGE, ROUNDS, LIMIT, EDGE = 1.0, 50, 1e-9, 2.5
ENOUGH = 60
"""Late tasks, and tasks in time, from which on the bureau's own history is asked."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A task at one moment. ``used``: share of its working time; ``reached``: share of its milestones, None without
    any; ``days``: working days that it has; ``rate``: how often its owner was late before; ``load``: what else the
    owner has open; ``accepted``, ``shown``: whether it was accepted, whether evidence came in; ``reports``, ``urged``,
    ``rounds``: how often it was reported on and urged, and its deadlines."""

    used: float
    reached: float | None
    days: int
    rate: float
    load: int
    accepted: bool
    shown: bool
    reports: int
    urged: int
    rounds: int


NAMES = ("used", "behind", "unknown", "days", "rate", "load", "unaccepted", "shown", "reports", "urged", "rounds")


@dataclass(frozen=True)
class Model:
    """``weights``: the constant first, then one for each of `NAMES`, of columns less ``middle`` over ``width``.
    ``tasks``: of how many it was learnt, 0 where it is only a beginning."""

    middle: Floats
    width: Floats
    weights: Floats
    tasks: int = 0


def columns(seen: Sequence[Seen]) -> Floats:
    """Shape (tasks, names)."""
    return np.array([_row(one) for one in seen], dtype=np.float64).reshape(len(seen), len(NAMES))


def _row(one: Seen) -> tuple[float, ...]:
    used, reached, days, rate, load, accepted, shown, reports, urged, rounds = astuple(one)
    return (
        used, 0.0 if reached is None else used - reached, used * (reached is None), np.log1p(days), rate,
        np.log1p(load), used * (not accepted), float(shown), np.log1p(reports), np.log1p(urged), float(rounds > 1),
    )  # fmt: skip


def fit(x: Floats, late: npt.NDArray[np.bool_], tasks: int) -> Model:
    """The ridge keeps weights finite also where a column separates the tasks wholly."""
    middle, width = x.mean(axis=0), x.std(axis=0)
    width[width == 0] = 1.0
    z = np.column_stack([np.ones(len(x)), _scaled(x, middle, width)])
    y, weights = late.astype(np.float64), np.zeros(z.shape[1])
    penalty = RIDGE * np.eye(z.shape[1])
    penalty[0, 0] = 0.0
    for _ in range(ROUNDS):
        p = _sigmoid(z @ weights)
        slope = z.T @ (y - p) - penalty @ weights
        step = np.linalg.solve((z * (p * (1 - p))[:, None]).T @ z + penalty + LIMIT * np.eye(len(weights)), slope)
        weights = weights + step
        if np.abs(step).max() < LIMIT:
            break
    return Model(middle, width, weights, tasks)


BEGINNING = Model(
    np.zeros(len(NAMES)), np.ones(len(NAMES)),
    np.array([-2.6, 1.2, 3.0, 0.4, 0.0, 3.0, 0.3, 1.5, -1.5, -0.3, 0.5, 0.3]),
)  # fmt: skip
"""Until a bureau has a history: what is behind its milestones, not accepted, of owners who were late, comes first."""


def chances(model: Model, x: Floats) -> Floats:
    return _sigmoid(model.weights[0] + pulls(model, x).sum(axis=1))


def pulls(model: Model, x: Floats) -> Floats:
    """How much each column moves each task from the middle, for telling why; shape as given."""
    return np.asarray(_scaled(x, model.middle, model.width) * model.weights[1:])


def _scaled(x: Floats, middle: Floats, width: Floats) -> Floats:
    """Beyond what was seen before, a column counts as its edge: nothing is concluded from where nobody has been."""
    return np.asarray(np.clip((x - middle) / width, -EDGE, EDGE))


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -30, 30))))


def auc(scores: Floats, late: npt.NDArray[np.bool_]) -> float:
    """How often a late task has the higher score than one in time; ties count half. NaN where all are alike."""
    if late.all() or not late.any():
        return float("nan")
    _, at, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[at]
    many = int(late.sum())
    return float((ranks[late].sum() - many * (many + 1) / 2) / (many * (len(late) - many)))
