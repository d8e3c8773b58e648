"""A small OpenID provider on this machine, strict about what it is sent; tests bend what it says."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT, SECRET = "steelyard", "s:e/c ret"
Bend = Callable[[dict[str, Any]], Any]


@dataclass
class Here:
    """``who``: signs in next; ``bend``: changes the claims in place; ``sign``: makes the token in another way;
    ``page``: changes what the provider says of itself; ``codes``: given, and not yet redeemed."""

    issuer: str = ""
    who: str = "zhang.wei"
    alg: str = "RS256"
    bend: Bend = lambda _: None
    sign: Bend | None = None
    page: Bend = lambda _: None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def new_keys(self) -> None:
        kid = secrets.token_hex(4)
        rsa = RSAKey.generate_key(2048, {"kid": f"r{kid}", "use": "sig"})
        self.keys = {"RS256": rsa, "ES256": ECKey.generate_key("P-256", {"kid": f"e{kid}", "use": "sig"})}

    def token(self, given: dict[str, str]) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer, "aud": CLIENT, "sub": "0001", "iat": now, "exp": now + 300, "nonce": given["nonce"],
            "preferred_username": self.who, "auth_time": now,
        }  # fmt: skip
        self.bend(claims)
        if self.sign is not None:
            return str(self.sign(claims))
        key = self.keys[self.alg]
        return jwt.encode({"alg": self.alg, "kid": key.kid}, claims, key, algorithms=[self.alg])


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        here, parts = self.server.here, urlsplit(self.path)
        here.asked.append(parts.path)
        if parts.path.endswith("/openid-configuration"):
            page = {
                "issuer": here.issuer, "authorization_endpoint": f"{here.issuer}/authorize",
                "token_endpoint": f"{here.issuer}/token", "jwks_uri": f"{here.issuer}/keys",
            }  # fmt: skip
            here.page(page)
            self._json(page)
        elif parts.path.endswith("/keys"):
            self._json(KeySet(list(here.keys.values())).as_dict(private=False))
        elif parts.path.endswith("/elsewhere"):
            self._to(f"{here.issuer}/keys")
        else:
            given = {name: values[0] for name, values in parse_qs(parts.query).items()}
            code = secrets.token_urlsafe(8)
            here.codes[code] = given
            self._to(f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}")

    def do_POST(self) -> None:
        here = self.server.here
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        given = here.codes.pop(form.get("code", [""])[0], None)
        scheme, _, pair = self.headers.get("Authorization", "").partition(" ")
        client = [unquote_plus(one) for one in base64.b64decode(pair).decode().split(":")] if scheme == "Basic" else []
        digest = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        good = given and client == [CLIENT, SECRET] and given["code_challenge"] == challenge
        if given is None or not good or form["redirect_uri"] != [given["redirect_uri"]]:
            self._json({"error": "invalid_grant"}, 400)
        else:
            self._json({"access_token": "x", "token_type": "Bearer", "id_token": here.token(given)})

    def _json(self, said: Any, status: int = 200) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _to(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


class Server(ThreadingHTTPServer):
    here: Here


@contextmanager
def provider() -> Iterator[Here]:
    here = Here()
    here.new_keys()
    with Server(("127.0.0.1", 0), Handler) as server:
        server.here = here
        here.issuer = f"http://127.0.0.1:{server.server_address[1]}/realm"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield here
        finally:
            server.shutdown()
