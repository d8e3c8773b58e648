"""接口合约检查: asks a site everything that its API document promises, with nothing but Python:
``python3 contract.py https://site --token-file token.txt``.

Nothing is changed on the site, unless ``--facts TABLE rows.json`` names rows to push or ``--register register.json``
rows to submit (they are tried, never applied). One line a check; exit code 0 when all hold, 1 when one does not.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

BASE = "/api/v1/"
REFUSAL = "#/components/schemas/Refusal"
MOST_ROWS = 10_000
NOTHING = "no-such-thing"
MOST_BYTES = 256 << 20
"""Of one answer: a site that never ends is not heard to the end."""
ODD = (LookupError, TypeError, AttributeError, RecursionError)
"""What reading an answer raises that is JSON, but none of the shape that the document promises."""


class _Stays(urllib.request.HTTPRedirectHandler):
    """The token is for the site that was named: it is shown to no other, wherever an answer leads."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:
        del req, fp, msg, headers
        raise urllib.error.URLError(f"{code} 转往 {newurl}，没有跟随 leads elsewhere, not followed")


ASKED = urllib.request.build_opener(_Stays)


@dataclass(frozen=True)
class Answer:
    """What came back. ``body``: as JSON, None where it is none; ``raw``: its bytes."""

    status: int
    body: Any
    raw: bytes
    headers: Mapping[str, str]

    @property
    def codes(self) -> list[str]:
        problems = self.body.get("problems") if isinstance(self.body, dict) else None
        return [str(one.get("code")) for one in problems or () if isinstance(one, dict)]


@dataclass
class Site:
    """A site as another system sees it. ``token``: what it shows, None for nothing."""

    url: str
    token: str | None
    document: Mapping[str, Any] = field(default_factory=dict)

    def ask(
        self, path: str, body: Any = None, *, method: str = "", headers: Mapping[str, str] | None = None,
        token: str | None = "own",
    ) -> Answer:  # fmt: skip
        """``body``: sent as JSON, or as it is where it is bytes."""
        sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        given = {"Content-Type": "application/json", **(headers or {})}
        shown = self.token if token == "own" else token
        if shown is not None:
            given["Authorization"] = f"Bearer {shown}"
        verb = method or ("GET" if body is None else "POST")
        request = urllib.request.Request(self.url + BASE + path, sent, given, method=verb)
        try:
            with ASKED.open(request, timeout=120) as answer:
                return _answer(answer.status, _heard(answer), answer.headers)
        except urllib.error.HTTPError as error:
            return _answer(error.code, _heard(error), error.headers)


def _heard(answer: Any) -> bytes:
    raw: bytes = answer.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise ValueError(f"回答超过 {MOST_BYTES >> 20} MB，没有读完 more than that, not read to the end")
    return raw


def _answer(status: int, raw: bytes, headers: Any) -> Answer:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    return Answer(status, body, raw, {name.lower(): value for name, value in headers.items()})


# ---- what the document says an answer looks like ----


def misfits(document: Mapping[str, Any], schema: Mapping[str, Any], value: Any, at: str = "") -> Iterator[str]:
    """Where a value is not what a schema of the document says; as much of JSON Schema as such documents use."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        if all(any(misfits(document, one, value, at)) for one in schema["anyOf"]):
            yield f"{at or 'body'} is none of what it may be"
        return
    kinds: dict[str, tuple[type, ...]] = {
        "string": (str,), "integer": (int,), "boolean": (bool,), "null": (type(None),), "array": (list,),
        "object": (dict,), "number": (int, float),
    }  # fmt: skip
    kind = schema.get("type")
    if kind and (not isinstance(value, kinds[kind]) or (kind != "boolean" and isinstance(value, bool))):
        yield f"{at or 'body'} is no {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at} is none of {schema['enum']}"
    yield from _inside(document, schema, value, at)


def _inside(document: Mapping[str, Any], schema: Mapping[str, Any], value: Any, at: str) -> Iterator[str]:
    if isinstance(value, list) and "items" in schema:
        for number, one in enumerate(value[:50]):
            yield from misfits(document, schema["items"], one, f"{at}[{number}]")
    if isinstance(value, dict):
        known, more = schema.get("properties", {}), schema.get("additionalProperties")
        yield from (f"{at}.{name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, one in value.items():
            inner = known.get(name, more if isinstance(more, dict) else {})
            yield from misfits(document, inner, one, f"{at}.{name}".lstrip("."))


def promised(site: Site, path: str, method: str, answer: Answer) -> str:
    """Empty where the document has this status for the operation, and the body is what it says; else what is not."""
    operation = site.document["paths"].get(BASE + path, {}).get(method, {})
    told = operation.get("responses", {}).get(str(answer.status))
    if told is None:
        return f"status {answer.status} is not in the document"
    schema = told.get("content", {}).get("application/json", {}).get("schema", {})
    return "; ".join(list(misfits(site.document, schema, answer.body))[:3])


def refused(site: Site, answer: Answer, status: int, *codes: str) -> str:
    """Empty where it was refused so, in the one shape of refusals, in both languages."""
    if answer.status != status:
        return f"status {answer.status} instead of {status}"
    wrong = list(misfits(site.document, {"$ref": REFUSAL}, answer.body))
    if wrong:
        return "; ".join(wrong[:3])
    missing = [code for code in codes if code not in answer.codes]
    return f"codes {answer.codes} without {missing}" if missing else ""


# ---- the checks: each gives what was looked at, and what is wrong with it ----

Check = Iterator[tuple[str, str]]


def entrance(site: Site) -> Check:
    """Who comes in, and what strangers are told."""
    yield "没有令牌 no token: 401", refused(site, site.ask("token", token=None), 401, "api-token")
    yield "错误的令牌 wrong token: 401", refused(site, site.ask("token", token="sy_wrong"), 401, "api-token")
    own = site.ask("token")
    yield "令牌说明自己的范围 the token tells its scopes", promised(site, "token", "get", own)
    yield "没有的地址 unknown address: 404", refused(site, site.ask(NOTHING), 404, "api-missing")
    yield "不接受的方法 wrong method: 405", refused(site, site.ask("token", method="DELETE"), 405, "api-method")
    english = site.ask(NOTHING, headers={"Accept-Language": "en"})
    said = english.body["problems"][0] if english.codes else {}
    yield "按 Accept-Language 回答 the language asked for", "" if said.get("text") == said.get("en") else "not English"


def ended(site: Site, token: str) -> Check:
    yield "过期或作废的令牌 a token that is over: 401", refused(site, site.ask("token", token=token), 401, "api-token")


def results(site: Site, scopes: Sequence[str]) -> Check:
    """Published results; those that are not there, and those that are not for this token."""
    listed = site.ask("versions")
    if "results" not in scopes:
        yield "没有 results 用途 without the scope: 404", refused(site, listed, 404, "api-missing")
        return
    yield "已公布的版本 published versions", promised(site, "versions", "get", listed)
    absent = site.ask("versions/987654321/units")
    yield "没有的版本 no such version: 404", refused(site, absent, 404, "api-missing")
    for version in (listed.body or [])[:1]:
        units = site.ask(f"versions/{version['id']}/units")
        yield "一个版本的单位 units of a version", promised(site, "versions/{version}/units", "get", units)
        for unit in (units.body or [])[:1]:
            one = site.ask(f"versions/{version['id']}/units/{quote(unit['code'])}")
            yield "一个单位的得分 one unit", promised(site, "versions/{version}/units/{code}", "get", one)
        none = site.ask(f"versions/{version['id']}/units/{NOTHING}")
        yield "没有的单位 no such unit: 404", refused(site, none, 404, "api-missing")


def malformed(site: Site, path: str, good: Mapping[str, Any], name: str) -> Check:
    """What no operation with a body takes. ``good``: a body of the right shape; ``name``: of its main field."""
    bad: list[tuple[str, Any, int, str]] = [
        ("不是 JSON no JSON: 400", b"{", 400, "api-json"),
        ("不是 UTF-8 not UTF-8: 400", b'{"a": "\xff"}', 400, "api-json"),
        ("不是对象 no object: 422", b"[]", 422, "api-kind"),
        ("缺少字段 a field missing: 422", {}, 422, "api-field-missing"),
        ("多余字段 an unknown field: 422", {**good, NOTHING: "1"}, 422, "api-field-unknown"),
        ("同一字段写两次 a key twice: 422", f'{{"{name}": [], "{name}": []}}'.encode(), 422, "api-field-twice"),
    ]
    for told, body, status, code in bad:
        yield f"{path}: {told}", refused(site, site.ask(path, body), status, code)
    huge = site.ask(path, b"", method="POST", headers={"Content-Length": str(1 << 40)})
    yield f"{path}: 太大，未读入 too large, unread: 413", refused(site, huge, 413, "api-large")


def facts(site: Site, tables: Sequence[str]) -> Check:
    """Refusals of pushes; nothing is loaded by any of them."""
    row: dict[str, Any] = {"rows": [{NOTHING: "1"}]}
    alike = [site.ask(f"facts/{name}", row) for name in ("units", NOTHING)]
    for told, answer in zip(("登记册 a register", "没有的表 an unknown table"), alike, strict=True):
        yield f"facts: {told}: 404", refused(site, answer, 404, "api-missing")
    same = "" if alike[0].raw == alike[1].raw else "they can be told apart"
    yield "facts: 不给看的与没有的一样 foreign and absent look the same", same
    for table in tables[:1]:
        path = f"facts/{table}"
        yield f"{path}: 各列 its columns", promised(site, "facts/{table}", "get", site.ask(path))
        yield from malformed(site, path, row, "rows")
        yield f"{path}: 没有的列 unknown column: 422", refused(site, site.ask(path, row), 422, "push-column-unknown")
        yield f"{path}: 一行也没有 no row: 422", refused(site, site.ask(path, {"rows": []}), 422, "api-few")
        for told, value in (
            ("浮点数 float", b"0.1"),
            ("整数 number", b"1"),
            ("非数 NaN", b"NaN"),
            ("空值 null", b"null"),
        ):
            sent = b'{"rows": [{"' + NOTHING.encode() + b'": ' + value + b"}]}"
            yield f"{path}: {told}: 422", refused(site, site.ask(path, sent), 422, "api-not-text")
        many = site.ask(path, {"rows": [{}] * (MOST_ROWS + 1)})
        yield f"{path}: 行数过多 too many rows: 422", refused(site, many, 422, "api-many")


def pushed(site: Site, table: str, rows: Sequence[Mapping[str, str]]) -> Check:
    """Real rows: the same again are the same batch, and move nothing."""
    first, again = (site.ask(f"facts/{table}", {"rows": rows}) for _ in range(2))
    yield f"facts/{table}: 推送 pushed", promised(site, "facts/{table}", "post", first) or _kept(first)
    one, other = first.body or {}, again.body or {}
    same = one.get("batch") == other.get("batch") and other.get("new") is False and not other.get("effects")
    yield f"facts/{table}: 重复推送不变 the same again is the same batch", "" if same else f"{one} then {other}"


def _kept(answer: Answer) -> str:
    if answer.status != 200:
        return f"{answer.codes}"
    rejected = answer.body.get("rejected")
    return f"{rejected} rows rejected: {answer.body.get('reasons')}" if rejected else ""


def organisation(site: Site, scopes: Sequence[str]) -> Check:
    """Units and persons as they stand; the register, for those who submit it."""
    for kind in ("units", "persons"):
        path = f"organisation/{kind}"
        answer = site.ask(f"{path}?size=2")
        if "organisation" in scopes:
            yield f"{path}: 分页 by pages", promised(site, path, "get", answer)
            yield f"{path}: 页数不对 wrong page: 422", refused(site, site.ask(f"{path}?page=0"), 422, "api-number")
            yield f"{path}: 没有的页 no such page: 404", refused(site, site.ask(f"{path}?page=999999"), 404)
        else:
            yield f"{path}: 没有用途 without the scope: 404", refused(site, answer, 404, "api-missing")
    path, empty = "organisation/imports", {"day": "2026-01-01", "tables": {NOTHING: [{"code": "1"}]}}
    if "register" in scopes:
        yield from malformed(site, path, empty, "tables")
        yield f"{path}: 没有的登记册 unknown register: 422", refused(site, site.ask(path, empty), 422, "register-name")
        wrong = site.ask(path, {**empty, "day": "tomorrow"})
        yield f"{path}: 日期不对 wrong day: 422", refused(site, wrong, 422, "api-date")
    else:
        yield f"{path}: 没有用途 without the scope: 404", refused(site, site.ask(path, empty), 404, "api-missing")
    yield f"{path}: 没有的报送 no such submission: 404", refused(site, site.ask(f"{path}/{NOTHING}"), 404)


def submitted(site: Site, register: Mapping[str, Any]) -> Check:
    """A real register, tried and never applied: the same again is the same, and a wrong digest applies nothing."""
    path = "organisation/imports"
    first, again = (site.ask(path, register) for _ in range(2))
    yield f"{path}: 报送并预演 submitted and tried", promised(site, path, "post", first)
    if first.status != 200:
        yield f"{path}: 收下 accepted", f"{first.codes}"
        return
    key = first.body["key"]
    yield f"{path}: 重复报送不变 the same again is the same", "" if again.body == first.body else "another import"
    yield f"{path}: 再读 read again", promised(site, f"{path}/{{key}}", "get", site.ask(f"{path}/{key}"))
    answer = site.ask(f"{path}/{key}/apply", {"digest": "0" * 64})
    held = "" if answer.status in (404, 422) else f"status {answer.status}"
    yield f"{path}: 摘要不对不采用 a wrong digest applies nothing", held


# ---- all of it ----


def document_of(site: Site) -> str:
    """Takes the document in; empty when it is one."""
    answer = site.ask("openapi.json", token=None)
    if answer.status != 200 or not isinstance(answer.body, dict) or "paths" not in answer.body:
        return f"status {answer.status}"
    site.document = answer.body
    return ""


def checks(site: Site, arguments: argparse.Namespace) -> Check:
    wrong = document_of(site)
    yield "接口说明书 the document", wrong
    if wrong:
        return
    yield from entrance(site)
    if arguments.ended_token_file:
        yield from ended(site, _read(arguments.ended_token_file))
    about = site.ask("token").body or {}
    scopes, tables = about.get("scopes") or [], about.get("tables") or []
    yield from results(site, scopes)
    yield from facts(site, tables)
    yield from organisation(site, scopes)
    if arguments.facts:
        table, path = arguments.facts
        yield from pushed(site, table, json.loads(_read(path)))
    if arguments.register:
        yield from submitted(site, json.loads(_read(arguments.register)))


def _read(path: str) -> str:
    return Path(path).read_text("utf8").strip()


def main(argv: Sequence[str] | None = None, tell: Callable[[str], None] = print) -> int:
    parser = argparse.ArgumentParser(description="接口合约检查 checks a site's API from outside")
    parser.add_argument("url", help="https://kp.example.gov.cn")
    parser.add_argument("--token-file", required=True, help="存令牌的文件 file with the token")
    parser.add_argument("--ended-token-file", help="存一个已作废令牌的文件 file with a token that is over")
    parser.add_argument("--facts", nargs=2, metavar=("TABLE", "ROWS"), help="推送 rows.json 里的行 rows to push")
    parser.add_argument("--register", metavar="FILE", help="报送（只预演）submits a register, tried only")
    arguments = parser.parse_args(argv)
    failed = count = 0
    try:
        site = Site(arguments.url.rstrip("/"), _read(arguments.token_file))
        for told, wrong in checks(site, arguments):
            count, failed = count + 1, failed + bool(wrong)
            tell(f"不符 FAILED  {told}: {wrong}" if wrong else f"相符 ok      {told}")
    except (OSError, ValueError, http.client.HTTPException) as error:
        tell(f"不符 FAILED  {arguments.url}: {error or type(error).__name__}")
        return 1
    except ODD as error:
        tell(f"不符 FAILED  {arguments.url}: 回答不是说明书里的样子 an answer is not of the documented shape ({error})")
        return 1
    tell(f"{count} 项检查，{failed} 项不符 · {count} checks, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
