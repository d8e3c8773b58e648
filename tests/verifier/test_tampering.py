"""Whoever changes a bundle is found out: by the seal when careless, by the scale when he seals it again."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from steelyard.engine.proof.canonical import canonical
from tests.verifier import books
from tests.verifier.weighings import Weighing, sealed, weighings
from verifier import verify

Bundle = dict[str, Any]
SHORT = """
cases: short
period: "2026"
facts:
  cases: {minutes: integer}
units: |
  unit | class
  a    | 甲
given:
  cases: |
    unit | on         | minutes
    a    | 2026-01-05 | 3
    a    | 2026-02-05 | 4
expect: |
  unit | period
  a    | 2026
"""


def weighing(file: books.CaseFile) -> Weighing:
    return weighings(file)[0]


@pytest.fixture(scope="module")
def small() -> Weighing:
    return weighing(books.small())


@pytest.fixture(scope="module")
def whole() -> Weighing:
    return weighing(books.whole())


def one(weighing: Weighing, subject: str, indicator: str, period: str = "2026Q1") -> Bundle:
    key = (subject, period, indicator)
    found = next(b for leaf, b in weighing.bundles() if (leaf.subject, leaf.period, leaf.indicator) == key)
    return copy.deepcopy(found)


def noticed(data: bytes, root: str) -> bool:
    try:
        return verify.weighed(data, root)[1] != []
    except verify.Refusal:
        return True


# ---- bytes ----


def test_every_byte_of_a_short_bundle_matters() -> None:
    short = weighing(books.case_file(books.indicator("short", "sum(cases.minutes)", "value / 3"), cases=SHORT))
    data, root = canonical(one(short, "a", "short", "2026")), short.tree.root
    assert not noticed(data, root)
    chance = random.Random(1)
    for place in range(len(data)):
        for other in {data[place] ^ 1, data[place] ^ (1 << chance.randrange(8)), chance.randrange(256)} - {data[place]}:
            changed = data[:place] + bytes([other]) + data[place + 1 :]
            assert noticed(changed, root), (place, other)


@pytest.mark.parametrize(("subject", "indicator"), [("a", "pool"), ("d", "peers"), ("b", "nested"), ("a", "per")])
def test_two_thousand_random_bytes_of_other_bundles_are_noticed(small: Weighing, subject: str, indicator: str) -> None:
    data, chance = canonical(one(small, subject, indicator)), random.Random(indicator)
    for _ in range(500):
        place, other = chance.randrange(len(data)), chance.randrange(1, 256)
        changed = data[:place] + bytes([data[place] ^ other]) + data[place + 1 :]
        assert noticed(changed, small.tree.root), place


@pytest.mark.parametrize("how", ["insert", "delete", "double", "swap", "cut", "append"])
def test_pieces_inserted_lost_doubled_swapped_or_cut_are_noticed(small: Weighing, how: str) -> None:
    data, chance = canonical(one(small, "a", "pool")), random.Random(how)
    for _ in range(200):
        low, high = sorted(chance.sample(range(1, len(data)), 2))
        middle = (low + high) // 2
        changed = {
            "insert": data[:low] + bytes([chance.randrange(256)]) + data[low:],
            "delete": data[:low] + data[high:],
            "double": data[:high] + data[low:],
            "swap": data[:low] + data[middle:high] + data[low:middle] + data[high:],
            "cut": data[:low],
            "append": data + data[low:high],
        }[how]
        assert changed == data or noticed(changed, small.tree.root)


# ---- forgeries that carry a fresh seal ----


def numbers_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a recorded result stands: ``result`` and everything in the leaf."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "result" and not isinstance(part, dict):
                yield (*path, key)
            else:
                yield from numbers_in(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from numbers_in(part, (*path, index))


def put(bundle: Bundle, path: tuple[Any, ...], value: Any) -> Bundle:
    changed = copy.deepcopy(bundle)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed


@pytest.mark.parametrize(("subject", "indicator"), [("a", ""), ("d", ""), ("c", "")])
def test_every_result_that_a_forger_changes_is_noticed(whole: Weighing, subject: str, indicator: str) -> None:
    bundle = one(whole, subject, indicator)
    paths = list(numbers_in(bundle))
    assert len(paths) > 50
    paths = random.Random(subject).sample(paths, 50)
    assert [path for path in paths if not noticed(sealed(put(bundle, path, "123.5")), whole.tree.root)] == []


def change_row(bundle: Bundle) -> None:
    bundle["rows"][0]["rows"][0][-1] = "2"


def drop_row(bundle: Bundle) -> None:
    bundle["rows"][0]["rows"].pop()


def double_row(bundle: Bundle) -> None:
    bundle["rows"][0]["rows"].append(bundle["rows"][0]["rows"][-1])


def swap_rows(bundle: Bundle) -> None:
    bundle["rows"][0]["rows"].reverse()


def foreign_row(bundle: Bundle) -> None:
    bundle["members"] = ["b"]


def other_period(bundle: Bundle) -> None:
    bundle["period"]["name"] = "2026Q2"


def wider_window(bundle: Bundle) -> None:
    bundle["totals"][0]["window"]["reach"] = "year"


def other_days(bundle: Bundle) -> None:
    bundle["rows"][0]["to"] = "2026-12-31"


def other_subject(bundle: Bundle) -> None:
    bundle["subject"]["code"] = "b"


def no_step(bundle: Bundle) -> None:
    del bundle["items"][0]["steps"][0]


def swapped_steps(bundle: Bundle) -> None:
    bundle["items"][0]["steps"].reverse()


def other_formula(bundle: Bundle) -> None:
    bundle["items"][0]["steps"][-1]["tree"] = {"number": "10"}


def other_indicator(bundle: Bundle) -> None:
    bundle["leaf"]["indicator"] = bundle["items"][0]["item"] = "special"


def other_place(bundle: Bundle) -> None:
    bundle["leaf"]["index"] += 1


def shorter_path(bundle: Bundle) -> None:
    bundle["leaf"]["path"].pop()


def other_rules(bundle: Bundle) -> None:
    bundle["run"]["rules"] = "2" * 64


def other_snapshot(bundle: Bundle) -> None:
    bundle["run"]["snapshot"]["batch"] = 2


def more_scores(bundle: Bundle) -> None:
    bundle["run"]["scores"] += 1


def awaited(bundle: Bundle) -> None:
    bundle["totals"][0]["awaited"] = True


FORGERIES: list[Callable[[Bundle], None]] = [
    change_row, drop_row, double_row, swap_rows, foreign_row, other_period, wider_window, other_days, other_subject,
    no_step, swapped_steps, other_formula, other_indicator, other_place, shorter_path, other_rules, other_snapshot,
    more_scores, awaited,
]  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_a_forgery_with_a_fresh_seal_is_noticed(small: Weighing, forge: Callable[[Bundle], None]) -> None:
    bundle = one(small, "a", "past")
    assert not noticed(sealed(bundle), small.tree.root)
    forge(bundle)
    assert noticed(sealed(bundle), small.tree.root)


def test_peers_without_the_subject_itself_are_noticed(small: Weighing) -> None:
    bundle = one(small, "a", "places")
    bundle["figures"] = [[text for text in texts if text != "3"] for texts in bundle["figures"]]
    assert noticed(sealed(bundle), small.tree.root)


def test_a_place_that_the_totals_of_the_class_do_not_give_is_noticed(whole: Weighing) -> None:
    bundle = one(whole, "d", "")
    assert bundle["leaf"]["result"]["place"] > 1
    bundle["plan"]["ranking"]["figures"] = bundle["plan"]["ranking"]["figures"][1:]
    assert noticed(sealed(bundle), whole.tree.root)


def test_a_place_that_leaves_out_the_subject_itself_is_noticed(whole: Weighing) -> None:
    """The place stays 1, but the totals are no longer those of the class."""
    bundle = next(b for leaf, b in whole.bundles() if leaf.indicator == "" and leaf.result["place"] == 1)
    bundle = copy.deepcopy(bundle)
    bundle["plan"]["ranking"]["figures"][0][0] = "-1"
    assert noticed(sealed(bundle), whole.tree.root)


def test_peers_that_keep_the_answer_but_not_the_subject_are_noticed() -> None:
    """The mean stays what it was, but the subject's own figure is not among those it was taken of."""
    counted = weighing(books.case_file(books.indicator("counted", "count(cases)", "peers_count(value)")))
    bundle = one(counted, "a", "counted")
    own = bundle["leaf"]["result"]["value"]
    bundle["figures"] = [sorted(str(int(text) + 1) if text == own else text for text in bundle["figures"][0])]
    assert noticed(sealed(bundle), counted.tree.root)


def test_a_row_of_another_time_is_noticed_even_where_it_does_not_count(small: Weighing) -> None:
    bundle = one(small, "a", "first")
    (section,) = bundle["rows"]
    (row, *_) = (row for row in section["rows"] if "y" in row)
    row[[column["name"] for column in section["columns"]].index("on")] = "2026-04-01"
    section["rows"].sort(key=lambda row: row[1])
    with pytest.raises(verify.Refusal, match="outside its stretch"):
        verify.weighed(sealed(bundle), small.tree.root)


def test_the_bundle_of_one_subject_does_not_pass_for_another(small: Weighing) -> None:
    """Same digits, somebody else's name: the leaf is another one."""
    bundle = one(small, "e", "special")
    other = one(small, "f", "special")
    bundle["subject"], bundle["members"] = other["subject"], other["members"]
    bundle["leaf"] = other["leaf"]
    assert noticed(sealed(bundle), small.tree.root)


def test_a_wrong_root_is_noticed_and_without_one_the_verifier_says_so(small: Weighing) -> None:
    bundle = one(small, "a", "pool")
    told, differences = verify.weighed(canonical(bundle))
    assert differences == []
    assert "not compared" in told[-1]
    assert noticed(canonical(bundle), "0" * 64)
    forged = put(bundle, ("run", "root"), "0" * 64)
    assert noticed(sealed(forged), "0" * 64)


def test_the_first_differences_are_told_with_their_place(small: Weighing) -> None:
    bundle = one(small, "a", "pool")
    total = json.loads(json.dumps(bundle["totals"][0]["result"]))
    forged = put(bundle, ("totals", 0, "result"), str(int(total) + 1))
    _, differences = verify.weighed(sealed(forged), small.tree.root)
    assert differences[0].startswith("totals[0].result: ")
    assert str(int(total) + 1) in differences[0]
