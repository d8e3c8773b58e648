"""The first sentence of a rule: value and target, checkpoints, the method with its limits, a conversion."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from steelyard.engine.model.book import Defaults
from steelyard.engine.model.target import Target
from steelyard.engine.scoring.recipe import Direction, Setting
from steelyard.engine.scoring.score import names
from steelyard.engine.understanding import sentences
from steelyard.engine.understanding.draft import Piece
from steelyard.engine.understanding.methods.reading import method_of
from steelyard.engine.understanding.words.ends import Code, Ends, Unread, Written
from steelyard.engine.understanding.words.pieces import split
from steelyard.engine.weighing.recipes import target_tree

POOLS = ("各要点得分相加", "各要点合并计分，共用满分")
LOWER = "越低越好"
_LIMIT = re.compile(r"扣完为止|不设下限，可得负分|最低得.+|最高得.+")
_CONVERTED = "合计后折算为"


@dataclass
class Scored:
    """What is read of one sentence, piece by piece. ``start``: where the next piece begins in the text."""

    ends: Ends
    defaults: Defaults
    start: int
    written: Written = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    shown: Written = field(default_factory=dict)
    """Show and unit of a value that was not understood, for the sentences that speak of it."""

    def take(self, text: str, read: Callable[[str], Written], key: str, choices: tuple[str, ...] = ()) -> None:
        """The piece becomes what ``read`` makes of it, or is marked."""
        try:
            found = read(text)
        except Unread as unread:
            at = self.start + max(text.find(unread.text), 0)
            self.pieces.append(Piece(unread.text or text, at, (key,), "text-unread", choices))
        else:
            self.written |= found
            self.pieces.append(Piece(text, self.start, tuple(found) or (key,)))
        self.start += len(text) + 1

    @property
    def missed(self) -> int:
        return sum(len(piece.text) for piece in self.pieces if not piece.resolved)


def scored(ends: Ends, text: str, start: int, defaults: Defaults) -> Scored:
    """The reading that leaves least unread: the first clause is value and target, or the method begins with it."""
    tried = [_read(Scored(ends, defaults, start), text, first) for first in (True, False)]
    return min(tried, key=lambda one: one.missed)


def _read(found: Scored, text: str, first: bool) -> Scored:
    clauses = split(text, "；")
    if first:
        _what(found, clauses.pop(0))
    clauses = _schedule(found, clauses)
    last = clauses.pop() if clauses and clauses[-1].startswith(_CONVERTED) else ""
    if clauses:
        _how(found, "；".join(clauses))
    if last:
        found.take(last, lambda said: {"convert_to": found.ends.marks(said.removeprefix(_CONVERTED))}, "convert_to")
    return found


# -- value and target ---------------------------------------------------------------------------------------------


def _what(found: Scored, text: str) -> None:
    """``…÷…×100%，保留2位小数（四舍五入），越低越好，目标98%``."""
    parts = split(text, "，")
    aim = next((n for n, part in enumerate(parts) if part.startswith("目标") and _ends_value(parts, n)), None)
    goal = "" if aim is None else "，".join(parts[aim:])
    before = parts if aim is None else parts[:aim]
    lower = [before.pop()] if before and before[-1] == LOWER else []
    rounded = [before.pop()] if len(before) > 1 and _is_rounding(before[-1]) else []
    if before:
        what = "，".join(before)
        found.take(what, lambda said: sentences.value(found.ends, said), "value")
        found.shown = {} if "value" in found.written else sentences.shown(what)
    for said in rounded:
        found.take(said, lambda words: _places(found, words), "places")
    for said in lower:
        found.take(said, lambda _: {"direction": "lower"}, "direction")
    found.ends = replace(found.ends, setting=_setting(found))
    if goal:
        found.take(goal, lambda said: _target(found, said), "target")
        found.ends = replace(found.ends, setting=_setting(found))


def _ends_value(parts: list[str], aim: int) -> bool:
    """A formula with a comma in it (若…，否则…) goes on behind 否则."""
    return not any(part.startswith("否则") for part in parts[aim + 1 :])


def _is_rounding(text: str) -> bool:
    try:
        return bool(sentences.decimals(text))
    except Unread:
        return False


def _places(found: Scored, text: str) -> Written:
    places, rounding = sentences.decimals(text)
    more = 2 if found.written.get("show") == "percent" else 0
    own = {} if rounding == found.defaults.rounding else {"rounding": rounding}
    return {"places": places + more, **own}


def _target(found: Scored, text: str) -> Written:
    classes = found.ends.formulas.lexicon.classes
    return {"target": sentences.target(found.ends, text.removeprefix("目标"), classes)}


def _aim(written: object) -> Target | None:
    """None for what no rule may have as a target, such as a number of thirty digits: the draft is refused for it."""
    try:
        return Target.model_validate(written)
    except ValidationError:
        return None


def _setting(found: Scored, direction: Direction = "higher") -> Setting:
    written = found.shown | found.written
    aim = _aim(written["target"]) if "target" in written else None
    return replace(
        found.ends.setting,
        show=written.get("show", "number"),
        unit=written.get("unit", ""),
        direction=written.get("direction", direction),
        target=None if aim is None else target_tree(aim),
    )


# -- checkpoints, method, limits ----------------------------------------------------------------------------------


def _schedule(found: Scored, clauses: list[str]) -> list[str]:
    if not clauses or not clauses[0].startswith(("按累计值", "按当期值")):
        return clauses
    last = next((n for n, clause in enumerate(clauses) if clause.startswith("各节点")), len(clauses) - 1)
    own = clauses[: last + 1]
    found.take("；".join(own), lambda _: {"checkpoints": sentences.checkpoints(found.ends, own)}, "checkpoints")
    return clauses[last + 1 :]


def _how(found: Scored, text: str) -> None:
    parts = split(text, "，")
    limits: list[str] = []
    while parts and (said := _limit(parts)):
        limits.insert(0, said)
        parts = parts[: len(parts) - len(split(said, "，"))]
    method = "，".join(parts)
    if method and method not in POOLS:
        found.take(method, lambda said: _method(found, said), "score", tuple(names()))
    elif method:
        found.take(method, lambda _: {}, "items")
    for said in limits:
        found.take(said, lambda words: _limited(found, words), "floor")


def _limit(parts: list[str]) -> str:
    """The limit that stands last; 可得负分 belongs to what stands before it."""
    for count in (2, 1):
        said = "，".join(parts[-count:])
        if len(parts) >= count and _LIMIT.fullmatch(said) and (count == 1 or said.startswith("不设")):
            return said
    return ""


def _limited(found: Scored, text: str) -> Written:
    if text == "不设下限，可得负分":
        return {"floor": None}
    if text.startswith("最高得"):
        return {"cap": found.ends.marks(text.removeprefix("最高得"))}
    return {"floor": Code("0") if text == "扣完为止" else found.ends.marks(text.removeprefix("最低得"))}


def _method(found: Scored, text: str) -> Written:
    """High values are good unless the method says that low ones are."""
    for direction in _DIRECTIONS:
        setting = _setting(found, direction)
        score = method_of(replace(found.ends, setting=setting), text)
        if score is not None:
            stated = {"direction": "lower"} if setting.direction == "lower" else {}
            return {**stated, "score": score}
    raise Unread(text)


_DIRECTIONS: tuple[Direction, ...] = ("higher", "lower")
