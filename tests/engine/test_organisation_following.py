"""Reading all of history in the structure of one day: mergers add up, divisions are refused where they matter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.engine.organisation import Organisation, build
from steelyard.engine.organisation.following import superiors
from steelyard.engine.planning.subjects import Subjects
from steelyard.engine.problems import Refused
from tests.engine.test_organisation import Y10, Y15, Y18, Y20, succession, unit

BEGIN, END = date(2010, 1, 1), date(2021, 1, 1)


def merged() -> Organisation:
    """A and B of city X become C of city Y; D goes on."""
    units = [unit("X", None, Y10), unit("Y", None, Y10), unit("D", "Y", Y10)]
    units += [unit("A", "X", Y10, Y15), unit("B", "X", Y10, Y15), unit("C", "Y", Y15)]
    return build({"units": units, "successions": [succession(code, "C", Y15, Decimal(1)) for code in "AB"]})


def divided(shares: bool) -> Organisation:
    units = [unit("X", None, Y10), unit("A", "X", Y10, Y15), unit("B", "X", Y15), unit("C", "X", Y15)]
    parts = [Decimal("0.6"), Decimal("0.4")] if shares else [None, None]
    rows = [succession("A", code, Y15, part) for code, part in zip("BC", parts, strict=True)]
    return build({"units": units, "successions": rows})


def counted(above: dict[str, str | None], rows: dict[str, int], subjects: str) -> dict[str, int]:
    """What each subject gets when rows are added up under these superiors."""
    members = Subjects.rolled(list(subjects), above).members
    return {s: sum(rows.get(str(code), 0) for code, whose in members if whose == s) for s in subjects}


def test_history_of_merged_units_counts_for_their_successor() -> None:
    above = superiors(merged(), Y18, BEGIN, END, {"C", "D"})
    assert above == {"A": "C", "B": "C", "C": "Y", "D": "Y", "X": None, "Y": None}


def test_a_parent_in_the_new_structure_has_all_that_its_units_have() -> None:
    """C113: rows of A, in 2012 under city X, stand under Y since the merger; nothing is lost or counted twice."""
    above = superiors(merged(), Y18, BEGIN, END, {"C", "D", "X", "Y"})
    assert counted(above, {"A": 3, "B": 4, "C": 5, "D": 6}, "CDXY") == {"C": 12, "D": 6, "X": 0, "Y": 18}


@pytest.mark.parametrize("shares", [True, False])
def test_rows_of_a_divided_unit_are_refused_for_its_parts_and_counted_for_their_parent(shares: bool) -> None:
    org = divided(shares)
    with pytest.raises(Refused) as refused:
        superiors(org, Y18, BEGIN, END, {"B", "X"})
    assert [problem.code for problem in refused.value.problems] == ["history-divided"]
    assert superiors(org, Y18, BEGIN, END, {"X"})["A"] == "X"
    above = superiors(org, Y18, Y18, END, {"B", "C"})  # nothing of A is read any more
    assert counted(above, {"B": 1, "C": 2}, "BCX") == {"B": 1, "C": 2, "X": 3}


def test_looking_back_a_successor_without_stated_origin_is_refused() -> None:
    before = date(2012, 1, 1)
    with pytest.raises(Refused):
        superiors(merged(), before, Y18, Y20, {"A", "B"})
    assert superiors(merged(), before, BEGIN, Y15, {"A", "B"})["A"] == "X"


def test_units_without_a_common_superior_that_nobody_assesses_count_for_nobody() -> None:
    units = [unit("A", None, Y10, Y15), unit("B", None, Y15), unit("C", None, Y15)]
    org = build({"units": units, "successions": [succession("A", code, Y15) for code in "BC"]})
    assert superiors(org, Y18, BEGIN, END, set()) == {"A": None, "B": None, "C": None}


def test_rows_of_a_unit_that_was_abolished_still_count_for_its_superior() -> None:
    units = [unit("X", None, Y10), unit("A", "X", Y10, Y15), unit("B", "X", Y10)]
    above = superiors(build({"units": units}), Y18, BEGIN, END, {"B", "X"})
    assert counted(above, {"A": 5, "B": 7}, "BX") == {"B": 7, "X": 12}


CODES = "ABCDEF"


@st.composite
def histories(draw: st.DrawFn) -> Organisation:
    """Six units under two cities; some of them merge into one of two new ones."""
    merging = draw(st.lists(st.sampled_from(CODES), unique=True, max_size=6))
    units = [unit("X", "Z", Y10), unit("Y", "Z", Y10), unit("Z", None, Y10)]
    for code in CODES:
        units.append(unit(code, draw(st.sampled_from("XY")), Y10, Y15 if code in merging else None))
    into = {code: draw(st.sampled_from("MN")) for code in merging}
    units += [unit(code, draw(st.sampled_from("XY")), Y15) for code in sorted(set(into.values()))]
    return build({"units": units, "successions": [succession(code, new, Y15) for code, new in into.items()]})


@given(histories(), st.lists(st.integers(-50, 50), min_size=8, max_size=8), st.sampled_from([date(2012, 1, 1), Y18]))
def test_children_add_up_to_their_parent_in_every_structure(org: Organisation, sizes: list[int], target: date) -> None:
    """C113 for any organisation: what stands under a city is the city's, in the old structure and in the new one."""
    rows = {code: size for code, size in zip("ABCDEFMN", sizes, strict=True) if code in org.units}
    structure = org.structure(target)
    got = counted(superiors(org, target, BEGIN, END, set()), rows, "".join(structure.units))
    assert got["Z"] == sum(rows.values())
    if target == Y18:
        for city in "XYZ":
            assert got[city] == sum(got[child] for child in structure.children.get(city, ()))
