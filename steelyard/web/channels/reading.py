"""The table ``[messages]`` as it is written: everything that does not fit, each with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import time
from pathlib import Path
from typing import Any

from steelyard.engine.problems import CATALOGUE, Place, Problem
from steelyard.web.channels.naming import KINDS, Channel, Mail, Outside, Sms
from steelyard.web.identities.naming import LOOPBACK
from steelyard.web.identities.reading import Reader

CATALOGUE.add(
    {
        "messages-setting": (
            "site.toml 的 {name} 应为 {wanted}，现为 {found}",
            "{name} of site.toml should be {wanted}, it is {found}",
        ),
        "messages-unknown": (
            "site.toml 的 [messages] 里没有 {name} 这一项；可写的有：{allowed}",
            "[messages] of site.toml knows no {name}; there are: {allowed}",
        ),
    }
)
SITE = re.compile(r"https?://[^\s/?#@]+/?")
OWN: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "site": ('"https://…"', lambda one: isinstance(one, str) and SITE.fullmatch(one) is not None),
    "most": ("1…20", lambda one: type(one) is int and 1 <= one <= 20),
    "gather": ("1…240", lambda one: type(one) is int and 1 <= one <= 240),
    "quiet": ('"21:30-07:30"', lambda one: isinstance(one, str) and _quiet(one) is not None),
}  # fmt: skip
SCHEMES = {"mail": ("smtps", "smtp")}
VALUES = ("$to", "$text")
FULLEST = 4000
"""Of the template of a gateway."""


def outside(path: Path, written: Any) -> tuple[Outside | None, list[Problem]]:
    """``path``: of site.toml; ``written``: its table. None where there are problems."""
    if not isinstance(written, dict):
        return None, [_wrong(path, "", "[messages]", written)]
    kinds = {kind.name: kind for kind in KINDS}
    problems = [
        Problem("messages-unknown", Place(str(path)), {"name": name, "allowed": "、".join([*OWN, *kinds])})
        for name in written if name not in OWN and name not in kinds
    ]  # fmt: skip
    problems += [_wrong(path, name, wanted, written[name]) for name, (wanted, fits) in OWN.items()
                 if name in written and not fits(written[name])]  # fmt: skip
    if "site" not in written:
        problems.append(_wrong(path, "site", OWN["site"][0], "—"))
    channels = []
    for name, kind in kinds.items():
        if name in written:
            channel, some = _channel(path, kind, written[name])
            problems += some
            channels += [channel] if channel else []
    if problems:
        return None, problems
    given = {name: written[name] for name in OWN if name in written}
    given["site"] = str(given["site"]).rstrip("/")
    if "quiet" in given:
        given["quiet"] = _quiet(given["quiet"])
    return Outside(**given, channels=tuple(channels)), []


def _wrong(path: Path, name: str, wanted: str, found: Any) -> Problem:
    return Problem("messages-setting", Place(str(path)),
                   {"name": f"[messages] {name}".strip(), "wanted": wanted, "found": found})  # fmt: skip


def _quiet(text: str) -> tuple[time, time] | None:
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])", text)
    if found is None:
        return None
    first, second, third, fourth = (int(one) for one in found.groups())
    return time(first, second), time(third, fourth)


def _channel(path: Path, kind: type[Channel], written: Any) -> tuple[Channel | None, list[Problem]]:
    reader = Reader(path, f"messages.{kind.name}", written)
    good = reader.values(kind)
    schemes = SCHEMES.get(kind.name, ("https", "http"))
    parts = reader.address("url", good["url"], schemes) if "url" in good else None
    if parts is not None:
        plain = parts.scheme == "http" or (parts.scheme == "smtp" and not good.get("starttls"))
        if plain and parts.hostname not in LOOPBACK:
            wanted = f"{schemes[0]}://" + (" / starttls = true" if kind is Mail else "")
            reader.wrong("identity-plain", "url", found=good["url"], wanted=wanted)
        if kind is Mail and (parts.path.strip("/") or (parts.scheme == "smtps" and good.get("starttls"))):
            wanted = "smtps://host[:port]，或 smtp://host[:port] 加 or with starttls = true"
            reader.wrong("identity-setting", "url", wanted=wanted, found=good["url"])
    if "secret" in good:
        good["secret"] = reader.secret(good["secret"])
    if "authority" in good:
        good["authority"] = reader.authority(good["authority"])
    for name, wanted in _unfit(kind, good):
        reader.wrong("identity-setting", name, wanted=wanted, found=repr(good.get(name)))
    return (None, reader.problems) if reader.problems else (kind(**good), [])


def _unfit(kind: type[Channel], good: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What one kind asks for and the others do not."""
    found = []
    if kind is Mail and good.get("everybody") and not good.get("domain"):
        found.append(("domain", '"bureau.gov.cn"（everybody = true）'))
    if kind is Mail and not _mailbox(str(good.get("sender", "a@b"))):
        found.append(("sender", '"steelyard@bureau.gov.cn"'))
    if kind is Sms and good.get("everybody"):
        found.append(("everybody", "false（手机号由本人填写 everybody states his own number）"))
    if kind is Sms and "template" in good and not _template(good["template"]):
        found.append(("template", """'{"mobile": "$to", "content": "$text"}'"""))
    if kind is Sms and good.get("good") and "=" not in good["good"]:
        found.append(("good", '"code=0"'))
    return found


def _mailbox(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}", text) is not None


def _template(text: str) -> bool:
    try:
        return len(text) <= FULLEST and isinstance(json.loads(text), dict) and all(one in text for one in VALUES)
    except (ValueError, RecursionError):
        return False
