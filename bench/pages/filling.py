"""``python -m bench.pages.filling SITE``: a site in this folder gets the results told to it on its standard input, one
folder a line, the last of which names its persons; an account for each of those; and runs for its worker to be busy
with. Prints a session of each role: role, cookie, key."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.province import BRANCHES, MONTHS
from steelyard.web.site.serving import ready

RUNS = 4 * MONTHS
"""More than the worker can make while pages are timed."""


def main(home: Path, folders: Sequence[Path]) -> None:
    ready(home)
    from steelyard.bureau.views.reading import views_of  # Django has to be set up before what follows is read
    from steelyard.web.jobs import asking
    from steelyard.web.site import demonstration
    from tools.walking import sessions

    now = datetime.now(UTC)
    *earlier, last = folders
    demonstration.fill(last, [], now, passwords=False)
    for days, folder in enumerate(reversed(earlier), start=1):
        demonstration.add(folder, now - timedelta(days=days))
    employ(views_of(last).persons(), now)
    asking.MOST_OWN = asking.MOST = len(RUNS)  # more than anybody may have waiting, who is no bench
    demonstration.put_to_work(BRANCHES, RUNS, now)
    for role, (name, key) in sessions():
        print(role, name, key)


def employ(rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Everybody gets an account by which an officer reads what is his; whom no register knows, a post as well."""
    from django.contrib.auth.hashers import make_password
    from django.db import transaction

    from steelyard.web.people.models import Account, Grant, Person
    from steelyard.web.people.roles import Role

    nobody_s = make_password(None)
    with transaction.atomic():
        known = set(Person.objects.values_list("code", flat=True))
        Person.objects.bulk_create(
            Person(code=row["person"], name=row["name"], unit_id=row["unit"], post=row["duty"])
            for row in rows if row["person"] not in known
        )  # fmt: skip
        cast = set(Account.objects.exclude(person="").values_list("person", flat=True))
        accounts = Account.objects.bulk_create(
            Account(username=row["person"].lower(), name=row["name"], person=row["person"], password=nobody_s,
                    must_change=False, changed_at=now, created=now, used_at=now)
            for row in rows if row["person"] not in cast
        )  # fmt: skip
        units = dict(Person.objects.values_list("code", "unit_id"))
        Grant.objects.bulk_create(
            Grant(account=account, role=Role.OFFICER, unit_id=units[account.person], since=now.date(), given_at=now)
            for account in accounts
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(line.strip()) for line in sys.stdin])
