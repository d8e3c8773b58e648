"""C17: who held a post on a day, as it was known on another; twenty transfers worked by hand."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from steelyard.engine.organisation import Organisation, build
from steelyard.engine.problems import Refused
from steelyard.engine.reading import read

FILE = Path(__file__).parent / "cases" / "holders.yaml"
CASES: list[dict[str, Any]] = read(FILE.read_text("utf-8"), FILE.name)[0].tree  # type: ignore[assignment]
LONG_AGO = datetime(2000, 1, 1)


def moment(day: Any) -> datetime:
    return datetime.combine(date.fromisoformat(str(day)), time(9))


def office(rows: list[list[Any]]) -> Organisation:
    held = [
        {
            "known_at": moment(known), "person": who, "post": post, "from": date.fromisoformat(str(first)),
            "to": None if last is None else date.fromisoformat(str(last)), "share": Decimal(share),
            "withdrawn": bool(taken_back),
        }
        for known, who, post, first, last, share, *taken_back in rows
    ]  # fmt: skip
    unit = {"code": "局", "name": "局", "level": "局", "valid_from": LONG_AGO.date(), "known_at": LONG_AGO}
    posts = [{"code": post, "unit": "局", "name": post, "known_at": LONG_AGO} for post in ("甲岗", "乙岗")]
    people = [{"code": who, "name": who, "known_at": LONG_AGO} for who in sorted({row["person"] for row in held})]
    return build({"units": [unit], "posts": posts, "persons": people, "holdings": held})


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_who_held_a_post_on_a_day_as_known_on_another(case: dict[str, Any]) -> None:
    org = office(case["holdings"])
    for post, on, known, people in case["asked"]:
        found = org.as_known(moment(known)).holders(post, date.fromisoformat(str(on)))
        assert sorted(one.person for one in found) == sorted(people), (post, on, known)


def test_there_are_twenty_of_them() -> None:
    assert len(CASES) == 20


def test_a_post_that_nobody_registered_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        office([]).holders("丙岗", date(2026, 1, 1))
    assert [problem.code for problem in refused.value.problems] == ["post-not-registered"]
