"""The text of one rule -> a draft of it, piece by piece; believed as far as it says the same text again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from steelyard.engine.expressions.parse import parse
from steelyard.engine.model.item import Indicator, Item, Rule
from steelyard.engine.scoring.recipe import Setting
from steelyard.engine.understanding import sentences
from steelyard.engine.understanding.confirming import confirmed
from steelyard.engine.understanding.draft import Draft, Piece
from steelyard.engine.understanding.knowledge import Knowledge, keys_of, part_named
from steelyard.engine.understanding.methods.counted import line
from steelyard.engine.understanding.scored import Scored, scored
from steelyard.engine.understanding.words.ends import Ends, Unread, Written, written
from steelyard.engine.understanding.words.formulas import Formulas
from steelyard.engine.understanding.words.pieces import split, tail

NOTES = ("family", "kind", "about", "reading", "tied_to_amounts", "watch")
"""Keys of an indicator that no text tells and that change no score; a draft keeps them of the rule of that name."""
SOURCES = {"数据来源": "evidence", "考评部门": "owner", "特别批准": "waiver", "依据": "basis"}
_SOURCE = re.compile(rf"(?:^|。)({'|'.join(SOURCES)})：")
_NUMBERS = (re.compile(r"\d+[.．、]\s*(?=\D)"), re.compile("[一二三四五六七八九十]+、[ \t]*"))
"""How rules are numbered: where figures do it, Chinese numerals number the parts that they stand in."""
_PART = re.compile(r"（(?:[一二三四五六七八九十]|\d+)）(?P<below>\d+(?:\.\d+)*．)?")
_OWN = Rule.model_fields.keys() - {"items", "score"}
"""What a class may state for itself; one method or pool takes the place of another without a word."""
_LIST_KEYS = ("exempt", "escalate", "relief", "veto", "plus", "minus")


def rules_in(text: str) -> list[str]:
    """The rules of a whole text: those that it numbers (``1. …`` or ``一、…``), or what empty lines part."""
    number = _numbered(text)
    blocks = _blocks(text, number)
    return [block[found.end() :] for block in blocks if number and (found := number.match(block))] or blocks


def beside_rules(text: str) -> list[str]:
    """What stands between the numbered rules of a text and is read as none of them: its title, its general part, or a
    rule that somebody forgot to number."""
    number = _numbered(text)
    return [block for block in _blocks(text, number) if not number.match(block)] if number else []


def _numbered(text: str) -> re.Pattern[str] | None:
    """How this text numbers its rules, if it does."""
    begins = [line.strip() for line in text.splitlines()]
    return next((number for number in _NUMBERS if any(map(number.match, begins))), None)


def _blocks(text: str, number: re.Pattern[str] | None) -> list[str]:
    """What empty lines part; a number begins a block with or without one before it."""
    ends = r"\n[ \t]*\n" if number is None else rf"\n[ \t]*(?:\n|(?={number.pattern}))"
    return [block.strip() for block in re.split(ends, text) if block.strip()]


def understood(text: str, known: Knowledge) -> Draft:
    """One rule: its paragraph, those of its items, those of classes that differ.

    A draft without an open piece says the very same text again.
    """
    paragraphs = [(found.group(), found.start()) for found in re.finditer(r"[^\n]+", text) if found.group().strip()]
    if not paragraphs:
        return Draft({}, [Piece("", 0, ("name",), "text-unsaid")])
    (head, start), *rest = paragraphs
    old = known.of(_titled(head, known))
    reader = _Reader(known.about(old))
    whole = reader.paragraph(head, start, old, with_sources=True)
    named: Written = {"indicator": old.id if old else "new_indicator"}
    if old is None:
        reader.pieces.append(Piece("", start, ("indicator",), "text-unsaid"))
    reader.parts(rest, old, whole)
    found = Draft({**named, **whole, **_notes(old)}, sorted(reader.pieces, key=lambda piece: piece.start))
    return confirmed(found, text, known)


def _titled(paragraph: str, known: Knowledge) -> str:
    title = split(paragraph, "。")[0]
    limited = tail(title)
    return title if known.of(title) or limited is None else limited[0]


def _notes(old: Indicator | None) -> Written:
    return {} if old is None else {key: getattr(old, key) for key in NOTES if key in old.model_fields_set}


@dataclass(frozen=True)
class _Told:
    """A rule that was told, with the one it was before; ``depth`` counts the items around it."""

    written: Written
    old: Rule | None
    depth: int = 0
    of_class: bool = False

    @property
    def name(self) -> str:
        return str(self.written["name"])


@dataclass
class _Reader:
    known: Knowledge
    pieces: list[Piece] = field(default_factory=list)

    def ends(self, old: Rule | None) -> Ends:
        setting = Setting(vocabulary=self.known.lexicon.vocabulary)
        return Ends(Formulas(self.known.lexicon), setting, {} if old is None else keys_of(old))

    # -- paragraphs -----------------------------------------------------------------------------------------------

    def parts(self, rest: list[tuple[str, int]], old: Item | None, whole: Written) -> None:
        """Items and their items, and what classes have of their own, in the order of the text."""
        told = [_Told(whole, old)]
        for paragraph, start in rest:
            number = _PART.match(paragraph)
            name, colon, own = paragraph.partition("：")
            if number is None and colon:
                told.append(self.variant(name, own, start + len(name) + 1, told))
            elif number is None:
                self.unread(paragraph, start)
            else:
                depth = len(number["below"].split(".")) if number["below"] else 0
                told += self.item(paragraph[number.end() :], start + number.end(), depth, told)
        for one in reversed(told):
            self.settle(one.written)

    def variant(self, name: str, text: str, start: int, told: list[_Told]) -> _Told:
        """What a class has of its own: of whatever was told last under that name."""
        title = split(text, "。")[0]
        of = next((one for one in reversed(told) if not one.of_class and title.startswith(one.name)), told[0])
        old = of.old.by_class.get(name) if isinstance(of.old, Item) else None
        own = self.paragraph(text, start, of.old)
        of.written.setdefault("by_class", {})[name] = own
        return _Told(own, old, of.depth, of_class=True)

    def item(self, text: str, start: int, depth: int, told: list[_Told]) -> Iterator[_Told]:
        """``depth``: in how many items it lies; it belongs to what was told last of the depth above."""
        whole = next((one for one in reversed(told) if one.depth == depth), None)
        if whole is None:
            self.pieces.append(Piece(text, start, ("items",), "text-unread"))
            return
        title = split(text, "。")[0]
        limited = tail(title)
        part = part_named(whole.old, title) or (None if limited is None else part_named(whole.old, limited[0]))
        items = whole.written.setdefault("items", [])
        key = f"part{len(items) + 1}" if part is None else part.item
        items.append({"item": key, **self.paragraph(text, start, part)})
        yield _Told(items[-1], part, depth + 1)

    def settle(self, found: Written) -> None:
        """Classes state what differs; a floor that the book gives to every mark is not stated again."""
        marked = "full" in found or any("full" in item for item in found.get("items", []))
        self.unfloor(found, marked)
        for own in found.get("by_class", {}).values():
            self.unfloor(own, marked or any("full" in part for part in (own, *own.get("items", []))))
            own |= {key: self.unsaid(key, marked) for key in found if key in _OWN and key not in own}
            for key in [key for key, part in own.items() if key == "name" or found.get(key) == part]:
                del own[key]

    def unsaid(self, key: str, marked: bool) -> Any:
        """What a class has where its text is silent and that of the rule is not."""
        common = self.known.defaults.floor
        if key == "floor" and marked and common is not None:
            return written(common)
        return getattr(Rule(), key)

    def unfloor(self, found: Written, marked: bool) -> None:
        common = self.known.defaults.floor
        if marked and common is not None and found.get("floor") is not None and parse(found["floor"]) == common:
            del found["floor"]

    def paragraph(self, text: str, start: int, old: Rule | None, with_sources: bool = False) -> Written:
        body, sources = _parted(text) if with_sources else (text, [])
        title, *rest = split(body.removesuffix("。"), "。")
        found = self.title(title, start, old)
        at, ends = start + len(title) + 1, self.ends(old)
        if rest and (first := self.first(ends, rest[0], at)) is not None:
            found |= first.written
            ends, at, rest = first.ends, at + len(rest[0]) + 1, rest[1:]
        for sentence in rest:
            self.sentence(ends, sentence, at, found)
            at += len(sentence) + 1
        for key, said, place in sources:
            found[key] = said
            self.pieces.append(Piece(said, start + place, (key,)))
        return found

    def title(self, text: str, start: int, old: Rule | None) -> Written:
        limited = tail(text)
        if limited is not None and getattr(old, "name", None) != text:
            try:
                full = self.ends(old).marks(limited[1])
            except Unread:
                limited = None
            else:
                self.pieces.append(Piece(limited[0], start, ("name",)))
                self.pieces.append(Piece(limited[1], start + len(limited[0]) + 1, ("full",)))
                return {"name": limited[0], "full": full}
        self.pieces.append(Piece(text, start, ("name",)))
        return {"name": text}

    # -- sentences ------------------------------------------------------------------------------------------------

    def first(self, ends: Ends, text: str, start: int) -> Scored | None:
        """The scored sentence; a rule may have none."""
        if self.proposed(ends, text) is not None:
            return None
        read = scored(ends, text, start, self.known.defaults)
        self.pieces += read.pieces
        return read

    def sentence(self, ends: Ends, text: str, start: int, found: Written) -> None:
        said = self.proposed(ends, text)
        if said is None:
            self.unread(text, start)
            return
        _put(found, said)
        self.pieces.append(Piece(text, start, tuple(said)))

    def unread(self, text: str, start: int) -> None:
        self.pieces.append(Piece(text, start, ("…",), "text-unread", ("exempt", "relief", "veto", "empty", "grades")))

    def proposed(self, ends: Ends, text: str) -> Written | None:
        """What a sentence behind the first one says; None where it is none of them."""
        for read in self.readers(ends):
            try:
                return read(text)
            except Unread:
                continue
        return None

    def readers(self, ends: Ends) -> Iterator[Callable[[str], Written]]:
        yield lambda text: {"empty": sentences.empty(ends, text)}
        yield lambda text: {"veto": [sentences.veto(ends, text, self.known.lists)]}
        yield lambda text: _changed(*sentences.changed(ends, text))
        yield lambda text: {"grades": sentences.grades(ends, text)}
        yield lambda text: self.rounded(text)
        yield lambda text: _lines(ends, text)
        yield lambda text: _warned(ends, text)
        yield _subject
        yield _in_force

    def rounded(self, text: str) -> Written:
        if not text.startswith("得分"):
            raise Unread(text)
        defaults = self.known.defaults
        places, rounding = sentences.decimals(text.removeprefix("得分"))
        own = {} if rounding == defaults.rounding else {"rounding": rounding}
        return own if own and places == defaults.points_places else {"points_places": places, **own}


def _parted(text: str) -> tuple[str, list[tuple[str, str, int]]]:
    """The body, and the sources behind it: what stands behind a label reaches to the next label."""
    found = list(_SOURCE.finditer(text))
    if not found:
        return text, []
    stops = [one.start() for one in found[1:]] + [len(text.removesuffix("。"))]
    said = [(SOURCES[one[1]], text[one.end() : stop], one.end()) for one, stop in zip(found, stops, strict=True)]
    return text[: found[0].start() + 1], said


def _put(found: Written, said: Mapping[str, Any]) -> None:
    """Lists grow, checkpoints take their exemptions, everything else is said once."""
    for key, part in said.items():
        if key in _LIST_KEYS:
            found.setdefault(key, []).extend(part)
        elif key == "checkpoints":
            schedule = found.setdefault(key, {})
            schedule.setdefault("exempt", []).extend(part["exempt"])
        else:
            found[key] = part


def _changed(key: str, part: Written) -> Written:
    return {"checkpoints": {"exempt": [part]}} if key == "checkpoints" else {key: [part]}


def _lines(ends: Ends, text: str) -> Written:
    if not text.startswith("另"):
        raise Unread(text)
    clauses = split(text.removeprefix("另"), "；")
    for verb, key in (("加", "plus"), ("扣", "minus")):
        try:
            return {key: [line(ends, clause, verb) for clause in clauses]}
        except Unread:
            continue
    raise Unread(text)


def _warned(ends: Ends, text: str) -> Written:
    if not text.endswith("的，发出预警"):
        raise Unread(text)
    return {"warn": ends.formula(text.removesuffix("的，发出预警"), ends.setting.show)}


def _subject(text: str) -> Written:
    if text != "考核到税务人员本人":
        raise Unread(text)
    return {"subject": "officer"}


def _in_force(text: str) -> Written:
    found: Written = {}
    for part in split(text, "，"):
        if said := re.fullmatch("自(.+)起施行", part):
            found["since"] = sentences.day(said[1])
        elif part.startswith("施行至"):
            found["until"] = sentences.day(part.removeprefix("施行至"))
        else:
            raise Unread(text)
    return found
