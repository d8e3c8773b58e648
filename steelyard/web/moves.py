"""What becomes of a thing that people decide on, as a table of moves: code, buttons, permissions, diagram and tests
are read from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from django.db.models import TextChoices

from steelyard.reports.sheet import Words
from steelyard.web.people.roles import Role

S = TypeVar("S", bound=TextChoices)


@dataclass(frozen=True)
class AnyMove(Generic[S]):
    """From the stages in which it ``begins`` to another, or the same. ``right``: who makes it; ``reason``: it has to
    be given. The address of a move is ``subject-`` and its name."""

    subject: ClassVar[str]

    name: str
    words: Words
    begins: tuple[S, ...]
    to: S
    right: Role
    reason: bool = False

    @property
    def address(self) -> str:
        return f"{self.subject}-{self.name}"


def allowed(
    moves: Iterable[AnyMove[S]], relations: Mapping[Role, str], otherwise: str = "top"
) -> dict[str, dict[str, dict[str, list[str]]]]:
    """What the policy must say of the moves: address -> role -> relation -> stages."""
    return {
        move.address: {str(move.right): {relations.get(move.right, otherwise): [str(stage) for stage in move.begins]}}
        for move in moves
    }


def diagram(moves: Sequence[AnyMove[S]], first: S, begun: str = "", more: Iterable[tuple[S, S, str]] = ()) -> str:
    """The moves as a Mermaid diagram of states. ``begun``: how a thing comes to be at the ``first``; ``more``: what
    happens by itself."""
    lines = ["stateDiagram-v2", f"    [*] --> {first.value}{f': {begun}' if begun else ''}"]
    lines += [f"    {stage.value}: {stage.label}" for stage in type(first)]
    for move in moves:
        said = f"{move.words.zh}（{move.right.label}）"
        lines += [f"    {stage.value} --> {move.to.value}: {said}" for stage in move.begins]
    lines += [f"    {before.value} --> {after.value}: {said}" for before, after, said in more]
    return "\n".join(lines) + "\n"
