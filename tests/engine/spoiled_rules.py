"""Rule files that somebody spoiled: keys gone, values exchanged, parts of one rule in another."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from hypothesis import strategies as st

from steelyard.engine.model.facts import FactTable
from steelyard.engine.trying.cases import case_table, read_cases

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
CORPUS = EXAMPLES / "corpus"
Spot: TypeAlias = tuple[str | int, ...]


class Bare(str):
    """Text that stands without quotation marks, so that a number stays a number."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


_Dumper.add_representer(Bare, lambda _, text: yaml.ScalarNode(_kind(text), str(text)))


def _kind(text: str) -> str:
    """The kind that YAML itself sees, so that no quotation marks are needed."""
    return str(yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False)))


@dataclass(frozen=True)
class Rules:
    """The rules of one example file with its general part, and the tables that they read."""

    documents: list[Any]
    tables: dict[str, FactTable]


@cache
def corpus() -> list[Rules]:
    shared = (CORPUS / "book.yaml").read_text("utf-8")
    return [_rules(path, shared) for path in sorted(CORPUS.glob("*.yaml")) if path.name != "book.yaml"]


def _rules(path: Path, shared: str) -> Rules:
    text = path.read_text("utf-8")
    (file,) = read_cases([("book.yaml", shared), (path.name, text)])
    tables = {name: case_table(group, name) for group in file.groups for name in group.facts}
    documents = [_plain(node) for part in (shared, text) for node in yaml.compose_all(part, Loader=yaml.SafeLoader)]
    return Rules([document for document in documents if "cases" not in document], tables)


def _plain(node: yaml.Node) -> Any:
    match node:
        case yaml.MappingNode():
            return {str(key.value): _plain(value) for key, value in node.value}
        case yaml.SequenceNode():
            return [_plain(value) for value in node.value]
        case _:
            return Bare(node.value) if node.style is None else str(node.value)


def text_of(documents: list[Any]) -> str:
    return yaml.dump_all(documents, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)


def spots(tree: Any, spot: Spot = ()) -> Iterator[Spot]:
    """Where something stands, from the outside in."""
    parts = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, part in parts:
        yield (*spot, key)
        yield from spots(part, (*spot, key))


def at(tree: Any, spot: Spot) -> Any:
    for key in spot:
        tree = tree[key]
    return tree


@cache
def declarations() -> list[list[Any]]:
    """The fact tables of the examples, file by file."""
    files = sorted(EXAMPLES.glob("*/facts/*.yaml"))
    return [[_plain(node) for node in yaml.compose_all(file.read_text("utf-8"))] for file in files]


Pieces: TypeAlias = list[tuple[str, Any]]


@cache
def pieces_of_rules() -> Pieces:
    return _pieces([rules.documents for rules in corpus()])


@cache
def pieces_of_facts() -> Pieces:
    return _pieces(declarations())


def _pieces(files: list[list[Any]]) -> Pieces:
    """Everything that stands behind a key somewhere."""
    return [
        (str(spot[-1]), at(documents, spot))
        for documents in files
        for spot in spots(documents)
        if isinstance(spot[-1], str)
    ]


ODD: list[Any] = [
    [], {}, ["a"], {"a": Bare("1")}, "", Bare("null"), Bare("true"),
    *map(Bare, ("0", "1", "-1", "0.5", "1e9", "9" * 30, "100%", "1/0", "2026-02-30", "half_up", "unlimited")),
    *map(Bare, ("value", "full", "target", "points", "label", "day", "unit.staff", "a.points", "points(self)")),
    *map(Bare, ("value > 1", "value in (1, 2)", "if(value > 1, 'a', 'b')", "date '2026-01-01'", "nothing()")),
    *map(Bare, ("last_year(value)", "peers_mean(value)", "peers_rank(value)", "peers_nth(value, 0)")),
    *map(Bare, ("round(value, 99)", "count(nothing)", "abs(" * 40 + "value" + ")" * 40)),
]  # fmt: skip


@st.composite
def spoiled_rules(draw: st.DrawFn) -> tuple[str, dict[str, FactTable]]:
    """The text of a rule file with one to three changes, and the tables that it read when it was sound."""
    rules = draw(st.sampled_from(corpus()))
    return text_of(_spoiled(draw, rules.documents, pieces_of_rules())), rules.tables


@st.composite
def spoiled_facts(draw: st.DrawFn) -> str:
    return text_of(_spoiled(draw, draw(st.sampled_from(declarations())), pieces_of_facts()))


def _spoiled(draw: st.DrawFn, sound: list[Any], pieces: Pieces) -> list[Any]:
    documents = deepcopy(sound)
    for _ in range(draw(st.integers(1, 3))):
        everywhere = [spot for spot in spots(documents) if len(spot) > 1]
        if everywhere:
            _spoil(draw, documents, draw(st.sampled_from(everywhere)), pieces)
    return documents


def _spoil(draw: st.DrawFn, documents: list[Any], spot: Spot, pieces: Pieces) -> None:
    around, key = at(documents, spot[:-1]), spot[-1]
    match draw(st.sampled_from(["gone", "gone", "odd", "other", "like", "more"])):
        case "gone":
            del around[key]
        case "odd":
            around[key] = deepcopy(draw(st.sampled_from(ODD)))
        case "other":
            around[key] = deepcopy(draw(st.sampled_from(pieces))[1])
        case "like":
            alike = [piece for name, piece in pieces if name == key]
            around[key] = deepcopy(draw(st.sampled_from(alike))) if alike else around[key]
        case _ if isinstance(around, dict):
            name, piece = draw(st.sampled_from(pieces))
            around[name] = deepcopy(piece)
        case _:
            around.append(deepcopy(around[key]))
