"""The table of moves, and what follows from it."""

from __future__ import annotations

from pathlib import Path

import yaml

from steelyard.web.cycles.models import PUBLIC, Stage
from steelyard.web.cycles.moves import MOVES, SIGNING, allowed, diagram
from steelyard.web.people import deciding
from steelyard.web.people.roles import RIGHTS

ROOT = Path(__file__).resolve().parents[3]


def test_the_policy_says_of_versions_what_the_table_says() -> None:
    written = yaml.safe_load((Path(deciding.__file__).parent / "policy.yaml").read_text("utf-8"))
    found = {name: entry["allow"] for name, entry in written.items() if name.startswith("version-")}
    assert found == allowed()


def test_the_four_rights_are_used_in_their_order_each_once() -> None:
    assert [move.right for move in SIGNING] == list(RIGHTS)
    assert [move.begins for move in SIGNING] == [
        (Stage.PREVIEW,), (Stage.SCORED,), (Stage.CHECKED,), (Stage.RULED,)
    ]  # fmt: skip
    assert [move.to for move in SIGNING][-1] == Stage.PUBLISHED


def test_nothing_moves_what_has_been_published() -> None:
    ends = {*PUBLIC, Stage.WITHDRAWN}
    assert [move.name for move in MOVES if ends & set(move.begins)] == []


def test_whatever_goes_back_says_why() -> None:
    back = [move for move in MOVES if move.to in (Stage.PREVIEW, Stage.WITHDRAWN) and move.to not in move.begins]
    assert all(move.reason for move in back)


def test_the_diagram_of_the_documents_is_the_table() -> None:
    assert f"```mermaid\n{diagram()}```" in (ROOT / "docs/how-to/publish.md").read_text("utf-8")
