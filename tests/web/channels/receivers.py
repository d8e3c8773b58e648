"""Hosts of channels on this machine: a receiver of JSON and a mail server, which write down what they are told."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Answer = tuple[int, Any]


@dataclass
class Heard:
    """``got``: method, path with query, headers and body of every request; ``answer``: what is said to one."""

    url: str = ""
    got: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    answer: Callable[[str], Answer] = lambda _: (200, {"errcode": 0, "access_token": "t-1"})
    slow: float = 0.0
    elsewhere: str = ""

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for method, _, _, body in self.got if method == "POST"]


def handler(heard: Heard) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _told(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heard.got.append((self.command, self.path, dict(self.headers), body))
            time.sleep(heard.slow)
            status, said = heard.answer(urlsplit(self.path).path)
            self.send_response(status)
            if heard.elsewhere:
                self.send_header("Location", heard.elsewhere)
            sent = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def do_GET(self) -> None:
            self._told()

        def do_POST(self) -> None:
            self._told()

        def log_message(self, *_: Any) -> None:
            """Silence."""

    return Handler


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Whoever hangs up is no fault here."""


@contextmanager
def receiver() -> Iterator[Heard]:
    heard = Heard()
    server = _Quiet(("127.0.0.1", 0), handler(heard))
    heard.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Post:
    """``letters``: recipient and text; ``refuses``: answers to a recipient; ``sessions``: how often somebody came."""

    url: str = ""
    letters: list[tuple[str, str]] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    sessions: int = 0
    greeting: bytes = b"220 here\r\n"


@contextmanager
def post_office() -> Iterator[Post]:
    post = Post()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            post.sessions += 1
            self.wfile.write(post.greeting)
            to = ""
            while line := self.rfile.readline().decode().strip():
                word = line.split(" ")[0].upper()
                if word == "EHLO":
                    self.wfile.write(b"250-here\r\n250 AUTH PLAIN\r\n")
                elif word == "AUTH":
                    self.wfile.write(b"235 welcome\r\n")
                elif word == "RCPT":
                    to = line.partition("<")[2].partition(">")[0]
                    self.wfile.write(post.refuses.get(to, "250 fine").encode() + b"\r\n")
                elif word == "DATA":
                    self.wfile.write(b"354 go on\r\n")
                    text = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        text += part
                    post.letters.append((to, text.decode()))
                    self.wfile.write(b"250 taken\r\n")
                elif word == "QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 fine\r\n")

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads, allow_reuse_address = True, True

    server = Server(("127.0.0.1", 0), Handler)
    post.url = f"smtp://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield post
    finally:
        server.shutdown()
        server.server_close()
