"""What most questions need only a part of: drawn up name by name, when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

Drawing = TypeVar("Drawing")


class Drawn(Mapping[str, Drawing]):
    """What is drawn up when it is first asked for, by identifier."""

    def __init__(self, ids: Iterable[str], draw: Callable[[str], Drawing]) -> None:
        self._ids, self._draw = dict.fromkeys(ids), draw
        self._found: dict[str, Drawing] = {}

    def __getitem__(self, id: str) -> Drawing:
        if id not in self._ids:
            raise KeyError(id)
        if id not in self._found:
            self._found[id] = self._draw(id)
        return self._found[id]

    def __contains__(self, id: object) -> bool:
        return id in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)
