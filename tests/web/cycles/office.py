"""A bureau of four branches behind a site, and the people who bring one of its runs to publication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from steelyard.bureau.folder import Bureau
from steelyard.web.cycles.models import Version
from steelyard.web.cycles.runs import making
from steelyard.web.cycles.signing import act
from steelyard.web.jobs.claiming import claim
from steelyard.web.jobs.doing import perform
from steelyard.web.jobs.models import Job, State
from steelyard.web.people.asking import Asker
from steelyard.web.people.models import Account
from tests.bureau.four_branches import DEBTS, RULES, made
from tests.bureau.small_bureau import load
from tests.web.people import world

NOW = datetime(2027, 1, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LATE = {"11": 0, "12": 1, "13": 5, "14": 7}
RIGHTS = ("assessor", "office", "committee", "group")
SIGNING = ("score", "check", "rule", "publish")


def opened(folder: Path, rules: str = RULES) -> Bureau:
    """The bureau with its data; the site of this process stands before it."""
    bureau = made(folder, LATE, DEBTS, rules=rules)
    site = folder / "site"
    (site / "media").mkdir(parents=True, exist_ok=True)
    settings.STEELYARD = replace(settings.STEELYARD, home=site, bureau=str(bureau.root), record=str(bureau.record))
    return bureau


def more(bureau: Bureau, name: str, text: str, at: datetime) -> None:
    load(bureau, {name: text}, at)


def who(role: str, number: int = 1, **more: Any) -> Asker:
    """Somebody with that role over the whole bureau."""
    username = f"{role}-{number}"
    account = Account.objects.filter(username=username).first() or world.account(username, **more)
    if not account.grants.exists():
        world.grant(account, role, world.unit("10"))
    return Asker(account, NOW.date())


def work() -> Job:
    """Does the job that waits longest, in this process."""
    job = claim("test", NOW)
    assert job is not None
    perform(job.pk, job.attempts)
    job.refresh_from_db()
    return job


def ran(period: str = "2026") -> Version:
    """A new run, with its version in preview."""
    job = making.start("year", period, "none", by=who("office"), now=NOW)
    while (done := work()).pk != job.pk:
        pass
    assert done.state == State.DONE, done.problems
    return Version.objects.get(run_id=done.came_to["run"])


def signed(version: Version, *moves: str, people: Mapping[str, int] | None = None) -> Version:
    """The moves one after the other, each by somebody with the right for it."""
    for name in moves or SIGNING:
        right = dict(zip(SIGNING, RIGHTS, strict=True))[name]
        version = act(version.pk, name, by=who(right, (people or {}).get(right, 1)), now=NOW)
    return version
