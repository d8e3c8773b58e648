"""The door for texts: the book's own sentences are read exactly, texts of others as far as they are certain."""

from __future__ import annotations

from steelyard.engine.understanding.draft import Draft
from steelyard.engine.understanding.knowledge import Knowledge
from steelyard.engine.understanding.published.proposing import proposed
from steelyard.engine.understanding.rules import understood


def drafted(text: str, known: Knowledge) -> Draft:
    """Of both readings the one that understands more; of equal ones that of the book's own words."""
    own = understood(text, known)
    return max((own, proposed(text)), key=_understood) if own.open else own


def _understood(draft: Draft) -> int:
    return sum(len(piece.text) for piece in draft.pieces if piece.resolved)
