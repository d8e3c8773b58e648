"""A draft held against its text: what it does not say in the same words is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from steelyard.engine.model.item import Indicator
from steelyard.engine.problems import Refused
from steelyard.engine.reading import read
from steelyard.engine.shape import shaped
from steelyard.engine.understanding.draft import Draft, Piece
from steelyard.engine.understanding.knowledge import Knowledge
from steelyard.engine.understanding.words.pieces import split
from steelyard.engine.wording.rules import paragraphs
from steelyard.engine.wording.teller import Teller


def noun(draft: Draft, file: str = "") -> Indicator:
    """The rule that the draft writes. Raises `Refused` with what is missing."""
    return shaped(Indicator, read(draft.yaml(), file)[0])


def confirmed(draft: Draft, text: str, known: Knowledge) -> Draft:
    """With a piece for every sentence that the rule of the draft would not say."""
    return replace(draft, pieces=[*draft.pieces, *_doubts(draft, text, known)])


def _doubts(draft: Draft, text: str, known: Knowledge) -> Iterator[Piece]:
    try:
        rule = noun(draft)
    except Refused as refused:
        reasons = [problem.text() for problem in refused.problems]
        yield Piece("", 0, ("…",), "text-refused", reasons)
        return
    said = _sentences("\n".join(paragraphs(Teller("zh", known.lexicon.vocabulary, known.defaults), rule)))
    unread = [piece.text for piece in draft.open if piece.text]
    for sentence in _sentences(text):
        if sentence not in said and not any(part in sentence for part in unread):
            yield Piece(sentence, text.find(sentence), ("…",), "text-otherwise", _nearest(sentence, said))


def _sentences(text: str) -> list[str]:
    return [sentence for line in text.splitlines() for sentence in split(line.strip().removesuffix("。"), "。")]


def _nearest(sentence: str, said: list[str]) -> list[str]:
    """The sentences that begin alike."""
    return [one for one in said if one[:2] == sentence[:2]]
