"""A published rule text -> a draft of what it certainly states; what it leaves to the reader is named, not chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from steelyard.engine.scoring.score import names
from steelyard.engine.understanding.draft import Draft, Piece
from steelyard.engine.understanding.published.marks import Mark, between, marks, normal
from steelyard.engine.understanding.words.ends import Code, Written
from steelyard.engine.understanding.words.pieces import split, tail

_MORE = ("超过目标", "超过", "高于", "超额", "提高", "增加", "超", "高", "增")
_COUNTING = ("whole", "begun", "proportional")
_EMPTY = ("full", "zero", "none", "peers_mean", "rescale")
_COUNT_THEMSELVES = {"deduct", "bonus", "composite"}
"""Methods whose lines and parts say what is counted; all others speak of one value."""
_LOWER = ("不大于", "不高于", "不超过", "≤")


@dataclass
class Proposal:
    """The keys of the draft and the pieces of the text, as one reads on."""

    text: str
    start: int
    found: list[Mark]
    written: Written = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Mark]:
        return [mark for mark in self.found if mark.kind in kinds]

    def behind(self, mark: Mark, kind: str) -> Mark | None:
        """A cap belongs to what stands before it in the same clause."""
        stop = min((place for sign in "；。" if (place := self.text.find(sign, mark.end)) >= 0), default=len(self.text))
        return next((one for one in self.of(kind) if mark.end <= one.start < stop), None)

    def say(self, mark: Mark, *keys: str) -> None:
        self.pieces.append(Piece(mark.text, self.start + mark.start, keys))

    def ask(self, key: str, *choices: str) -> None:
        """What the text does not say, and what could be meant."""
        self.pieces.append(Piece("", self.start, tuple(key.split(".")), "text-unsaid", choices))


def proposed(text: str) -> Draft:
    """The draft of one rule: its name before the first full stop or line, its rule behind it."""
    wide = normal(text.strip())
    title, body, start = _titled(wide)
    proposal = Proposal(body, start, marks(body))
    _name(proposal, title)
    _score(proposal)
    _around(proposal)
    for rest, place in between(body, proposal.found):
        proposal.pieces.append(Piece(rest, start + place, ("…",), "text-unread", ()))
    proposal.ask("indicator")
    return Draft(proposal.written, sorted(proposal.pieces, key=lambda piece: piece.start))


def _titled(text: str) -> tuple[str, str, int]:
    for mark in ("\n", "。", "："):
        title = split(text, mark)[0]
        if title != text and len(title) <= 40:
            return title, text[len(title) + 1 :], len(title) + 1
    return "", text, 0


def _name(proposal: Proposal, title: str) -> None:
    limited = tail(title)
    full = limited[1].removesuffix("分") if limited is not None and limited[1].endswith("分") else ""
    if limited is not None and full.replace(".", "", 1).isdigit():
        proposal.written |= {"name": limited[0], "full": Code(full)}
        proposal.pieces.append(Piece(limited[0], 0, ("name",)))
        proposal.pieces.append(Piece(limited[1], len(limited[0]) + 1, ("full",)))
        return
    proposal.written |= {"name": title}
    proposal.pieces.append(Piece(title, 0, ("name",)) if title else Piece("", 0, ("name",), "text-unsaid"))
    for mark in proposal.of("full")[:1]:
        proposal.written["full"] = Code(next(part for part in mark.parts if part))
        proposal.say(mark, "full")


# -- methods ------------------------------------------------------------------------------------------------------


def _score(proposal: Proposal) -> None:
    """The one method that the turns of phrase belong to; where they belong to none or to several, none is chosen."""
    ways = [way for way in _WAYS if way.fits(proposal)]
    if len(ways) == 1 and not proposal.of("judged"):
        ways[0].read(proposal)
        return
    for mark in [mark for way in ways for mark in proposal.of(*way.kinds)] + proposal.of("judged"):
        proposal.pieces.append(Piece(mark.text, proposal.start + mark.start, ("score",), "text-unread", _named(ways)))
    if not ways:
        proposal.ask("score", *names())


def _named(ways: Sequence[_Way]) -> Sequence[str]:
    """The methods that it could be."""
    return [way.name for way in ways] or names()


def _places(proposal: Proposal) -> None:
    for mark in proposal.of("places"):
        points = [Code(part) for part in mark.parts[1].split("、")]
        proposal.written["score"] = {"place": {"table": points}}
        proposal.say(mark, "score", "place", "table")
    proposal.ask("score.place.from", "value", "peers")
    proposal.ask("score.place.ties", "best", "worst")
    proposal.ask("score.place.after")


def _sides(proposal: Proposal) -> None:
    gains = [mark for mark in proposal.of("step") if mark.parts[-2] == "加"]
    losses = [mark for mark in proposal.of("step") if mark.parts[-2] != "加"]
    direction = _direction(gains[0])
    past = proposal.of("past")
    key, reference = ("progress", "past") if past else ("baseline", "base")
    score: Written = {
        "better": _side(proposal, gains[0], f"{key}.better", "best"),
        "worse": _side(proposal, losses[0], f"{key}.worse", "worst"),
    }
    for mark in (*proposal.of("start"), *proposal.of("reached"))[:1]:
        score["start"] = Code([part for part in mark.parts if part][-1])
        proposal.say(mark, "score", key, "start")
    if "start" not in score:
        proposal.ask(f"score.{key}.start")
    for mark in (*past, *proposal.of("base")):
        proposal.say(mark, "score", key, reference)
    proposal.ask(f"score.{key}.{reference}", "target", "peers_mean(value)", "last_year(value)")
    proposal.written |= {**direction, "score": {key: score}}


def _side(proposal: Proposal, mark: Mark, key: str, cap: str) -> Written:
    found: Written = {"every": _size(mark), "points": Code(mark.parts[-1])}
    proposal.say(mark, "score", *key.split("."))
    proposal.ask(f"score.{key}.counting", *_COUNTING)
    limit = proposal.behind(mark, cap)
    if limit is None:
        proposal.ask(f"score.{key}.at_most", "unlimited")
        return found
    proposal.say(limit, "score", *key.split("."), "at_most")
    return {**found, "at_most": Code(limit.parts[0])}


def _steps(proposal: Proposal) -> None:
    mark = proposal.of("step")[0]
    score: Written = {"every": _size(mark), "lose": Code(mark.parts[-1])}
    proposal.written |= _direction(mark)
    proposal.say(mark, "score", "step")
    for limit in proposal.of("worst")[:1]:
        score["at_most"] = Code(limit.parts[0])
        proposal.say(limit, "score", "step", "at_most")
    proposal.ask("score.step.counting", *_COUNTING)
    proposal.written["score"] = {"step": score}
    _target(proposal)


def _target(proposal: Proposal) -> None:
    """``不低于20%得1分``: the target, and the mark where no other is told."""
    for mark in proposal.of("reached")[:1]:
        unit = mark.parts[2]
        proposal.written["target"] = Code(mark.parts[1] + ("%" if unit == "%" else ""))
        proposal.written.setdefault("full", Code(mark.parts[-1]))
        proposal.say(mark, "target", "full")
    for mark in proposal.of("target")[:1]:
        number, unit = [part for part in mark.parts if part]
        proposal.written["target"] = Code(number + (unit if unit == "%" else ""))
        proposal.say(mark, "target")
    if "target" not in proposal.written:
        proposal.ask("target")


def _events(proposal: Proposal) -> None:
    """Counted lines: what each is called and costs. How it is counted nobody but the bureau knows."""
    events = proposal.of("event")
    verb, key = ("加", "bonus") if all(mark.parts[-2] == "加" for mark in events) else ("扣", "deduct")
    lines = []
    for mark in events:
        if mark.parts[-2] != verb:
            proposal.pieces.append(Piece(mark.text, proposal.start + mark.start, ("plus",), "text-unread"))
            continue
        unit = next((part for part in mark.parts[1:-2] if part), "")
        lines.append({"name": mark.parts[0] or mark.text, "each": Code(mark.parts[-1]), "unit": unit})
        proposal.say(mark, "score", key, "lines")
        proposal.ask(f"score.{key}.lines.{len(lines)}.count")
    score: Written = {"lines": lines}
    for limit in proposal.of("best" if verb == "加" else "worst")[:1]:
        score["at_most"] = Code(limit.parts[0])
        proposal.say(limit, "score", key, "at_most")
    if verb == "加" and "at_most" not in score:
        proposal.ask("score.bonus.at_most", "unlimited")
    for mark in proposal.of("zero")[:1]:
        score["zero_at"] = Code("2")
        proposal.say(mark, "score", key, "zero_at")
    proposal.written |= {"direction": "lower"} if verb == "扣" else {}
    proposal.written["score"] = {key: score}


def _share(proposal: Proposal) -> None:
    for mark in proposal.of("completion", "turned")[:1]:
        if mark.kind == "turned":
            proposal.written["direction"] = "lower"
            proposal.ask("score.completion.at_zero", "100%", "0%")
        proposal.written["score"] = {"completion": {}}
        proposal.say(mark, "score", "completion")
    proposal.ask("score.completion.at_most", "100%", "unlimited")
    proposal.ask("target")


def _grades(proposal: Proposal) -> None:
    """``90分及以上优秀，70（含）至90良好，…``: words by points. The lowest has no lower end."""
    found = proposal.of("stretch", "ladder")
    rows = [{"label": mark.parts[-1], "at_least": Code(mark.parts[0])} for mark in found if "以下" not in mark.parts]
    last = [{"label": mark.parts[-1]} for mark in found if "以下" in mark.parts]
    proposal.written["grades"] = [*rows, *last]
    for mark in found:
        proposal.say(mark, "grades")


def _threshold(proposal: Proposal) -> None:
    mark = proposal.of("reached")[0]
    _target(proposal)
    proposal.written |= {"direction": "lower"} if mark.parts[0] in _LOWER else {}
    score: Written = {"at_target": "met", "met": Code(mark.parts[-1])}
    for missed in proposal.of("missed")[:1]:
        score["missed"] = Code("0")
        proposal.say(missed, "score", "threshold", "missed")
    if "missed" not in score:
        proposal.ask("score.threshold.missed", "0")
    proposal.written["score"] = {"threshold": score}


def _met(proposal: Proposal) -> None:
    """``不低于目标即达标``: words, no points."""
    mark = proposal.of("met")[0]
    _target(proposal)
    proposal.written["score"] = {"threshold": {"at_target": "met", "met": {"label": mark.parts[0]}}}
    proposal.say(mark, "score", "threshold", "met")
    proposal.ask("score.threshold.missed")


def _weighted(proposal: Proposal) -> None:
    parts = []
    for mark in proposal.of("part"):
        parts.append({"name": mark.parts[0], "weight": Code(f"{mark.parts[1]}%")})
        proposal.say(mark, "score", "composite", "parts")
        proposal.ask(f"score.composite.parts.{len(parts)}.of")
    proposal.written["score"] = {"composite": {"combine": "sum", "parts": parts}}


def _both(proposal: Proposal) -> bool:
    """One step that gives, one that takes."""
    return sorted(mark.parts[-2] == "加" for mark in proposal.of("step")) == [False, True]


def _direction(mark: Mark) -> Written:
    """Where more is lost upwards, or gained downwards, low values are good."""
    up = mark.parts[0] in _MORE
    return {"direction": "lower"} if up != (mark.parts[-2] == "加") else {}


def _size(mark: Mark) -> Code:
    return Code((mark.parts[1] or "1") + ("%" if mark.parts[2] in ("个百分点", "%") else ""))


def _open(proposal: Proposal) -> None:
    """Steps of which no method is made of."""
    for mark in proposal.of("step"):
        proposal.pieces.append(Piece(mark.text, proposal.start + mark.start, ("score",), "text-unread", names()))


@dataclass(frozen=True, slots=True)
class _Way:
    """How one method is known: by turns of phrase of these kinds, and by what must hold of them."""

    name: str
    kinds: tuple[str, ...]
    read: Callable[[Proposal], None]
    holds: Callable[[Proposal], bool] = lambda _: True

    def fits(self, proposal: Proposal) -> bool:
        return bool(proposal.of(*self.kinds)) and self.holds(proposal)


def _lost(proposal: Proposal) -> bool:
    """One step that takes, and none that gives."""
    return [mark.parts[-2] != "加" for mark in proposal.of("step")] == [True]


def _alone(proposal: Proposal) -> bool:
    """``不低于20%得1分`` beside steps is their target."""
    return not proposal.of("step")


_WAYS = (
    _Way("place", ("places",), _places),
    _Way("baseline", ("step",), _sides, _both),
    _Way("step", ("step",), _steps, _lost),
    _Way("plus", ("step",), _open, lambda proposal: not _both(proposal) and not _lost(proposal)),
    _Way("deduct", ("event",), _events),
    _Way("completion", ("completion", "turned"), _share),
    _Way("composite", ("part",), _weighted, lambda proposal: len(proposal.of("part")) > 1),
    _Way("threshold", ("met",), _met),
    _Way("threshold", ("reached",), _threshold, _alone),
)


# -- what stands around the method ----------------------------------------------------------------------------------


def _around(proposal: Proposal) -> None:
    if proposal.of("stretch", "ladder"):
        _grades(proposal)
    for mark in proposal.of("floor")[:1]:
        proposal.written["floor"] = Code("0")
        proposal.say(mark, "floor")
    for mark in proposal.of("peers")[:1]:
        proposal.written["empty"] = "peers_mean"
        proposal.say(mark, "empty")
    if "empty" not in proposal.written:
        proposal.ask("empty", *_EMPTY)
    basis = proposal.of("basis", "sources")
    if basis:
        proposal.written["basis"] = "；".join(mark.text for mark in basis)
    for mark in basis:
        proposal.say(mark, "basis")
    if not _COUNT_THEMSELVES & proposal.written.get("score", {}).keys():
        proposal.ask("value")
