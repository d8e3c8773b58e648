"""What callers from Python hand over, looked at before anything is begun: words instead of a traceback."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from steelyard.engine.problems import CATALOGUE, Problem, Refused
from steelyard.engine.shape import suggestion

CATALOGUE.add(
    {
        "argument-unfit": (
            "参数 {name} 应为 {wanted}，给出的是 {found}（{kind}）",
            "argument {name} must be {wanted}, not {found} ({kind})",
        ),
        "argument-choice": (
            "参数 {name} 可选 {allowed}，不能是 {found}{suggestion}",
            "argument {name} can be {allowed}, not {found}{suggestion}",
        ),
        "argument-not-local": (
            "参数 {name}（{found}）带有时区；数据档案记的是本地时间，请换算后去掉时区",
            "argument {name} ({found}) has an offset; the record keeps local times: convert it and drop the offset",
        ),
    }
)


def given(**arguments: tuple[object, *tuple[Any, ...]]) -> None:
    """Raises `Refused` with every argument that is none of its types: ``given(order=(order, Order))``.

    A type is whatever `isinstance` takes, `collections.abc.Callable` too.
    """
    accept(problem for name, (value, *kinds) in arguments.items() for problem in unfit(name, value, *kinds))


def accept(problems: Iterable[Problem]) -> None:
    """Raises `Refused` where there are any."""
    if found := list(problems):
        raise Refused(found)


def unfit(name: str, value: object, *kinds: Any) -> Iterator[Problem]:
    """A truth is no number and a moment is no day, though Python takes them for one."""
    taken = (bool in kinds or not isinstance(value, bool)) and (datetime in kinds or not isinstance(value, datetime))
    if not taken or not isinstance(value, kinds):
        yield Problem("argument-unfit", params={"name": name, "wanted": _named(kinds), **_shown(value)})


def unlike(name: str, value: object, allowed: Sequence[str]) -> Iterator[Problem]:
    """Where a word must be one of a few."""
    if value not in allowed:
        near = suggestion(value, list(allowed))
        yield Problem(
            "argument-choice",
            params={"name": name, "allowed": "、".join(allowed), "found": _shown(value)["found"], "suggestion": near},
        )


def zoned(name: str, moment: datetime | None) -> Iterator[Problem]:
    """Where a time is not local: to convert it would be to guess the zone of the bureau."""
    if moment is not None and moment.tzinfo is not None:
        yield Problem("argument-not-local", params={"name": name, "found": moment.isoformat()})


def _named(kinds: Iterable[Any]) -> str:
    return " | ".join("None" if kind is type(None) else kind.__name__ for kind in kinds)


def _shown(value: object) -> dict[str, str]:
    text = repr(value)
    return {"found": text if len(text) <= 40 else f"{text[:39]}…", "kind": type(value).__name__}
