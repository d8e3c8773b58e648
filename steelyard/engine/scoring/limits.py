"""Caps that must be written: an expression, or the word ``unlimited``."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from steelyard.engine.expressions.nodes import Node, Text
from steelyard.engine.problems import Language
from steelyard.engine.scoring.recipe import Setting, write
from steelyard.engine.shape import as_formula

UNLIMITED = Text("unlimited")


def _limit(written: object) -> Node:
    return UNLIMITED if written == "unlimited" else as_formula(written)


Limit = Annotated[
    Any,
    BeforeValidator(_limit),
    WithJsonSchema({"type": ["string", "number"], "description": "口径表达式或 unlimited; expression or unlimited"}),
]
"""An expression, or `UNLIMITED` where the author wrote that there is no cap."""


def capped(tree: Node, limit: Node) -> Node:
    return tree if limit == UNLIMITED else write("least(tree, limit)", {"tree": tree, "limit": limit})


def most(setting: Setting, limit: Node, language: Language, verb: str) -> str:
    """``，最多扣3分`` / ``, at most 3 points``; nothing where there is no cap."""
    if limit == UNLIMITED:
        return "，不封顶" if language == "zh" else ", without limit"
    said = setting.marks(limit, language)
    return f"，最多{verb}{said}" if language == "zh" else f", at most {said}"
