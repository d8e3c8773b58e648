"""What is answered when something is wrong: always the same shape, with the place, the reason and what to do."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from steelyard.engine.problems import CATALOGUE, Language, Place, Problem, Refused
from steelyard.lake.intake.door import LATER
from steelyard.web.api.envelope.parsing import Inexact, Twice
from steelyard.web.look.reading import language

CATALOGUE.add(
    {
        "api-token": (
            "没有有效的令牌；请在请求头写 Authorization: Bearer sy_…，过期或作废的请向安全管理员换发",
            "there is no valid token; send Authorization: Bearer sy_…, and have one that ended replaced",
        ),
        "api-missing": (
            "没有这个地址或对象，或者不在本令牌的用途和范围之内；GET /api/v1/token 说明本令牌可以做什么",
            "there is no such address or object, or it is not within this token; GET /api/v1/token tells what is",
        ),
        "api-method": ("这个地址不接受 {method}；可用：{allowed}", "this address takes {allowed}, not {method}"),
        "api-large": (
            "请求超过 {most} MB，没有读入；请分几次发送",
            "the request is larger than {most} MB and was not read; send it in parts",
        ),
        "api-nul": (
            "文字里有空字符（NUL，\\u0000 或 %00），不能保存；请去掉后重发",
            "the text has a NUL in it (\\u0000 or %00), which cannot be kept; drop it and send it again",
        ),
        "api-broken": (
            "系统出错，这次请求没有完成；请稍后原样重发，仍不行时把时间告诉系统管理员",
            "something broke and the request was not done; send it again later, or tell the administrator the time",
        ),
        "api-busy": (
            "别的数据正在写入，没有轮到这次请求，什么也没有改变；请稍后原样重发",
            "other facts are being written and this request had no turn; nothing was changed, send it again later",
        ),
        "api-field-missing": ("缺少这一项，请补上", "this is missing; add it"),
        "api-field-unknown": ("没有这一项，请去掉或更正名称", "there is no such field; drop it or correct its name"),
        "api-field-twice": ("同一项写了两次，请只写一次", "this was written twice; write it once"),
        "api-not-text": (
            "应是引号里的文字；数也写成文字（\"830.57\"），以免被浮点改变",
            "write text in quotes, also for numbers (\"830.57\"), so that no binary float changes them",
        ),
        "api-kind": ("这里应是{kind_zh}", "this should be {kind_en}"),
        "api-date": ("请按 年-月-日 写日期，如 2026-07-01", "write the date as year-month-day, as 2026-07-01"),
        "api-number": ("应是 {bound_zh} 的整数", "this should be a whole number {bound_en}"),
        "api-many": ("一次最多 {most} 个，现有 {found} 个；请分几次", "at most {most}, there are {found}; split it"),
        "api-few": ("至少要有 {least} 个", "there must be {least} at least"),
        "api-long": ("最长 {most} 个字", "at most {most} characters"),
        "api-value": ("这个值不合要求，见 /api/v1/openapi.json", "this value does not fit; see /api/v1/openapi.json"),
    }
)  # fmt: skip

STATUS = {
    "api-token": 401,
    "api-missing": 404,
    "api-method": 405,
    "api-large": 413,
    "api-json": 400,
    "api-nul": 400,
    "api-broken": 500,
    "api-busy": 503,
}
SHOWN = 200
"""Problems in one answer: whoever sends so many wrong ones corrects the first and sees on."""
MOST_MB = 16
PLAINLY = {"ensure_ascii": False}
"""Chinese as Chinese: people read answers too, when they try a call by hand."""
_log = logging.getLogger("django.request")


def answer(problems: Sequence[Problem], reader: Language) -> HttpResponse:
    told = {"problems": [_told(one, reader) for one in problems[:SHOWN]]}
    status = next((STATUS[one.code] for one in problems if one.code in STATUS), 422)
    headers = {"Content-Language": "zh-CN" if reader == "zh" else "en"}
    answered = JsonResponse(told, status=status, headers=headers, json_dumps_params=PLAINLY)
    if status == 401:
        answered["WWW-Authenticate"] = "Bearer"
    return answered


def _told(one: Problem, reader: Language) -> dict[str, str]:
    """A code for programs, words for people: ``text`` in the language that was asked for."""
    zh, en = one.text("zh"), one.text("en")
    return {"code": one.code, "place": str(one.place), "text": zh if reader == "zh" else en, "zh": zh, "en": en}


def handle(api: NinjaAPI) -> None:
    """Every way in which an operation can fail, in one shape."""
    api.exception_handler(Refused)(lambda _, error: answer(_seen(error.problems), language()))
    api.exception_handler(AuthenticationError)(lambda *_: answer([Problem("api-token")], language()))
    api.exception_handler(RequestDataTooBig)(lambda *_: answer([too_large()], language()))
    api.exception_handler(Http404)(lambda *_: answer([Problem("api-missing")], language()))
    api.exception_handler(HttpError)(_unread)
    api.exception_handler(ValidationError)(lambda _, error: answer(unfit(error.errors), language()))
    api.exception_handler(Exception)(_broken)


def too_large() -> Problem:
    return Problem("api-large", params={"most": MOST_MB})


def _seen(problems: Sequence[Problem]) -> Sequence[Problem]:
    """A right that was taken back while the request was under way looks like one that never was. Where the record lies
    on this machine is nobody's business."""
    codes = {one.code for one in problems}
    if "act-not-allowed" in codes:
        return [Problem("api-missing")]
    return problems if codes.isdisjoint(LATER) else [Problem("api-busy")]


def _unread(_: HttpRequest, error: Exception) -> HttpResponse:
    """The body was no JSON; the parser's own words are behind the exception that the framework makes of it."""
    cause = error.__cause__
    return answer(cause.problems if isinstance(cause, Refused) else [Problem("api-missing")], language())


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    _log.error("api: %s %s", request.method, request.path, exc_info=error)
    return answer([Problem("api-broken")], language())


def unfit(errors: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """What does not have the shape of the document, in our words."""
    return [_problem(one) for one in errors]


KINDS = {
    "list_type": ("列表 [...]", "a list [...]"), "dict_type": ("对象 {...}", "an object {...}"),
    "model_attributes_type": ("对象 {...}", "an object {...}"), "model_type": ("对象 {...}", "an object {...}"),
    "bool_type": ("true 或 false", "true or false"), "bool_parsing": ("true 或 false", "true or false"),
}  # fmt: skip
PLAIN = {"missing": "api-field-missing", "extra_forbidden": "api-field-unknown", "string_type": "api-not-text"}
NUMBERS = ("int_parsing", "int_type", "int_from_float", "greater_than_equal", "less_than_equal", "int_parsing_size")


def _problem(error: Mapping[str, Any]) -> Problem:
    kind, given, more = str(error["type"]), error.get("input"), error.get("ctx", {})
    place = Place(_path(error["loc"]))
    if isinstance(given, Twice):
        return Problem("api-field-twice", place)
    if kind in PLAIN or isinstance(given, Inexact):
        return Problem(PLAIN.get(kind, "api-not-text"), place)
    if kind in KINDS:
        return Problem("api-kind", place, dict(zip(("kind_zh", "kind_en"), KINDS[kind], strict=True)))
    if kind in NUMBERS:
        return Problem("api-number", place, _bound(more))
    if kind == "too_long":
        return Problem("api-many", place, {"most": more.get("max_length"), "found": len(given or ())})
    if kind == "too_short":
        return Problem("api-few", place, {"least": more.get("min_length")})
    if kind == "string_too_long":
        return Problem("api-long", place, {"most": more.get("max_length")})
    return Problem("api-date" if kind.startswith("date") else "api-value", place)


def _bound(more: Mapping[str, Any]) -> dict[str, str]:
    if not {"ge", "le"} & more.keys():
        return {"bound_zh": "十进制", "bound_en": "in digits"}
    least, most = more.get("ge"), more.get("le")
    zh, en = (f"不小于 {least}", f"from {least}") if most is None else (f"不大于 {most}", f"up to {most}")
    return {"bound_zh": zh, "bound_en": en}


def _path(location: Sequence[str | int]) -> str:
    """``("body", "sent", "rows", 3, "id")`` as ``rows[3].id``."""
    parts = location[2:] if location[0] == "body" else location[1:]
    told = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in parts)
    return told.lstrip(".") or str(location[0])
