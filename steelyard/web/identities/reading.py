"""The tables ``[ldap]`` and ``[oidc]`` as they are written: everything that does not fit, each with its place."""

from __future__ import annotations

import ssl
import stat
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from steelyard.engine.problems import CATALOGUE, Place, Problem
from steelyard.web.identities.filters import NAME, built
from steelyard.web.identities.naming import LOOPBACK, Directory, Provider

CATALOGUE.add(
    {
        "identity-setting": (
            "site.toml 的 {name} 应为 {wanted}，现为 {found}",
            "{name} of site.toml should be {wanted}, it is {found}",
        ),
        "identity-missing": ("site.toml 里还要写明 {name}", "site.toml has to say {name}, too"),
        "identity-unknown": (
            "site.toml 里没有 {name} 这一项；可写的有：{allowed}",
            "site.toml knows no {name}; there are: {allowed}",
        ),
        "identity-plain": (
            "{name} = {found} 会不加密地传送口令；请用 {wanted}（只有本机地址可以不加密）",
            "{name} = {found} sends passwords unencrypted; use {wanted} (only this machine may do without)",
        ),
        "identity-file": (
            "{name} 所指的文件 {file} 读不到、是空的或不是所需的内容；请放好后重试",
            "the file {file} of {name} cannot be read, is empty or is not what it should be; put it there, try again",
        ),
        "identity-open": (
            "{name} 所指的文件 {file} 可被其他系统用户读取；请运行 chmod 600 {file}",
            "other users of the machine can read the file {file} of {name}; run chmod 600 {file}",
        ),
        "identity-filter": ("site.toml 的 {name} 不对：{reason}", "{name} of site.toml is wrong: {reason}"),
    }
)

MATCHES = ("username", "person")
LIMITS = {"seconds": (1, 30), "leeway": (0, 300)}
KINDS = {
    "str": (str, "“文字” \"text\""),
    "bool": (bool, "true / false"),
    "int": (int, "整数 a whole number"),
    "tuple[str, ...]": (list, '["…", "…"]'),
}  # fmt: skip


class Reader:
    """One table while it is read: ``problems`` are those found so far."""

    def __init__(self, path: Path, table: str, written: Any) -> None:
        self.path, self.table = path, table
        self.written: Mapping[str, Any] = written if isinstance(written, dict) else {}
        self.problems: list[Problem] = []
        if not isinstance(written, dict):
            self.wrong("identity-setting", "", wanted=f"[{table}]", found=written)

    def wrong(self, code: str, name: str, **params: Any) -> None:
        said = f"[{self.table}] {name}".strip()
        self.problems.append(Problem(code, Place(str(self.path)), {"name": said, **params}))

    def values(self, kind: type[Any]) -> dict[str, Any]:
        """What fits by itself, under the names of the dataclass; paths are seen from the home folder."""
        known = {one.name: one for one in fields(kind)}
        if self.problems:  # it is no table
            return {}
        for name in self.written:
            if name not in known:
                self.wrong("identity-unknown", name, allowed="、".join(known))
        good = dict(self._good(known))
        for name, one in known.items():
            if one.default is MISSING and name not in self.written:
                self.wrong("identity-missing", name)
        return good

    def _good(self, known: Mapping[str, Field[Any]]) -> Iterator[tuple[str, Any]]:
        for name, value in self.written.items():
            if name not in known:
                continue
            kind, wanted = self._kind(known[name])
            low, high = LIMITS.get(name, (0, 0))
            fits = type(value) is kind and (not isinstance(value, list) or all(isinstance(one, str) for one in value))
            if name in LIMITS and fits and not low <= value <= high:
                fits, wanted = False, f"{low}…{high}"
            if name == "matches" and value not in MATCHES:
                fits, wanted = False, " / ".join(MATCHES)
            if kind is str and not value and name not in ("name", "authority"):
                fits = False
            if fits:
                yield name, tuple(value) if kind is list else value
            else:
                self.wrong("identity-setting", name, wanted=wanted, found=repr(value))

    @staticmethod
    def _kind(one: Field[Any]) -> tuple[type, str]:
        return KINDS.get(str(one.type), KINDS["str"])

    def address(self, name: str, value: str, schemes: tuple[str, ...]) -> SplitResult | None:
        """What is no address of these schemes is told."""
        try:
            parts = urlsplit(value)
            (parts.hostname or "").encode("idna")  # what no name service could be asked for
            good = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            good = False
        if not good or parts.username or parts.query or parts.fragment:
            self.wrong("identity-setting", name, wanted=" / ".join(f"{one}://…" for one in schemes), found=value)
            return None
        return parts

    def secret(self, value: str) -> Path:
        """A file that nobody else can read."""
        path = self.path.parent / value
        if not self._text(path):
            self.wrong("identity-file", "secret", file=path)
        elif stat.S_IMODE(path.stat().st_mode) & 0o077:
            self.wrong("identity-open", "secret", file=path)
        return path

    def authority(self, value: str) -> Path | None:
        if not value:
            return None
        path = self.path.parent / value
        try:
            ssl.create_default_context(cafile=path)
        except (OSError, ValueError):
            self.wrong("identity-file", "authority", file=path)
        return path

    @staticmethod
    def _text(path: Path) -> str:
        try:
            return path.read_text("utf-8").rstrip("\r\n")
        except (OSError, ValueError):
            return ""


def directory(path: Path, written: Any) -> tuple[Directory | None, list[Problem]]:
    """``path``: of site.toml; ``written``: its table. None where there are problems."""
    reader = Reader(path, "ldap", written)
    good = reader.values(Directory)
    parts = reader.address("url", good["url"], ("ldaps", "ldap")) if "url" in good else None
    if parts is not None:
        _directory_address(reader, parts, good)
    _files(reader, good)
    if "filter" in good:
        try:
            built(good["filter"], "x")
            if NAME not in good["filter"]:
                raise ValueError(f"其中要有 {NAME} it needs {NAME}")
        except ValueError as error:
            reader.wrong("identity-filter", "filter", reason=str(error))
    return (None, reader.problems) if reader.problems else (Directory(**good), [])


def _directory_address(reader: Reader, parts: SplitResult, good: Mapping[str, Any]) -> None:
    starttls = good.get("starttls", False)
    if parts.path.strip("/") or (parts.scheme == "ldaps" and starttls):
        wanted = "ldaps://host[:port]，或 ldap://host[:port] 加 or with starttls = true"
        reader.wrong("identity-setting", "url", wanted=wanted, found=good["url"])
    elif parts.scheme == "ldap" and not starttls and parts.hostname not in LOOPBACK:
        reader.wrong("identity-plain", "url", found=good["url"], wanted="ldaps:// / starttls = true")


def provider(path: Path, written: Any) -> tuple[Provider | None, list[Problem]]:
    reader = Reader(path, "oidc", written)
    good = reader.values(Provider)
    parts = reader.address("issuer", good["issuer"], ("https", "http")) if "issuer" in good else None
    if parts is not None and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        reader.wrong("identity-plain", "issuer", found=good["issuer"], wanted="https://")
    if "scope" in good and "openid" not in good["scope"].split():
        reader.wrong("identity-setting", "scope", wanted='"openid …"', found=repr(good["scope"]))
    _files(reader, good)
    return (None, reader.problems) if reader.problems else (Provider(**good), [])


def _files(reader: Reader, good: dict[str, Any]) -> None:
    if "secret" in good:
        good["secret"] = reader.secret(good["secret"])
    if "authority" in good:
        good["authority"] = reader.authority(good["authority"])
