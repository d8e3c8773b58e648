"""The table ``[messages]`` of ``site.toml``: by which channels people are told outside the site, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from steelyard.reports.sheet import Words
from steelyard.web.identities.naming import Matches

PORTS = {"https": 443, "http": 80, "smtps": 465, "smtp": 587}


@dataclass(frozen=True, kw_only=True)
class Channel:
    """``url``: the one host that is ever asked. ``secret``: the file with its password or key. ``inside``: the host
    stands in the bureau's own network, and nowhere else; without it only public addresses are gone to. ``everybody``:
    also who has chosen nothing is told by it; ``matches``: under which name the other side knows him. ``authority``:
    certificates that are trusted instead of the machine's; ``seconds``: how long one letter may take in all."""

    name: ClassVar[str]
    words: ClassVar[Words]
    asks: ClassVar[Words] = Words("人员代码", "the code of the person")
    """What has to be known of somebody who is to be told by it."""
    again: ClassVar[bool] = True
    """Whether the other side knows by itself a letter that comes twice. Where it does not, one of which nobody knows
    whether it went out is not sent again."""

    url: str
    secret: Path
    inside: bool = False
    everybody: bool = False
    matches: Matches = "username"
    authority: Path | None = None
    seconds: int = 5

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or PORTS[urlsplit(self.url).scheme]

    @property
    def tls(self) -> bool:
        """Encrypted from the first byte on."""
        return urlsplit(self.url).scheme in ("https", "smtps")

    def key(self) -> str:
        """What stands in the file of its secret; an editor's line break at the end is no part of it."""
        return self.secret.read_text("utf-8").rstrip("\r\n")


@dataclass(frozen=True, kw_only=True)
class Mail(Channel):
    """``account``: of the mail server; ``sender``: from whom letters are; ``domain``: where everybody has a mailbox
    under his user name who has named none."""

    name = "mail"
    words = Words("电子邮件", "E-mail")
    asks = Words("邮箱地址", "a mailbox")
    account: str
    sender: str
    domain: str = ""
    starttls: bool = False


@dataclass(frozen=True, kw_only=True)
class App(Channel):
    """A message from an application of an office messenger to one person. ``account``: of the organisation or the
    application, ``agent``: the number of the application."""

    account: str
    agent: int


@dataclass(frozen=True, kw_only=True)
class Wecom(App):
    name = "wecom"
    words = Words("企业微信", "WeCom")


@dataclass(frozen=True, kw_only=True)
class Dingtalk(App):
    name = "dingtalk"
    words = Words("钉钉", "DingTalk")


@dataclass(frozen=True, kw_only=True)
class Sms(Channel):
    """A gateway that takes JSON. ``template``: what it takes, with ``$to``, ``$text``, ``$id``, ``$secret`` inside its
    texts; ``good``: ``field=value`` of an answer that says yes, empty where the status of HTTP says it."""

    name = "sms"
    words = Words("短信", "SMS")
    asks = Words("手机号", "a mobile number")
    again = False
    template: str
    good: str = ""


@dataclass(frozen=True, kw_only=True)
class Webhook(Channel):
    name = "webhook"
    words = Words("业务系统接口", "Webhook")


KINDS: tuple[type[Channel], ...] = (Mail, Wecom, Dingtalk, Sms, Webhook)


@dataclass(frozen=True)
class Outside:
    """``site``: the address of the site as people reach it, the only one that a letter names. ``most``: letters a
    person and day; ``gather``: minutes for which the first message waits for others; ``quiet``: between which times
    nobody is disturbed."""

    site: str
    most: int = 3
    gather: int = 30
    quiet: tuple[time, time] = (time(21, 30), time(7, 30))
    channels: tuple[Channel, ...] = ()

    def of(self, name: str) -> Channel | None:
        return next((one for one in self.channels if one.name == name), None)
