"""Where a site stands and how it may be reached: ``site.toml`` in the site's home folder."""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from steelyard.bureau.folder import Bureau
from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused, refuse
from steelyard.web.channels.naming import Outside
from steelyard.web.channels.reading import outside
from steelyard.web.identities import reading
from steelyard.web.identities.naming import Directory, Provider

CATALOGUE.add(
    {
        "site-missing": (
            "{home} 里没有 site.toml；请先运行 steelyard site {home} --bureau 规则所在文件夹",
            "there is no site.toml in {home}; run steelyard site {home} --bureau FOLDER first",
        ),
        "site-exists": ("{home} 里已有 site.toml", "{home} holds a site.toml already"),
        "site-unreadable": ("site.toml 读不懂：{reason}", "site.toml cannot be read: {reason}"),
        "site-setting": (
            "site.toml 的 {name} 应为 {wanted}，现为 {found}",
            "{name} of site.toml should be {wanted}, it is {found}",
        ),
        "site-setting-unknown": (
            "site.toml 里没有 {name} 这一项；可写的有：{allowed}",
            "site.toml knows no {name}; there are: {allowed}",
        ),
    }
)

TABLES: dict[str, Callable[[Path, Any], tuple[object, list[Problem]]]] = {
    "ldap": reading.directory,
    "oidc": reading.provider,
    "messages": outside,
}
CHOICES = {"passwords": ("asvs", "dengbao"), "algorithms": ("international", "sm")}

DATABASE = "postgresql://用户:口令@主机:端口/库名 USER:PASSWORD@HOST:PORT/NAME"
FILE, KEY = "site.toml", "secret.key"


@dataclass(frozen=True)
class Configuration:
    """``database``: a PostgreSQL URL, or empty for SQLite in the home folder. ``hosts``: names under which browsers may
    ask. ``live``: the plan whose running score is kept in memory to answer pushes; empty for none.
    ``appeal_days``, ``ruling_days``: working days to file an appeal after publication, and to rule on it;
    ``alert_days``, ``answer_days``: to verify or close an alert, and for units to answer it.
    ``urge_days``, ``office_days``, ``leader_days``: of supervised tasks, the owner is urged so many working days before
    the deadline; the performance office and the leader are told so many after it.
    ``secure``: cookies only over TLS, as behind a proxy; False only for a demonstration on this machine.
    ``watched``: a folder whose new files are loaded; ``source``: a PostgreSQL URL from which tables may be fetched.
    ``passwords``: by which rules they are chosen; ``algorithms``: of digests that are written from now on.
    ``ldap``, ``oidc``: tables; a directory or a provider that says who somebody is. None: local passwords only.
    ``messages``: a table; by which channels people are told outside the site. None: by none."""

    home: Path
    bureau: str = ""
    record: str = ""
    name: str = "公平秤"
    database: str = ""
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    address: str = "127.0.0.1"
    port: int = 8600
    workers: int = 1
    secure: bool = True
    live: str = ""
    appeal_days: int = 10
    ruling_days: int = 20
    alert_days: int = 3
    answer_days: int = 5
    urge_days: int = 2
    office_days: int = 1
    leader_days: int = 3
    demo: bool = False
    passwords: str = "asvs"
    algorithms: str = "international"
    watched: str = ""
    source: str = ""
    ldap: Directory | None = None
    oidc: Provider | None = None
    messages: Outside | None = None

    def of_bureau(self) -> Bureau:
        """Paths in site.toml are seen from the home folder."""
        return _bureau(self.home, self.bureau, self.record)

    @property
    def media(self) -> Path:
        """Files that people uploaded, under names that we gave."""
        return self.home / "media"

    def secret(self) -> str:
        """Made once, readable by nobody else; whoever has it can sign sessions."""
        path = self.home / KEY
        if not (self.home / FILE).is_file():
            return secrets.token_urlsafe(64)  # no site stands here: tests, or a tool that only looks at the code
        if not path.is_file():
            with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
        return path.read_text("ascii")


@lru_cache(maxsize=4)
def _bureau(home: Path, bureau: str, record: str) -> Bureau:
    """Pages ask for it again with every file that they look at."""
    return Bureau(os.path.normpath(home / bureau), os.path.normpath(home / record) if record else None)


def read(home: Path) -> Configuration:
    """Raises `Refused`: ``site-missing``, ``site-unreadable``, ``site-setting`` with everything that does not fit."""
    path = home / FILE
    if not path.is_file():
        raise refuse("site-missing", Place(str(path)), home=home)
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise refuse("site-unreadable", Place(str(path)), reason=str(error)) from error
    tables = {name: TABLES[name](path, found.pop(name)) for name in TABLES if name in found}
    problems = [problem for name, value in found.items() for problem in _problems(path, name, value)]
    problems += [problem for _, some in tables.values() for problem in some]
    if problems:
        raise Refused(problems)
    settings: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in found.items()}
    settings.update({name: table for name, (table, _) in tables.items()})
    return Configuration(home, **settings)


def create(home: Path, **settings: Any) -> Configuration:
    """Writes ``site.toml``. Raises `Refused` (``site-exists``)."""
    path = home / FILE
    if path.exists():
        raise refuse("site-exists", Place(str(path)), home=home)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    tables = {name: value for name, value in settings.items() if isinstance(value, dict)}
    text = _lines({name: value for name, value in settings.items() if name not in tables})
    text += "".join(f"\n[{name}]\n{_lines(table)}" for name, table in tables.items())
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)  # it may hold the password of a database
    return read(home)


def _problems(path: Path, name: str, value: Any) -> list[Problem]:
    defaults = {one.name: one.default for one in fields(Configuration) if one.name != "home"}
    if name not in defaults:
        return [Problem("site-setting-unknown", Place(str(path)), {"name": name, "allowed": "、".join(defaults)})]
    wanted = type(defaults[name])
    fits = (
        isinstance(value, list) and all(isinstance(one, str) for one in value)
        if wanted is tuple
        else type(value) is wanted
    )
    if name in CHOICES and value not in CHOICES[name]:
        wanted_words = " / ".join(CHOICES[name])
        return [Problem("site-setting", Place(str(path)), {"name": name, "wanted": wanted_words, "found": value})]
    if name in ("database", "source") and fits and value and not _of_postgres(value):
        shown = {"wanted": DATABASE, "found": re.sub(".*@", "…@", value)}  # no password
        return [Problem("site-setting", Place(str(path)), {"name": name, **shown})]
    if fits:
        return []
    kind = {str: '“文字” "text"', int: "整数 a whole number", bool: "true / false", tuple: '["…", "…"]'}[wanted]
    return [Problem("site-setting", Place(str(path)), {"name": name, "wanted": kind, "found": value})]


def _of_postgres(url: str) -> bool:
    """A scheme that we know, the name of a database, and no port but a number."""
    try:
        parts = urlsplit(url)
        ours = url.startswith(("postgresql://", "postgres://"))
        return ours and len(parts.path) > 1 and parts.port != 0
    except ValueError:
        return False


def _lines(settings: Mapping[str, Any]) -> str:
    return "".join(f"{name} = {_written(value)}\n" for name, value in settings.items())


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    return str(value) if isinstance(value, int) else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
