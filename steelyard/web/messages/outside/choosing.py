"""How somebody wants to be told outside the site: chosen by himself, and by nobody for him."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.db import transaction

from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused
from steelyard.web.channels.naming import Outside
from steelyard.web.messages.models import Preference
from steelyard.web.messages.outside.wishing import Wish
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.login.sealing import seal
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "wish-nowhere": (
            "本站没有设置站外消息通道，消息只在站内；需要时请系统管理员设置",
            "this site has no channels, messages stay inside; the system administrator can set some up",
        ),
        "wish-channel": (
            "没有“{found}”这个通道；可选：{allowed}",
            "there is no channel '{found}'; there are: {allowed}",
        ),
        "wish-address": (
            "选了{channel}，请填写{what}",
            "{channel} was chosen: state {what}",
        ),
        "wish-mail": ("“{found}”不是邮箱地址", "'{found}' is no mailbox"),
        "wish-mobile": (
            "“{found}”不是手机号：写 6 至 15 位数字",
            "'{found}' is no number: 6 to 15 digits",
        ),
        "wish-quiet": ("免打扰时段要么写全起止，要么都不写", "quiet hours need both ends, or neither"),
        "wish-most": ("每天 1 至 {most} 次", "1 to {most} a day"),
    }
)
MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180}[A-Za-z0-9])?")
MOBILE = re.compile(r"\+?[0-9]{6,15}")


@dataclass(frozen=True)
class Wanted:
    """As it was typed; ``most`` None: as many as the site allows; ``language``: of letters and pages."""

    channels: Sequence[str] = ()
    mail: str = ""
    mobile: str = ""
    quiet_from: time | None = None
    quiet_to: time | None = None
    most: int | None = None
    language: str = ""


def choose(wanted: Wanted, *, by: Account, now: datetime) -> Preference:
    """Raises `Refused` with everything that does not fit. The trail says which channels, never the addresses."""
    outside = settings.STEELYARD.messages
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("own-messages", by, now)
        chosen = Preference(
            account=by, channels=list(wanted.channels), quiet_from=wanted.quiet_from, quiet_to=wanted.quiet_to,
            mail=seal(wanted.mail) if wanted.mail else "", mobile=seal(wanted.mobile) if wanted.mobile else "",
            most=wanted.most, changed_at=now,
        )  # fmt: skip
        if problems := list(_unfit(wanted, chosen, by, outside)):
            raise Refused(problems)
        chosen.save(force_insert=not Preference.objects.filter(account=by).exists())
        if wanted.language:
            by.language = wanted.language
            by.save(update_fields=["language"])
        record("own-messages", at=now, target=f"account:{by.pk}", detail={"channels": list(wanted.channels)}, **said)
    return chosen


def _unfit(wanted: Wanted, chosen: Preference, by: Account, outside: Outside | None) -> Iterator[Problem]:
    if outside is None:
        yield Problem("wish-nowhere")
        return
    if wanted.mail and not MAIL.fullmatch(wanted.mail):
        yield Problem("wish-mail", Place("mail"), {"found": wanted.mail[:80]})
    if wanted.mobile and not MOBILE.fullmatch(wanted.mobile):
        yield Problem("wish-mobile", Place("mobile"), {"found": wanted.mobile[:40]})
    if (wanted.quiet_from is None) != (wanted.quiet_to is None):
        yield Problem("wish-quiet", Place("quiet_to"))
    if wanted.most is not None and not 1 <= wanted.most <= outside.most:
        yield Problem("wish-most", Place("most"), {"most": outside.most})
    wish = Wish(by, chosen, outside)
    for name in wanted.channels:
        channel = outside.of(name)
        if channel is None:
            allowed = "、".join(one.name for one in outside.channels)
            yield Problem("wish-channel", Place("channels"), {"found": name[:20], "allowed": allowed})
        elif not wish.address(channel):
            yield Problem("wish-address", Place("channels"), {"channel": channel.words, "what": channel.asks})
