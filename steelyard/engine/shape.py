"""From a document to nouns: pydantic does the looking, every complaint gets its place and our words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from steelyard.engine.expressions.nodes import Node, Number
from steelyard.engine.expressions.parse import MAX_DIGITS, parse
from steelyard.engine.problems import CATALOGUE, NOWHERE, Language, Place, Problem, Refused
from steelyard.engine.reading import Document, Path

CATALOGUE.add(
    {
        "shape-missing": ("缺少“{key}”", "'{key}' is missing"),
        "shape-unknown": (
            "不认识“{key}”；可用：{allowed}{suggestion}",
            "'{key}' is not known here; allowed: {allowed}{suggestion}",
        ),
        "shape-choice": (
            "“{found}”不在可选范围内；可选：{allowed}{suggestion}",
            "'{found}' is not one of the choices: {allowed}{suggestion}",
        ),
        "shape-value": ("“{found}”不符合要求：{reason}", "'{found}' does not fit: {reason}"),
        "shape-formula": (
            "这里应写数、百分数或口径表达式，不能是“{found}”",
            "write a number, a percentage or an expression here, not '{found}'",
        ),
        "shape-one-of": (
            "必须且只能写其中一个：{allowed}；现在写了：{found}",
            "write exactly one of: {allowed}; found: {found}",
        ),
    }
)


ID, YEAR = r"^[a-z][a-z0-9_-]*$", r"^[0-9]{4}$"
Id = Annotated[str, StringConstraints(pattern=ID)]
"""By what a rule is known: it stands in addresses of pages, names of files and beside the code of a unit."""
_KEYS = "应写“键: 值”", "write keys with their values"
_LIST = "应写一列，如 [甲, 乙]，或每行以“- ”开头", "write a list: [a, b], or lines that begin with '- '"
_NUMBER = "应写数", "write a number"
_DATE = "应写日期，如 2026-03-31", "write a date such as 2026-03-31"
REASONS = {
    "list_type": _LIST, "tuple_type": _LIST,
    "dict_type": _KEYS, "mapping_type": _KEYS, "model_type": _KEYS, "model_attributes_type": _KEYS,
    "string_type": ("应写文字；数字和日期要加引号", "write text; put numbers and dates in quotes"),
    "int_type": ("应写整数", "write a whole number"), "int_parsing": ("应写整数", "write a whole number"),
    "int_from_float": ("应写整数", "write a whole number"),
    "decimal_type": _NUMBER, "decimal_parsing": _NUMBER, "float_type": _NUMBER, "float_parsing": _NUMBER,
    "bool_type": ("应写 true 或 false", "write true or false"),
    "bool_parsing": ("应写 true 或 false", "write true or false"),
    "date_type": _DATE, "date_from_datetime_parsing": _DATE, "date_from_datetime_inexact": _DATE,
    "string_pattern_mismatch": (
        "应以小写字母开头，只用小写字母、数字和下划线（{pattern}）",
        "begin with a small letter, then small letters, digits and underscores ({pattern})",
    ),
    "greater_than_equal": ("不能小于 {ge}", "write {ge} or more"),
    "greater_than": ("应大于 {gt}", "write more than {gt}"),
    "less_than_equal": ("不能大于 {le}", "write {le} or less"),
    "less_than": ("应小于 {lt}", "write less than {lt}"),
    "too_short": ("至少写 {min_length} 项", "write {min_length} or more"),
    "string_too_short": ("至少 {min_length} 个字", "write {min_length} signs or more"),
    "string_too_long": ("至多 {max_length} 个字", "write {max_length} signs at most"),
}  # fmt: skip
"""What is wrong with a value, by what pydantic calls it."""
PATTERNS = {
    ID: ("编号以小写字母开头，只用小写字母、数字、下划线和连字符",
         "an identifier begins with a small letter and has small letters, digits, underscores and hyphens only"),
    YEAR: ("年度应为四位数字，如 \"2026\"", 'write four digits, such as "2026"'),
}  # fmt: skip
"""The same of texts whose form has words of its own."""


@dataclass(frozen=True, slots=True)
class Reason:
    """``limits``: what was exceeded, by name; ``said``: what pydantic says, for kinds that we do not name."""

    kind: str
    said: str
    limits: tuple[tuple[str, str], ...]

    def of(self, language: Language) -> str:
        limits = dict(self.limits)
        words = PATTERNS.get(limits.get("pattern", "")) or REASONS.get(self.kind)
        return self.said if words is None else words[language != "zh"].format(**limits)


def _reason(details: ErrorDetails) -> Reason:
    limits = tuple((key, str(value)) for key, value in details.get("ctx", {}).items())
    return Reason(details["type"], details["msg"], limits)


def _as_written(found: object) -> object:
    """As somebody would write it, not as a program prints it."""
    match found:
        case None | bool():
            return {None: "", True: "true", False: "false"}[found]
        case Mapping():
            return "{" + ", ".join(f"{key}: {_as_written(value)}" for key, value in found.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(str(_as_written(one)) for one in found) + "]"
        case _:
            return found


class Written(BaseModel):
    """Anything that people write in a file: closed, frozen, and it knows where each part was written."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    _document: Document | None = PrivateAttr(default=None)
    _path: Path = PrivateAttr(default=())

    def place(self, *path: str | int) -> Place:
        return NOWHERE if self._document is None else self._document.place((*self._path, *path))

    def __eq__(self, other: object) -> bool:
        """Two rules that say the same are equal, wherever they were written."""
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), repr(self)))


Model = TypeVar("Model", bound=Written)


def shaped(model: type[Model], document: Document, path: Path = ()) -> Model:
    """The noun written at ``path``. Raises `Refused` with every problem of its shape."""
    tree: Any = document.tree
    for key in path:
        tree = tree[key]
    try:
        noun = model.model_validate(tree)
    except ValidationError as error:
        raise Refused(_problem(model, details, document, path) for details in _worth_telling(error)) from error
    remember(noun, document, path)
    return noun


def remember(value: object, document: Document, path: Path) -> None:
    """Tells every noun inside where it stands; what was made of a noun stands where that is written."""
    if isinstance(value, Written):
        value._document, value._path = document, path
        for key, part in value.__dict__.items():
            remember(part, document, (*path, _written_name(type(value), key)))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            remember(part, document, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            remember(part, document, (*path, index))


def _written_name(model: type[BaseModel], field: str) -> str:
    return model.model_fields[field].alias or field


def _worth_telling(error: ValidationError) -> Iterator[ErrorDetails]:
    yield from error.errors(include_url=False)


def _problem(model: type[BaseModel], details: ErrorDetails, document: Document, path: Path) -> Problem:
    location = tuple(details["loc"])
    place = document.place((*path, *location))
    found = details.get("input")
    match details["type"]:
        case "missing":
            return Problem("shape-missing", place, {"key": location[-1]})
        case "extra_forbidden":
            allowed = _allowed(model, location[:-1])
            params = {
                "key": location[-1],
                "allowed": "、".join(allowed),
                "suggestion": suggestion(location[-1], allowed),
            }
            return Problem("shape-unknown", place, params)
        case "literal_error":
            options = details["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
            params = {"found": found, "allowed": "、".join(options), "suggestion": suggestion(found, options)}
            return Problem("shape-choice", place, params)
        case "steelyard":
            ctx = details["ctx"]
            return Problem(ctx["code"], _shifted(place, ctx["offset"]), ctx["params"])
        case _:
            return Problem("shape-value", place, {"found": _as_written(found), "reason": _reason(details)})


def _shifted(place: Place, offset: int) -> Place:
    return Place(place.file, place.line, place.column + offset) if offset and place.line else place


def _allowed(model: Any, location: tuple[str | int, ...]) -> list[str]:
    """The keys that the noun at this location knows."""
    for step in location:
        if model is not None and step in model.model_fields:
            model = _inside(model.model_fields[step].annotation)
    return sorted(field.alias or name for name, field in model.model_fields.items()) if model else []


def _inside(annotation: Any) -> Any:
    """The noun inside ``Noun | None``, ``list[Noun]``, ``dict[str, Noun]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    nouns = (_inside(part) for part in getattr(annotation, "__args__", ()))
    return next((noun for noun in nouns if noun is not None), None)


def suggestion(found: object, allowed: list[str]) -> str:
    """A hint at the nearest allowed word, or nothing."""
    near = get_close_matches(str(found), allowed, n=1, cutoff=0.6)
    return f"；是否想写“{near[0]}” (did you mean '{near[0]}'?)" if near else ""


def complain(code: str, offset: int = 0, **params: object) -> PydanticCustomError:
    """For validators of nouns: ``raise complain("shape-one-of", allowed=…, found=…)``."""
    return PydanticCustomError("steelyard", "{code}", {"code": code, "offset": offset, "params": params})


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def as_formula(written: object) -> Node:
    """A number, ``98%``, a bare day (``2026-03-31`` is no subtraction) or an expression as a tree."""
    if isinstance(written, Node):
        return written
    if isinstance(written, Decimal | Fraction | int) and not isinstance(written, bool):
        if isinstance(written, Decimal) and len(written.as_tuple().digits) > MAX_DIGITS:
            raise complain("expression-too-big", limit=f"{MAX_DIGITS} 位数字 digits")
        return Number(Fraction(written))
    if not isinstance(written, str):
        raise complain("shape-formula", found=_plain(written))
    is_day = _DAY.match(written) is not None
    try:
        return parse(f"date '{written}'" if is_day else written, Place("", 1, 0))
    except Refused as refused:
        problem = refused.problems[0]
        raise complain(problem.code, 0 if is_day else problem.place.column, **problem.params) from refused


def _plain(written: object) -> str:
    return {"True": "true", "False": "false", "None": "null"}.get(str(written), "…")


Formula = Annotated[
    Any,
    BeforeValidator(as_formula),
    WithJsonSchema({"type": ["string", "number"], "description": "口径表达式 expression"}),
]
"""A number, ``98%``, or an expression; always a tree afterwards. Typed as Any for pydantic, `Node` for readers."""
