"""What a register would change, line by line as people read it: units first, then persons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from steelyard.reports.sheet import Words
from steelyard.web.people.models import Person, Unit
from steelyard.web.people.registering.register import Changes, Placed, Seat, differences


class Line(NamedTuple):
    """``code``, ``name``: of the unit or person; ``before``, ``after``: what changes of it, either may be empty."""

    code: str
    name: str
    before: str
    after: str


class Kind(NamedTuple):
    """``field``: of `Changes`; ``line``: of one of its changes, with the names that go with codes; ``mood``: colour."""

    field: str
    words: Words
    mood: str
    line: Callable[[Any, Mapping[str, str]], Line]


def _pair(one: tuple[str, str, str], names: Mapping[str, str]) -> Line:
    code, before, after = one
    return Line(code, names.get(code, ""), before, after)


def _otherwise(one: tuple[str, Placed, Placed], names: Mapping[str, str]) -> Line:
    code, before, after = one
    return Line(code, names.get(code, ""), *differences(before, after))


def _several(one: tuple[str, tuple[str, ...]], names: Mapping[str, str]) -> Line:
    code, others = one
    return Line(code, names.get(code, ""), "、".join(others), code)


def _apart(one: tuple[str, tuple[str, ...]], names: Mapping[str, str]) -> Line:
    code, others = one
    return Line(code, names.get(code, ""), code, "、".join(others))


def _named(code: str, names: Mapping[str, str]) -> Line:
    return Line(code, names.get(code, ""), "", "")


def _new(one: Placed, _: Mapping[str, str]) -> Line:
    return Line(one.code, one.name, "", one.path)


def _come(one: Seat, _: Mapping[str, str]) -> Line:
    return Line(one.code, one.name, "", f"{one.unit} {one.post}")


def _elsewhere(one: tuple[Seat, Seat], _: Mapping[str, str]) -> Line:
    before, after = one
    return Line(after.code, after.name, f"{before.unit} {before.post}", f"{after.unit} {after.post}")


def _posted(one: tuple[Seat, Seat], _: Mapping[str, str]) -> Line:
    before, after = one
    renamed = "" if before.name == after.name else before.name
    return Line(after.code, after.name, f"{renamed} {before.post}", after.post)


KINDS = (
    Kind("new", Words("新设", "new"), "green", _new),
    Kind("ended", Words("撤销", "ended"), "red", _named),
    Kind("renamed", Words("更名", "renamed"), "", _pair),
    Kind("moved", Words("改隶属", "moved"), "", _pair),
    Kind("merged", Words("合并", "merged"), "gold", _several),
    Kind("split", Words("拆分", "split"), "gold", _apart),
    Kind("otherwise", Words("类别或属性", "class or attribute"), "grey", _otherwise),
    Kind("transferred", Words("调动", "change of unit"), "gold", _elsewhere),
    Kind("posted", Words("换岗", "change of post"), "", _posted),
    Kind("come", Words("新人员", "new person"), "green", _come),
    Kind("gone", Words("离岗", "without a post"), "red", _named),
)
Change = tuple[Kind, Any]


class Everything(Sequence[Change]):
    """All changes in the order of `KINDS`; pages of them are taken out without a list of all."""

    def __init__(self, found: Changes) -> None:
        self._found = found

    def __len__(self) -> int:
        return sum(len(getattr(self._found, kind.field)) for kind in KINDS)

    def __getitem__(self, some: Any) -> Any:
        return list(islice(self._each(), some.start, some.stop))

    def _each(self) -> Iterator[Change]:
        return ((kind, one) for kind in KINDS for one in getattr(self._found, kind.field))


def lines(shown: Sequence[Change]) -> list[tuple[Kind, Line]]:
    """Of those changes that stand on one page; two queries."""
    names: dict[str, str] = {}
    codes = [kind.line(one, names).code for kind, one in shown]
    for table in (Unit, Person):
        names |= dict(table.objects.filter(pk__in=codes).values_list("code", "name"))
    return [(kind, kind.line(one, names)) for kind, one in shown]
