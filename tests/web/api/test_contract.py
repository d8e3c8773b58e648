"""The contract kit asks a site that is served as it always is, from outside, and notices what is not as documented."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from django.utils import timezone

from steelyard.web.api import facts
from steelyard.web.api.envelope import bounding
from steelyard.web.api.envelope.bounding import SPARE, Bounded
from steelyard.web.configuration import Configuration
from steelyard.web.people.models import RegisterImport, Token
from steelyard.web.people.tokens import SCOPES
from tests.bureau.small_bureau import bureau, load
from tests.bureau.test_correcting import CASES, FACTS, RULES, UNITS
from tests.lake.intake_office import shared_cage
from tests.looped import in_a_loop
from tests.web.api.caller import integrator
from verifier import contract

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = [{"id": "9", "unit": "B", "on": "2026-05-01"}]
REGISTER = {
    "day": "2026-07-01",
    "tables": {"units": [{"code": "D", "name": "丁", "level": "分局", "class": "分局", "valid_from": "2026-01-01"}]},
}


@dataclass
class Told:
    """What a run of the kit said, and its exit code."""

    code: int
    lines: list[str]

    @property
    def failed(self) -> list[str]:
        return [line for line in self.lines if line.startswith("不符")]


@pytest.fixture
def site(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = bureau(tmp_path, FACTS, RULES)
    load(made, {"units.csv": UNITS, "cases1.csv": CASES})
    settings.STEELYARD = Configuration(tmp_path / "site", bureau=str(made.root), record=str(made.record))
    facts.live.cache_clear()
    monkeypatch.setattr(facts, "cage", shared_cage)


def checked(url: str, folder: Path, token: str, *more: str) -> Told:
    (folder / "token.txt").write_text(token + "\n")
    lines: list[str] = []
    code = contract.main([url, "--token-file", str(folder / "token.txt"), *more], lines.append)
    return Told(code, lines)


@pytest.fixture
def served(site: None, live_server: Any) -> str:  # noqa: ARG001
    return str(live_server.url)


def test_a_site_keeps_its_contract(served: str, tmp_path: Path) -> None:
    for name, content in (("rows", ROWS), ("register", REGISTER)):
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    over = integrator("P", ("results",))
    Token.objects.update(ended_at=timezone.now())
    (tmp_path / "over.txt").write_text(over)
    told = checked(
        served, tmp_path, integrator("P", SCOPES), "--ended-token-file", str(tmp_path / "over.txt"),
        "--facts", "cases", str(tmp_path / "rows.json"), "--register", str(tmp_path / "register.json"),
    )  # fmt: skip
    assert (told.failed, told.code) == ([], 0)
    assert len(told.lines) > 45
    assert RegisterImport.objects.get().applied_at is None


def test_a_token_for_little_is_checked_for_little(served: str, tmp_path: Path) -> None:
    told = checked(served, tmp_path, integrator("P", ("results",)))
    assert (told.failed, told.code) == ([], 0)


def test_nothing_real_is_sent_unless_it_is_named(served: str, tmp_path: Path) -> None:
    record = tmp_path / "office" / "record"
    before = (tmp_path / "office").rglob("*.parquet")
    count = len(list(before))
    checked(served, tmp_path, integrator("P", SCOPES))
    assert len(list((tmp_path / "office").rglob("*.parquet"))) == count, record
    assert not RegisterImport.objects.exists()


def test_a_site_that_breaks_its_contract_is_noticed(
    served: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from steelyard.web.api.envelope import answering

    monkeypatch.setitem(answering.STATUS, "api-missing", 403)
    told = checked(served, tmp_path, integrator("P", ("results",)))
    assert told.code == 1
    assert any("403" in line for line in told.failed)


def test_a_wrong_token_or_a_wrong_address_ends_in_words(served: str, tmp_path: Path) -> None:
    assert checked(served, tmp_path, "sy_wrong").code == 1
    assert checked("http://127.0.0.1:9", tmp_path, "sy_x").code == 1


def test_a_token_is_not_shown_to_whoever_an_answer_leads_to(tmp_path: Path) -> None:
    heard: list[str | None] = []

    class Leads(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.headers["Authorization"])
            self.send_response(302 if self.path.startswith("/api/v1/") else 200)
            self.send_header("Location", f"http://localhost:{self.server.server_port}/elsewhere")  # type: ignore[attr-defined]
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Leads) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = checked(f"http://127.0.0.1:{server.server_port}", tmp_path, "sy_secret")
        site = contract.Site(f"http://127.0.0.1:{server.server_port}", "sy_secret")
        with pytest.raises(OSError, match="not followed"):
            site.ask("token")
        server.shutdown()
    assert (told.code, len(told.lines)) == (1, 1)
    assert "没有跟随" in told.lines[0]
    assert heard == [None, "Bearer sy_secret"]


WELL = b'{"paths": {}}'
HOSTILE = {
    "cut short": (200, b"{", "900"),
    "a document that is a list inside": (200, b'{"paths": [1]}', ""),
    "deeper than it can be read": (200, b"[" * 200_000, ""),
    "more than is heard": (200, b"[" + b" " * 4000, ""),
}


@pytest.mark.parametrize("kind", [*HOSTILE, "a token that is a list", "versions that are numbers"])
def test_a_hostile_answer_ends_in_words(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "MOST_BYTES", 3000 if kind == "more than is heard" else contract.MOST_BYTES)

    class Hostile(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body, length = HOSTILE.get(kind, (200, WELL, ""))
            if kind not in HOSTILE and self.path.endswith("/token"):
                body = b"[1]" if "token" in kind else b'{"scopes": ["results"]}'
            if kind not in HOSTILE and self.path.endswith("/versions"):
                body = b"[1]"
            self.send_response(status)
            self.send_header("Content-Length", length or str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Hostile) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = checked(f"http://127.0.0.1:{server.server_port}", tmp_path, "sy_secret")
        server.shutdown()
    assert told.code == 1
    assert told.failed


def test_an_address_that_is_none_and_a_token_file_that_is_not_there_end_in_words(tmp_path: Path) -> None:
    assert checked("http://x\ny", tmp_path, "sy_x").code == 1
    told: list[str] = []
    assert contract.main(["http://127.0.0.1:9", "--token-file", str(tmp_path / "none.txt")], told.append) == 1
    assert "none.txt" in told[0]


def test_a_body_without_a_length_is_counted_while_it_comes() -> None:
    """Asked of the server itself, as the process that serves has it in front."""

    async def reads_all(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001
        while (await receive()).get("more_body"):
            pass

    server = uvicorn.Server(uvicorn.Config(Bounded(reads_all, 1000, 1), port=0, log_level="error", lifespan="off"))
    with Running(server) as port:
        import http.client

        def chunks() -> Iterator[bytes]:
            for _ in range(20):
                yield b"x" * 100
            time.sleep(0.2)  # a slow line: the answer is there long before the last of the body
            for _ in range(20):
                yield b"x" * (1 << 20)

        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("POST", "/api/v1/facts/x", chunks(), {"Accept-Language": "en"}, encode_chunked=True)
        answer = connection.getresponse()
        body = json.loads(answer.read())
    assert (answer.status, body["problems"][0]["code"]) == (413, "api-large")
    assert answer.headers["Connection"] == "close"
    assert body["problems"][0]["text"] == body["problems"][0]["en"]


@pytest.mark.parametrize("more", [False, True])
def test_whoever_sends_nothing_more_after_too_much_is_not_waited_for_without_end(
    more: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither when all has come nor when the line has gone silent."""
    monkeypatch.setattr(bounding, "LINGER", 0.05)
    came = [{"body": b"x" * 2000, "more_body": more}]
    asked, sent = 0, list[Any]()

    async def reads(_: Any, receive: Any, __: Any) -> None:
        await receive()

    async def receive() -> Any:
        nonlocal asked
        asked += 1
        return came.pop() if came else await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/api/v1/facts/x", "headers": []}

    async def asking() -> None:
        await asyncio.wait_for(Bounded(reads, 1000, 1)(scope, receive, send), 10)

    in_a_loop(asking)
    assert (sent[0]["status"], sent[-1].get("more_body", False), asked) == (413, False, 2 if more else 1)


@pytest.mark.parametrize(("asked", "words"), [("zh-CN", "一次最多 1 MB"), ("en", "At most 1 MB")])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_form_that_is_too_large_is_refused_before_it_is_read(asked: str, words: str, chunked: bool) -> None:
    """Also when it does not say how long it is."""
    read = 0

    async def reads_all(_: Any, receive: Any, send: Any) -> None:
        nonlocal read
        more = True
        while more:
            message = await receive()
            read, more = read + len(message.get("body", b"")), message.get("more_body", False)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    server = uvicorn.Server(uvicorn.Config(Bounded(reads_all, 1000, 1), port=0, log_level="error", lifespan="off"))
    with Running(server) as port:
        import http.client

        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        headers = {"Accept-Language": asked}
        if chunked:
            connection.request("POST", "/deliver", iter([b"x" * (1 << 20)] * 3), headers, encode_chunked=True)
        else:
            connection.putrequest("POST", "/deliver")
            for name, value in {**headers, "Content-Length": str(3 << 20)}.items():
                connection.putheader(name, value)
            connection.endheaders()
        answer = connection.getresponse()
        page = answer.read().decode()
        small = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        small.request("POST", "/deliver", b"x" * (1 << 20))
        assert small.getresponse().status == 204
    assert (answer.status, words in page, "default-src 'none'" in answer.headers["Content-Security-Policy"]) == (
        413, True, True,
    )  # fmt: skip
    assert read <= (2 << 20) + (1 << 20) + SPARE if chunked else read == 1 << 20


class Running:
    def __init__(self, server: uvicorn.Server) -> None:
        self.server, self.thread = server, threading.Thread(target=server.run, daemon=True)

    def __enter__(self) -> int:
        self.thread.start()
        while not self.server.started:
            self.thread.join(0.02)
        return int(self.server.servers[0].sockets[0].getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)
