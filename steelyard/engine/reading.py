"""YAML text to plain values that remember where they were written.

Scalars follow JSON's rules, not YAML's: ``010203``, ``no`` and ``12:30`` are text, and a number keeps its
written digits as an exact ``Decimal``. A doubled key is refused, because the loser would vanish silently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import yaml

from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused

CATALOGUE.add(
    {
        "yaml-syntax": (
            "YAML 写法有误：{reason}；请检查缩进、冒号后的空格和引号",
            "not valid YAML: {reason}; check indentation, the space after colons, and quotes",
        ),
        "yaml-doubled-key": (
            "同一层出现两个“{key}”，第一个在第 {first} 行；请删去或改名其中一个",
            "key '{key}' is written twice at this level, first on line {first}; remove or rename one",
        ),
        "yaml-invisible": (
            "有看不见的字符（{found}：控制字符、零宽字符或双向控制符）；请删去",
            "holds an invisible sign ({found}: control, zero-width or bidirectional); take it off",
        ),
        "yaml-key-not-text": ("键必须是文字", "a key must be text"),
        "yaml-alias": (
            "不支持锚点与别名（& 和 *）；请把内容写全",
            "anchors and aliases (& and *) are not supported; write the content out",
        ),
        "yaml-too-big": (
            "文件过大或嵌套过深（上限 {limit}）；请拆分文件",
            "the file is too big or too deeply nested (limit {limit}); split it",
        ),
    }
)

Path = tuple[str | int, ...]
Tree = None | bool | str | Decimal | list["Tree"] | dict[str, "Tree"]

MAX_CHARACTERS = 4_000_000
MAX_DEPTH = 40
HARMLESS = 1_000
"""Composing goes down as deep as a text nests, and the process dies of some 20,000 levels."""
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
"""Signs by which a text could read otherwise than it is: what is refused in facts, but for ends of lines."""
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
_WORDS: Mapping[str, Tree] = {"": None, "null": None, "~": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: the plain tree, and the place of every value in it by its path."""

    file: str
    tree: Tree
    places: Mapping[Path, Place]

    def place(self, path: Path) -> Place:
        """The place of a value; of something missing, the place of what it is missing from.

        Steps that a short form leaves out (``target: 98%`` is ``target: {all: {values: …}}``) are passed over.
        """
        found: Path = ()
        for step in path:
            if (*found, step) in self.places:
                found = (*found, step)
        return self.places.get(found, Place(self.file))


def read(text: str, file: str) -> list[Document]:
    """All documents of a file (separated by ``---``). Raises `Refused` with every problem found."""
    if len(text) > MAX_CHARACTERS:
        raise Refused([Problem("yaml-too-big", Place(file), {"limit": MAX_CHARACTERS})])
    try:
        if line := _too_deep(text):
            raise Refused([Problem("yaml-too-big", Place(file, line), {"limit": MAX_DEPTH})])
        nodes = list(yaml.compose_all(text, Loader=_loader()))
    except yaml.MarkedYAMLError as error:
        raise Refused([_syntax(error, file)]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Refused([Problem("yaml-syntax", Place(file), {"reason": str(error).splitlines()[0]})]) from error
    if seen := _INVISIBLE.search(text, text.startswith("\ufeff")):
        place = Place(file, text.count("\n", 0, seen.start()) + 1)
        raise Refused([Problem("yaml-invisible", place, {"found": f"U+{ord(seen[0]):04X}"})])
    readers = [_Reader(file) for _ in nodes]
    pairs = zip(readers, nodes, strict=True)
    documents = [Document(file, reader.value(node, ()), reader.places) for reader, node in pairs]
    problems = [problem for reader in readers for problem in reader.problems]
    if problems:
        raise Refused(problems)
    return documents


def _too_deep(text: str) -> int:
    """The line in which a text goes too deep, 0 where none does. No text nests deeper than its brackets and twice the
    columns of its longest line together, and few come near: only those are looked through level by level."""
    if text.count("[") + text.count("{") + max(map(len, text.split("\n"))) < HARMLESS:
        return 0
    depth = 0
    for event in yaml.parse(text, Loader=_loader()):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH + 1:
            return event.start_mark.line + 1 if event.start_mark else 1
    return 0


def _loader() -> type[yaml.SafeLoader]:
    """The C parser where it exists: ten times faster on a library of rules, same events."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _syntax(error: yaml.MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
    return Problem("yaml-syntax", place, {"reason": error.problem or error.context or "?"})


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[Path, Place] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, path: Path) -> Tree:
        place = self._mark(node)
        quoted = isinstance(node, yaml.ScalarNode) and node.style in ("'", '"')
        self.places[path] = replace(place, column=place.column + 1) if quoted else place  # the text stands inside
        if id(node) in self._seen:
            self._report("yaml-alias", place)
            return None
        self._seen.add(id(node))
        if len(path) > MAX_DEPTH:
            self._report("yaml-too-big", place, limit=MAX_DEPTH)
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        if not isinstance(node, yaml.ScalarNode):
            return None
        self._legible(node)
        return _scalar(node)

    def _legible(self, node: yaml.ScalarNode) -> None:
        """No sign that is written by its number hides what the text says."""
        if seen := _INVISIBLE.search(node.value):
            self._report("yaml-invisible", self._mark(node), found=f"U+{ord(seen[0]):04X}")

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Tree]:
        result: dict[str, Tree] = {}
        first: dict[str, int] = {}
        for key, value in node.value:
            place = self._mark(key)
            if not isinstance(key, yaml.ScalarNode):
                self._report("yaml-key-not-text", place)
                continue
            self._legible(key)
            if key.value in result:
                self._report("yaml-doubled-key", place, key=key.value, first=first[key.value])
                continue
            first[key.value] = place.line
            result[key.value] = self.value(value, (*path, key.value))
        return result

    def _mark(self, node: yaml.Node) -> Place:
        return Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def _report(self, code: str, place: Place, **params: object) -> None:
        self.problems.append(Problem(code, place, params))


def _scalar(node: yaml.ScalarNode) -> Tree:
    text: str = node.value
    if node.style:  # quoted or block: the author said "text"
        return text
    if text in _WORDS:
        return _WORDS[text]
    return Decimal(text) if _NUMBER.match(text) else text
