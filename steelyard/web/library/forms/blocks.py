"""A rule as a form: every top-level key with its text, taken apart and put together again without losing a comment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from steelyard.web.library.texts import whole

KEY = re.compile(r"(?m)^([a-z_]+):")
"""Where a top-level key begins: whatever belongs to it stands further in."""


@dataclass(frozen=True)
class Block:
    """``lead``: comments and empty lines before the key; ``text``: what follows the colon, moved left where it is a
    block of its own; ``line``: of the key, from 1."""

    key: str
    text: str
    line: int
    lead: str = ""

    def written(self) -> str:
        first, _, rest = self.text.partition("\n")
        if not rest:
            return f"{self.lead}{self.key}: {first}".rstrip() + "\n"
        if not first:
            return f"{self.lead}{self.key}:\n{_indented(rest)}"
        return f"{self.lead}{self.key}: {first}\n{_indented(rest)}"


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" if line else "\n" for line in text.split("\n"))


def apart(text: str) -> list[Block]:
    """The blocks of one rule, in order. What they are put together to is the same text but for the depth of
    indentation and spaces at ends of lines."""
    lines = whole(text).split("\n")[:-1]
    begins = [at for at, line in enumerate(lines) if KEY.match(line)]
    if not begins:
        return [Block("", "", 1, whole(text))]  # no rule yet: whatever it is, nothing of it is lost
    found, lead = [], 0
    for at, until in zip(begins, [*begins[1:], len(lines)], strict=True):
        end = _end(lines, at, until)
        key = lines[at].partition(":")[0]
        found.append(Block(key, _value(lines[at:end]), at + 1, "".join(f"{line}\n" for line in lines[lead:at])))
        lead = end
    if lead < len(lines):  # comments after everything
        found.append(Block("", "", lead + 1, "".join(f"{line}\n" for line in lines[lead:])))
    return found


def _end(lines: list[str], at: int, until: int) -> int:
    """Comments at the margin before the next key belong to that key."""
    while until > at + 1 and (not lines[until - 1].strip() or lines[until - 1].startswith("#")):
        until -= 1
    return until


def _value(lines: list[str]) -> str:
    first = lines[0].partition(":")[2].strip()
    rest = lines[1:]
    depth = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return "\n".join([first, *(line[depth:].rstrip() for line in rest)])


def together(blocks: Iterable[Block]) -> str:
    return whole("".join(block.written() if block.key else block.lead for block in blocks))


def changed(text: str, values: Mapping[str, str], order: Iterable[str] = ()) -> str:
    """The rule with these values of keys, as they are written behind the colon; an empty one takes the key out, a key
    that is not there comes after those that stand before it in ``order``."""
    blocks = [
        Block(block.key, _kept(block, values[block.key]), block.line, block.lead) if block.key in values else block
        for block in apart(text)
    ]
    blocks = [block for block in blocks if not block.key or block.text.strip() or block.key not in values]
    places = list(order)
    for key, value in values.items():
        if value.strip() and not any(block.key == key for block in blocks):
            blocks.insert(_place(blocks, key, places), Block(key, _shaped(value), 0))
    return together(blocks)


def _kept(block: Block, value: str) -> str:
    return block.text if _shaped(value) == _shaped(block.text) else _shaped(value)


def _shaped(value: str) -> str:
    """Several lines begin below the key; a folded text (``>-``) begins on its line."""
    value = value.replace("\r\n", "\n").strip("\n").rstrip()
    first = value.lstrip().partition("\n")[0].rstrip()
    if "\n" in value and not re.fullmatch(r"[>|][+-]?|[&*!]\S+.*", first):
        return "\n" + value
    return value if "\n" in value else value.strip()


def _place(blocks: list[Block], key: str, order: list[str]) -> int:
    if key not in order:
        return len(blocks)
    before = set(order[: order.index(key)])
    return max((at for at, block in enumerate(blocks, 1) if block.key in before), default=0)


def at_line(text: str, line: int) -> str:
    """Of which key a line speaks; empty where of none."""
    return next((block.key for block in reversed(apart(text)) if 0 < block.line <= line), "")
