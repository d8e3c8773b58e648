"""``steelyard doctor``: everything about a site that is not safe, each with what to do. One look, one function."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused
from steelyard.lake.record import Ledger
from steelyard.web.configuration import FILE, KEY, Configuration
from steelyard.web.identities.directory import tried
from steelyard.web.identities.outage import NoAnswer
from steelyard.web.identities.provider import described

CATALOGUE.add(
    {
        "unsafe-cookies": (
            "secure = false：登录凭据可能在网络上被看到；除本机演示外，请放在 TLS 代理之后并设为 true",
            "secure = false: credentials may be seen on the network; set it to true behind a proxy with TLS, but for a "
            "demonstration on this machine",
        ),
        "unsafe-demo": (
            "demo = true：演示账号不要求第二步验证，一人可走完全程；正式使用前请设为 false 并停用这些账号",
            "demo = true: its accounts need no second factor; set it to false and disable them before use",
        ),
        "unsafe-host": (
            "hosts 里的“{host}”会接受任何主机名；请写明浏览器使用的主机名",
            "'{host}' of hosts takes any name; write the names that browsers use",
        ),
        "unsafe-address": (
            'address = "{address}" 而 secure = false：网络上的人可以不加密地访问；请只在本机监听，或启用 TLS',
            'address = "{address}" with secure = false: the network can reach it without TLS; listen on this machine '
            "only, or use TLS",
        ),
        "unsafe-readable": (
            "{file} 可被其他系统用户读取；请运行 chmod {mode} {file}",
            "other users of the machine can read {file}; run chmod {mode} {file}",
        ),
        "unsafe-disk": (
            "{folder} 所在磁盘只剩 {left} GB；请扩容或清理，装载和备份需要空间",
            "{left} GB are left on the disk of {folder}; make room for intake and backups",
        ),
        "unsafe-no-backup": (
            "没有找到 {days} 天内的备份（{folder}）；请每天运行 steelyard backup，并把备份放到另一台机器",
            "there is no backup younger than {days} days in {folder}; run steelyard backup daily, keep it elsewhere",
        ),
        "unsafe-clock": (
            "机器时间 {now} 早于最后一批数据的知悉时间 {last}；请校正时钟（演示数据除外）",
            "the clock says {now}, before the last batch of facts was known ({last}); set it right, but for demo data",
        ),
        "unsafe-workers": (
            "SQLite 只适合一个进程（workers = {workers}）；请设为 1，或改用 PostgreSQL",
            "SQLite is for one process (workers = {workers}); set it to 1, or use PostgreSQL",
        ),
        "unsafe-identity": (
            "{name} = {address} 不加密：只应在本机试用；正式使用请改用 {wanted}",
            "{name} = {address} is not encrypted: for trials on this machine only; use {wanted}",
        ),
        "identity-silent": (
            "{name} 所指的 {address} 现在不能用来登录：{reason}",
            "nobody can sign in by {address} of {name} now: {reason}",
        ),
        "watched-missing": (
            "watched 所指的文件夹 {folder} 不存在，放进去的文件不会装载；请建立它或改正 site.toml",
            "the folder {folder} of watched is not there, nothing put into it is loaded; make it, or mend site.toml",
        ),
    }
)

FRESH = timedelta(days=2)
ZONE = ZoneInfo("Asia/Shanghai")  # that of the site; Django is not set up here
ROOM = 5
"""Gigabytes that should be free."""


@dataclass(frozen=True)
class Looked:
    """What the doctor was shown. ``backups``: where they are kept, None when nobody said."""

    configuration: Configuration
    now: datetime
    backups: Path | None = None


Look = Callable[[Looked], Iterator[Problem]]


def unsafe(looked: Looked) -> list[Problem]:
    return [problem for look in LOOKS for problem in look(looked)]


def _at(looked: Looked) -> Place:
    return Place(str(looked.configuration.home / FILE))


def _cookies(looked: Looked) -> Iterator[Problem]:
    if not looked.configuration.secure:
        yield Problem("unsafe-cookies", _at(looked))


def _demo(looked: Looked) -> Iterator[Problem]:
    if looked.configuration.demo:
        yield Problem("unsafe-demo", _at(looked))


def _hosts(looked: Looked) -> Iterator[Problem]:
    for host in looked.configuration.hosts:
        if host.startswith(("*", ".")):
            yield Problem("unsafe-host", _at(looked), {"host": host})


def _address(looked: Looked) -> Iterator[Problem]:
    configuration = looked.configuration
    if not configuration.secure and configuration.address not in ("127.0.0.1", "::1", "localhost"):
        yield Problem("unsafe-address", _at(looked), {"address": configuration.address})


def _readable(looked: Looked) -> Iterator[Problem]:
    home = looked.configuration.home
    wanted = [
        (home / KEY, 0o600),
        (home / FILE, 0o640),
        (home / "site.sqlite3", 0o600),
        (looked.configuration.media, 0o700),
    ]
    for path, mode in wanted:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & ~mode:
            yield Problem("unsafe-readable", Place(str(path)), {"file": path, "mode": f"{mode:o}"})


def _disk(looked: Looked) -> Iterator[Problem]:
    for folder in (looked.configuration.home, looked.configuration.of_bureau().record):
        if folder.exists() and (left := shutil.disk_usage(folder).free >> 30) < ROOM:
            yield Problem("unsafe-disk", Place(str(folder)), {"folder": folder, "left": left})


def _watched(looked: Looked) -> Iterator[Problem]:
    if looked.configuration.watched:
        folder = looked.configuration.home / looked.configuration.watched
        if not folder.is_dir():
            yield Problem("watched-missing", _at(looked), {"folder": folder})


def _backups(looked: Looked) -> Iterator[Problem]:
    if looked.backups is None:
        return
    made = [datetime.fromtimestamp(path.stat().st_mtime, looked.now.tzinfo) for path in looked.backups.glob("*")]
    if not made or looked.now - max(made) > FRESH:
        params = {"folder": looked.backups, "days": FRESH.days}
        yield Problem("unsafe-no-backup", Place(str(looked.backups)), params)


def _record(looked: Looked) -> Iterator[Problem]:
    """The record is there, unbroken, and no batch is from tomorrow."""
    record = looked.configuration.of_bureau().record
    try:
        known = [batch.known_at for batch, _ in Ledger(record).chain()]
    except Refused as refused:
        yield from refused.problems
        return
    now = looked.now.astimezone(ZONE).replace(tzinfo=None)  # as the site tells batches their time, wherever it runs
    if known and max(known) > now:
        yield Problem(
            "unsafe-clock", Place(str(record)), {"now": now.isoformat(timespec="minutes"), "last": max(known)}
        )


def _rules(looked: Looked) -> Iterator[Problem]:
    bureau = looked.configuration.of_bureau()
    try:
        bureau.written()
    except Refused as refused:
        yield from refused.problems
        return
    if bureau.calendar() is None:
        yield Problem("no-calendar", Place(str(bureau.root)), {"folder": bureau.root})


def _workers(looked: Looked) -> Iterator[Problem]:
    if not looked.configuration.database and looked.configuration.workers > 1:
        yield Problem("unsafe-workers", _at(looked), {"workers": looked.configuration.workers})


def _ldap(looked: Looked) -> Iterator[Problem]:
    directory = looked.configuration.ldap
    if directory is None:
        return
    said = {"name": "[ldap] url", "address": directory.url}
    if directory.plain:
        yield Problem("unsafe-identity", _at(looked), {**said, "wanted": "ldaps:// / starttls = true"})
    try:
        tried(directory)
    except NoAnswer as silent:
        yield Problem("identity-silent", _at(looked), {**said, "reason": silent.reason})


def _oidc(looked: Looked) -> Iterator[Problem]:
    provider = looked.configuration.oidc
    if provider is None:
        return
    said = {"name": "[oidc] issuer", "address": provider.issuer}
    if provider.plain:
        yield Problem("unsafe-identity", _at(looked), {**said, "wanted": "https://"})
    try:
        described(provider, afresh=True)
    except NoAnswer as silent:
        yield Problem("identity-silent", _at(looked), {**said, "reason": silent.reason})


LOOKS: tuple[Look, ...] = (
    _cookies, _demo, _hosts, _address, _readable, _disk, _watched, _backups, _record, _rules, _workers,
    _ldap, _oidc,
)  # fmt: skip
