"""The tables ``[ldap]`` and ``[oidc]`` of ``site.toml``: which directory or provider is asked, and how."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Matches = Literal["username", "person"]
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Directory:
    """``url``: ``ldaps://host[:port]``, or ``ldap://`` with ``starttls``. ``account``: the distinguished name by which
    the directory is searched, its password lies in the file ``secret``. ``filter``: RFC 4515, with ``{username}`` where
    the name that was typed belongs. ``attribute``: the one whose value has to be the user name of our account, or the
    code of its person (``matches``). ``authority``: certificates that are trusted instead of the machine's.
    ``seconds``: how long one question may take in all."""

    url: str
    base: str
    account: str
    secret: Path
    filter: str = "(uid={username})"
    attribute: str = "uid"
    matches: Matches = "username"
    starttls: bool = False
    authority: Path | None = None
    seconds: int = 5
    name: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or (636 if self.tls else 389)

    @property
    def tls(self) -> bool:
        """Encrypted from the first byte on."""
        return self.url.startswith("ldaps://")

    @property
    def plain(self) -> bool:
        """Passwords go over the wire as they are: allowed on this machine only."""
        return not (self.tls or self.starttls)


@dataclass(frozen=True)
class Provider:
    """``issuer``: its address, exactly as it writes it into tokens; everything is fetched from this host.
    ``claim``: the one whose value is the user name of our account, or the code of its person (``matches``).
    ``second``: values of ``amr`` or ``acr`` that stand for a second factor which the provider has seen."""

    issuer: str
    client: str
    secret: Path
    claim: str = "preferred_username"
    matches: Matches = "username"
    scope: str = "openid profile"
    second: tuple[str, ...] = ()
    authority: Path | None = None
    seconds: int = 5
    leeway: int = 60
    name: str = ""

    @property
    def plain(self) -> bool:
        return self.issuer.startswith("http://")


def secret_of(whose: Directory | Provider) -> str:
    """What stands in its file; an editor's line break at the end is no part of it."""
    return whose.secret.read_text("utf-8").rstrip("\r\n")
