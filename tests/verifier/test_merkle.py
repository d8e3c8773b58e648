"""The tree of a run is that of RFC 6962, and a path proves one leaf at one place."""

from __future__ import annotations

import pytest

from steelyard.engine.proof.merkle import tree
from verifier.verify import Refusal, root_of

# The eight leaves and their roots that implementations of Certificate Transparency agree on.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
DATA = [bytes.fromhex(leaf) for leaf in LEAVES]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_standard(size: int) -> None:
    assert tree(DATA[:size]).root == ROOTS[size - 1]


def test_the_tree_of_nothing_has_the_root_of_the_standard() -> None:
    assert tree([]).root == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 40))
def test_every_path_leads_from_its_leaf_to_the_root_and_from_no_other_place(size: int) -> None:
    leaves = [str(number).encode() for number in range(size)]
    made = tree(leaves)
    for index, leaf in enumerate(leaves):
        path = made.path(index)
        assert root_of(leaf, index, size, path) == made.root
        for other in range(size):
            assert other == index or leads_elsewhere(leaf, other, size, path, made.root)


def leads_elsewhere(leaf: bytes, index: int, size: int, path: list[str], root: str) -> bool:
    try:
        return root_of(leaf, index, size, path) != root
    except Refusal:
        return True


def test_a_cut_doubled_or_turned_path_leads_elsewhere() -> None:
    made, leaf = tree(DATA), DATA[2]
    path = made.path(2)
    for wrong in (path[:-1], path[1:], [*path, path[-1]], path[::-1], [], [path[0], path[0], path[2]]):
        assert leads_elsewhere(leaf, 2, 8, wrong, made.root)


def test_an_inner_node_does_not_pass_for_a_leaf() -> None:
    """Leaves and nodes are hashed with different first bytes, else two leaves could be sold as one."""
    made = tree(DATA[:4])
    inner = made.levels[0][0] + made.levels[0][1]
    assert leads_elsewhere(inner, 0, 2, [made.levels[1][1].hex()], made.root)


def test_a_place_outside_the_tree_is_refused() -> None:
    with pytest.raises(Refusal, match="out of range"):
        root_of(b"", 8, 8, [])
