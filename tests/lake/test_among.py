"""Looking for texts among stored ones says the same however they are stored."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steelyard.lake.runners.numbering import LENGTH, among

TEXTS = st.lists(st.one_of(st.none(), st.sampled_from(("0007", "0010", "1234", "9999"))), max_size=12)
ASKED = st.sets(
    st.sampled_from(("0007", "1234", "7", "07", "00007", "１２３４", "甲", "-007", "", "99999999999999999999"))
)
WAYS = {
    "texts": lambda texts: pa.array(texts, pa.string()),
    "words": lambda texts: pa.array(texts, pa.string()).dictionary_encode(),
    "numbers": lambda texts: pa.array([None if one is None else int(one) for one in texts], pa.int16()),
}


@pytest.mark.parametrize("way", WAYS)
@given(texts=TEXTS, asked=ASKED, cut=st.integers(0, 3))
def test_a_text_is_found_however_it_is_stored_and_nothing_unknown_is(
    way: str, texts: list[str | None], asked: set[str], cut: int
) -> None:
    found = among(WAYS[way](texts).slice(cut), asked, {LENGTH: "4"} if way == "numbers" else {})
    assert found.tolist() == [one in asked for one in texts[cut:]]
