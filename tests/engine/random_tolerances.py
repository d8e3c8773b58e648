"""Random tolerances (容错) for a random plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from steelyard.engine.model.item import Indicator
from steelyard.engine.model.plan import Plan
from steelyard.engine.model.tolerance import Tolerance, has_plain_mark


@st.composite
def tolerances(
    draw: st.DrawFn, plan: Plan, rules: Mapping[str, Indicator], conditions: Sequence[str]
) -> list[Tolerance]:
    """At most two, whose shares come to 1 at most, for indicators that have one full mark for everybody."""
    plain = [entry.indicator for entry in plan.entries if has_plain_mark(rules[entry.indicator], entry)]
    names = draw(st.lists(st.sampled_from(["t1", "t2"]), max_size=2, unique=True)) if plain else []
    return [
        Tolerance.model_validate({
            "tolerance": name, "name": name, "plan": "p",
            "indicators": draw(st.lists(st.sampled_from(plain), min_size=1, unique=True)),
            "when": draw(st.sampled_from(conditions)), "share": draw(st.sampled_from(["50%", "1/3"])),
            "cap": draw(st.sampled_from(["0.5", "3", "100"])), "since": "2026-01-01",
            "until": draw(st.sampled_from(["2026-12-31", "2026-06-30"])),
            "basis": "据", "document": "文", "approved_by": "人",
        })
        for name in names
    ]  # fmt: skip
