"""What is not a bundle is refused with words, never a traceback, and never takes long."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from steelyard.engine.proof.canonical import canonical, exact, exacts
from tests.verifier import books
from tests.verifier.weighings import sealed, weighings
from verifier import verify
from verifier.verify import Refusal

Bundle = dict[str, Any]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    (weighing,) = weighings(books.small())
    found: Bundle = next(b for leaf, b in weighing.bundles() if leaf.indicator == "peers")
    return found


def refused(data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The last line of the program's answer; it must have refused."""
    path = tmp_path / "bundle.json"
    path.write_bytes(data)
    assert verify.main([str(path)]) == 1
    said = capsys.readouterr()
    assert said.err == ""
    return said.out.splitlines()[-1]


NOT_JSON = {
    "nothing": b"",
    "text": b"hello",
    "cut": b'{"format":',
    "not utf-8": b'{"a":"\xff"}',
    "utf-16": '{"a":1}'.encode("utf-16"),
    "lone surrogate": b'{"a":"\\ud800"}',
    "deep": b"[" * 200_000 + b"]" * 200_000,
    "long number": b'{"a":' + b"9" * 100_000 + b"}",
    "not a number": b'{"a":NaN}',
    "list": b"[]",
    "number": b"1",
}


@pytest.mark.parametrize("data", NOT_JSON.values(), ids=NOT_JSON.keys())
def test_what_is_no_bundle_is_refused(data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(data, tmp_path, capsys).startswith("不能复核 refused: ")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main([str(tmp_path / "none.json")]) == 1
    said = capsys.readouterr().out
    assert "refused" in said
    assert "没有这个文件 there is no such file" in said
    assert "Errno" not in said


def test_a_result_is_told_in_words() -> None:
    assert (
        verify.said({"value": {"missing": "awaited"}, "points": "7.5"}) == "值 value 数据未到 awaited，得分 points 7.5"
    )
    assert verify.said({"lists": ["red", "top"], "grade": None}) == "名单 lists red、top，等次 grade —"


def test_a_wrong_call_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ([], ["a", "b"], ["a", "--rot", "b"]):
        assert verify.main(wrong) == 1
        assert "usage" in capsys.readouterr().out


REWRITTEN: dict[str, Callable[[bytes], bytes]] = {
    "spaces": lambda data: json.dumps(json.loads(data), ensure_ascii=False, sort_keys=True).encode(),
    "order of keys": lambda data: b'{"zz":0,' + data[1:],
    "escapes": lambda data: json.dumps(json.loads(data), sort_keys=True, separators=(",", ":")).encode(),
    "doubled key": lambda data: data[:-1] + b',"totals":[]}',
    "float": lambda data: data.replace(b'"subjects":1', b'"subjects":1.0'),
    "line break": lambda data: data + b"\n",
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
}


@pytest.mark.parametrize("rewrite", REWRITTEN.values(), ids=REWRITTEN.keys())
def test_only_canonical_bytes_are_read(
    bundle: Bundle, rewrite: Callable[[bytes], bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = canonical(bundle)
    assert rewrite(data) != data
    assert refused(rewrite(data), tmp_path, capsys).startswith("不能复核 refused: ")


def wrong(bundle: Bundle, change: Callable[[Bundle], Any]) -> str:
    """What a freshly sealed bundle with this change is refused for."""
    changed = copy.deepcopy(bundle)
    change(changed)
    with pytest.raises(Refusal) as refusal:
        verify.weighed(sealed(changed))
    return str(refusal.value)


def tree(bundle: Bundle, tree: Any) -> None:
    bundle["items"][0]["steps"][0]["tree"] = tree


SHAPES: dict[str, Callable[[Bundle], Any]] = {
    "key too many": lambda b: b.update(extra=1),
    "run without periods": lambda b: b["run"].update(periods=[]),
    "period of another run": lambda b: b["run"].update(periods=["1999"]),
    "key too few": lambda b: b.pop("members"),
    "other format": lambda b: b.update(format="steelyard-proof/2"),
    "truth for a number": lambda b: b["run"].update(scores=True),
    "number for a text": lambda b: b["subject"].update(name=1),
    "step without a name": lambda b: b["items"][0]["steps"][0].pop("name"),
    "part that is no item": lambda b: b["items"][0].update(parts=[1]),
    "unknown kind": lambda b: b["totals"][0].update(kind="median"),
    "unknown rounding of time": lambda b: b["period"].update(name="2026Q5"),
    "no such month": lambda b: b["period"].update(first_month=13),
    "result of a plan for an item": lambda b: b["leaf"].update(result={"total": "1"}),
    "plan for an item": lambda b: b["leaf"].update(indicator=""),
    "short hash": lambda b: b["leaf"].update(path=["00"]),
    "attributes as a list": lambda b: b.update(attributes=[]),
    "attribute as a number": lambda b: b.update(attributes={"staff": 1}),
    "unknown reason": lambda b: b.update(attributes={"staff": {"missing": "lost"}}),
}


def test_whatever_a_bundle_breaks_is_refused_in_words(
    bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise IndexError("list index out of range")

    monkeypatch.setattr(verify, "root_of", broken)
    assert refused(sealed(bundle), tmp_path, capsys) == ("不能复核 refused: 不成形 malformed: list index out of range")


@pytest.mark.parametrize("change", SHAPES.values(), ids=SHAPES.keys())
def test_wrong_shapes_are_refused_under_a_fresh_seal(bundle: Bundle, change: Callable[[Bundle], Any]) -> None:
    assert wrong(bundle, change)


TREES: dict[str, Any] = {
    "unknown operator": ["eval", {"text": "1"}],
    "operator of rows": ["days", {"number": "1"}, {"number": "2"}],
    "too few arguments": ["+", {"number": "1"}],
    "too many arguments": ["not", {"number": "1"}, {"number": "1"}],
    "text in arithmetic": ["+", {"text": "1"}, {"number": "1"}],
    "number as condition": ["if", {"number": "1"}, {"number": "1"}, {"number": "1"}],
    "number and text compared": ["=", {"text": "1"}, {"number": "1"}],
    "truth as number": ["+", ["is_null", {"number": "1"}], {"number": "1"}],
    "unknown name": {"name": "nobody"},
    "unknown total": {"total": 99},
    "negative total": {"total": -1},
    "unknown figures": {"peers": "peers_mean", "of": {"number": "1"}, "with": [], "class": None, "figures": 99},
    "unknown statistic": {"peers": "peers_mode", "of": {"number": "1"}, "with": [], "class": "x", "figures": 0},
    "parameter too many": {"peers": "peers_mean", "of": {"number": "1"}, "with": [1], "class": "x", "figures": 0},
    "parameter below zero": {"peers": "peers_nth", "of": {"number": "1"}, "with": [-1], "class": "x", "figures": 0},
    "two leaves in one": {"number": "1", "text": "1"},
    "empty leaf": {},
    "empty list": [],
    "bare text": "value",
    "bare number": 1,
    "nothing": None,
    "fraction not in lowest terms": {"number": "2/4"},
    "fraction that ends": {"number": "1/4"},
    "trailing zero": {"number": "1.50"},
    "leading zero": {"number": "01"},
    "minus zero": {"number": "-0"},
    "exponent": {"number": "1e9"},
    "full width": {"number": "１"},
    "division by zero": {"number": "1/0"},
    "no such day": {"day": "2026-02-30"},
    "day written otherwise": {"day": "20260101"},
    "unknown indicator": ["value", {"text": "nobody"}],
    "unknown rounding": ["round", {"number": "1"}, {"number": "1"}, {"text": "sideways"}],
    "many places": ["round", {"number": "1"}, {"number": "999999"}, {"text": "up"}],
}


@pytest.mark.parametrize("broken", TREES.values(), ids=TREES.keys())
def test_wrong_trees_are_refused(bundle: Bundle, broken: Any) -> None:
    assert wrong(bundle, lambda b: tree(b, broken))


ROWS: dict[str, Callable[[Bundle], Any]] = {
    "cell too many": lambda b: b["rows"][0]["rows"][0].append("1"),
    "number as JSON number": lambda b: b["rows"][0]["rows"][0].__setitem__(0, 1),
    "no such day": lambda b: b["rows"][0]["rows"][0].__setitem__(1, "2026-02-30"),
    "column twice": lambda b: b["rows"][0]["columns"].append(b["rows"][0]["columns"][0]),
    "no date": lambda b: b["rows"][0].update(date="nothing"),
    "unknown type": lambda b: b["rows"][0]["columns"][0].update(type="float"),
    "no such rows": lambda b: b["totals"][0].update(rows=9),
    "sum of words": lambda b: b["totals"][0].update(kind="sum", argument={"name": "unit"}),
    "unknown column": lambda b: b["totals"][0].update(where=["=", {"name": "nothing"}, {"text": "x"}]),
    "unknown key": lambda b: b["totals"][0].update(per=["nothing"], inner="count"),
    "first without an order": lambda b: b["totals"][0].update(kind="first", argument={"number": "1"}),
    "percentile without a level": lambda b: b["totals"][0].update(kind="percentile", argument={"number": "1"}),
    "condition that is a number": lambda b: b["totals"][0].update(where=["and", {"number": "1"}, {"number": "1"}]),
    "peers not in order": lambda b: b["figures"][0].reverse(),
}


@pytest.mark.parametrize("change", ROWS.values(), ids=ROWS.keys())
def test_wrong_rows_and_totals_are_refused(bundle: Bundle, change: Callable[[Bundle], Any]) -> None:
    assert wrong(bundle, change)


def test_work_is_bounded(bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers that double their length with every step would otherwise take for ever."""
    changed = copy.deepcopy(bundle)
    (step, *_) = changed["items"][0]["steps"]
    again = {**step, "tree": ["*", {"name": step["name"]}, {"name": step["name"]}]}
    changed["items"][0]["steps"][1:1] = [{**step, "tree": {"number": "1.000001"}}, *[again] * 60]
    assert "refused" in refused(sealed(changed), tmp_path, capsys)


def test_hundreds_of_indicators_added_up_are_weighed_and_a_bottomless_tree_is_refused(
    bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def deep(levels: int) -> bytes:
        changed, step = copy.deepcopy(bundle), bundle["items"][0]["steps"][0]["tree"]
        for _ in range(levels):
            step = ["+", step, {"number": "0"}]
        tree(changed, step)
        return sealed(changed)

    path = tmp_path / "bundle.json"
    path.write_bytes(deep(600))
    assert verify.main([str(path)]) == 0
    capsys.readouterr()
    assert refused(b"[" * 4_000 + b"1" + b"]" * 4_000, tmp_path, capsys).startswith("不能复核 refused: ")


def test_very_long_numbers_are_written_alike_by_both_sides() -> None:
    """A mean over hundreds of shares has thousands of digits."""
    for value in (Fraction(10**3900 + 1, 3), Fraction(-7, 10**300), Fraction(0), Fraction(-1, 8), Fraction(10**30)):
        assert verify.shown(value) == exact(value)
        assert exacts([value.numerator * 6], [value.denominator * 6]) == [exact(value)]
        assert verify.number(exact(value)) == value
    assert len(str(exact(Fraction(10**9000)))) == 9001


def test_the_page_for_writers_of_verifiers_names_every_key_and_operator() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "proof.md").read_text("utf-8")
    code = " ".join(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL)))
    told = set(re.findall(r"[a-z_]+|[<>=!]=?|[-+*/]", code))
    keys = {*verify.BUNDLE, *verify.RUN, *verify.SECTION, *verify.TOTAL, *verify.ITEM, *verify.PLAN, *verify.STEP}
    keys |= {*verify.PEERS, *verify.NESTED, *verify.OF_ITEM, *verify.OF_PLAN, *verify.RANKING, "reach", "checkpoint"}
    statistics = ("nth", "percentile", "trimmed_mean", "rank")
    wanted = {*keys, *verify.OF_ROWS, *verify.OF_SUBJECTS, *verify.KINDS, *(f"peers_{name}" for name in statistics)}
    assert sorted(wanted - told) == []


FIXED: dict[str, Callable[[Bundle], Any]] = {
    "subject.code": lambda b: b["subject"].update(code="somebody"),
    "leaf.result": lambda b: b["leaf"]["result"].update(points="99"),
    "leaf.index": lambda b: b["leaf"].update(index=b["leaf"]["index"] ^ 1),
}
FREE: dict[str, Callable[[Bundle], Any]] = {
    "subject.name": lambda b: b["subject"].update(name="somebody"),
    "name": lambda b: b["items"][0].update(name="something"),
    "basis": lambda b: b["items"][0].update(basis="another clause"),
    "zh": lambda b: b["items"][0].update(zh="另一句"),
    "run.subjects": lambda b: b["run"].update(subjects=1234),
}


@pytest.mark.parametrize("name", [*FIXED, *FREE])
def test_the_page_says_what_a_published_root_fixes_and_what_it_leaves_free(
    name: str, bundle: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = copy.deepcopy(bundle)
    {**FIXED, **FREE}[name](changed)
    path = tmp_path / "bundle.json"
    path.write_bytes(sealed(changed))
    assert verify.main([str(path), "--root", bundle["run"]["root"]]) == (1 if name in FIXED else 0)
    capsys.readouterr()
    page = (
        (Path(__file__).parents[2] / "docs/proof.md")
        .read_text("utf-8")
        .partition("<!-- fixed -->")[2]
        .partition("<!-- end -->")[0]
    )
    row = page.partition("<!-- free -->")[0 if name in FIXED else 2]
    assert f"`{name}`" in row
