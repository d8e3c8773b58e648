"""Of 175 indicators thirty are planted bad, each in its own way: they are found, and told what to do with."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from steelyard.analysis.indicators.quality import Limits, Quality, quality
from steelyard.analysis.indicators.verdicts import Judged, Rules, Targets, judge, retired, targets
from steelyard.engine.problems import Refused

UNITS, ALL = 474, 175
PLANTED = {
    "flat": ("retire", range(145, 153)),
    "copy": ("retire", range(153, 159)),
    "noise": ("mend", range(159, 165)),
    "unreachable": ("mend", range(165, 168)),
    "bunched": ("mend", range(168, 171)),
    "burden": ("mend", range(171, 173)),
    "basis": ("mend", range(173, 174)),
    "coverage": ("mend", range(174, 175)),
}
BAD = {place for _, places in PLANTED.values() for place in places}
Table = npt.NDArray[np.float64]


def periods(seed: int) -> list[tuple[Table, Table, Table]]:
    """Three periods of points, their errors, and how far each unit is ahead of the target."""
    random = np.random.default_rng(seed)
    level = random.normal(0, 1, (UNITS, ALL))
    return [_period(random, level) for _ in range(3)]


def _period(random: np.random.Generator, level: Table) -> tuple[Table, Table, Table]:
    points = 7 + level + 0.3 * random.standard_normal(level.shape)
    ahead = level + 0.3 * random.standard_normal(level.shape) + 0.5
    errors = np.full(level.shape, 0.3)
    flat, copy, noise = (list(PLANTED[name][1]) for name in ("flat", "copy", "noise"))
    points[:, flat] = np.where(random.random((UNITS, len(flat))) < 0.99, 10.0, 9.5)
    points[:, copy] = 0.9 * points[:, : len(copy)] + 0.02 * random.standard_normal((UNITS, len(copy)))
    points[:, noise] = 7 + random.standard_normal((UNITS, len(noise)))
    errors[:, noise] = 1.0
    ahead[:, list(PLANTED["unreachable"][1])] -= 9
    for place in PLANTED["bunched"][1]:
        short = (ahead[:, place] < 0) & (ahead[:, place] > -0.4)
        ahead[short, place] = 0.01
    ahead[:, list(PLANTED["coverage"][1])] = np.nan
    return points, errors, ahead


def rules() -> Rules:
    minutes, basis, coverage = np.zeros(ALL), np.ones(ALL, bool), np.ones(ALL)
    minutes[list(PLANTED["burden"][1])] = 240
    basis[list(PLANTED["basis"][1])] = False
    coverage[list(PLANTED["coverage"][1])] = 0.4
    return Rules(minutes, basis, coverage)


def lab(seed: int) -> tuple[Judged, ...]:
    found = periods(seed)
    full = np.full(ALL, 10.0)
    return judge(
        [quality(points, full, errors) for points, errors, _ in found], [targets(one[2]) for one in found], rules()
    )


@pytest.mark.parametrize("seed", range(5))
def test_thirty_planted_bad_indicators_are_found_with_few_false_alarms(seed: int) -> None:
    found = {one.indicator for one in lab(seed) if one.verdict != "keep"}
    assert len(BAD) == 30
    assert len(found & BAD) >= 27
    assert len(found - BAD) <= 5


def test_each_is_told_what_to_do_with_it_and_why() -> None:
    judged = lab(1)
    for verdict, places in PLANTED.values():
        assert {judged[place].verdict for place in places} == {verdict}
    assert "full marks" in judged[145].reasons
    assert judged[153].reasons == ("redundant",)
    assert judged[159].reasons == ("noise",)
    assert [judged[place].faults for place in (165, 168, 171, 173, 174)] == [
        ("out of reach",), ("bunched",), ("burden",), ("no basis",), ("coverage",),
    ]  # fmt: skip
    assert judged[0] == Judged(0, "keep", (), ())


def test_what_moves_no_place_and_is_mostly_chance_is_not_retired_for_it() -> None:
    """Four units: their order is safe whatever one small indicator does."""
    table = np.array([[10.0, 1.0], [20, 1.1], [30, 0.9], [40, 1.2]])
    plain = Rules(np.zeros(2), np.ones(2, bool), np.ones(2))
    reached = [Targets(np.full(2, 0.5), np.full(2, 0.5))] * 3
    calm, noisy = (
        judge([quality(table, [50.0, 2], np.full(table.shape, error))] * 3, reached, plain, Limits(variance_share=0))
        for error in (0.0, 1.0)
    )
    assert (calm[1].verdict, calm[1].reasons) == ("keep", ("no rank effect",))
    assert (noisy[1].verdict, noisy[1].reasons) == ("mend", ("no rank effect", "noise"))


def test_what_retiring_them_all_would_do_is_stated() -> None:
    points, _, _ = periods(1)[-1]
    judged = lab(1)
    assert 0.95 < retired(points, judged) < 1
    assert retired(points, [one for one in judged if one.verdict == "keep"]) == pytest.approx(1)


def test_targets_worked_by_hand() -> None:
    ahead = np.array([[1.0, -1, np.nan], [0, -1, np.nan], [-3, -1, np.nan], [2, np.nan, np.nan]])
    found = targets(ahead)
    assert found.attained[:2].tolist() == [0.75, 0]
    assert np.isnan(found.attained[2])
    assert np.isnan(found.bunched).all()  # nobody draws a conclusion from a handful
    even = np.concatenate([np.linspace(-1, 1, 200), np.zeros(60)])[:, None]
    assert targets(even).bunched[0] > 0.8
    assert targets(np.linspace(-1, 1, 201)[:, None]).bunched[0] == pytest.approx(0.5, abs=0.02)


def test_a_target_met_by_all_in_one_year_only_is_no_fault() -> None:
    random = np.random.default_rng(7)
    sound = quality(5 + random.standard_normal((UNITS, 3)), np.full(3, 10.0), np.full((UNITS, 3), 0.1))
    everybody, half = (Targets(np.full(3, share), np.full(3, 0.5)) for share in (1.0, 0.5))
    plain = Rules(np.zeros(3), np.ones(3, bool), np.ones(3))
    assert {one.verdict for one in judge([sound] * 3, [everybody, half, everybody], plain)} == {"keep"}
    assert {one.faults for one in judge([sound] * 3, [everybody] * 3, plain)} == {("met by all",)}


def test_fewer_periods_than_asked_for_judge_nothing() -> None:
    sound: Quality = quality(np.arange(12.0).reshape(4, 3), np.full(3, 20.0), np.zeros((4, 3)))
    plain = Rules(np.zeros(3), np.ones(3, bool), np.ones(3))
    reached = [Targets(np.full(3, 0.5), np.full(3, 0.5))] * 2
    with pytest.raises(Refused) as refused:
        judge([sound] * 3, reached, plain, Limits(periods=3))
    assert refused.value.problems[0].code == "analysis-too-few"
