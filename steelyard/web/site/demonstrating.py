"""``python -m steelyard.web.site.demonstrating``: what ``make demo`` does: ``steelyard demo``, and the site of it.

The site is set up beside it. The run is published by the four rights as soon as it is there, and the site opens. Its
worker then runs the half year as a preview: whoever looks can watch it work.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from steelyard.bureau.demo import CITIES, PLAN, bureau_of, home_of
from steelyard.bureau.folder import Bureau
from steelyard.engine.problems import Refused
from steelyard.web.configuration import FILE, create, read
from steelyard.web.site.serving import ready, serve

if TYPE_CHECKING:
    from steelyard.web.site.demonstration import Shown

RULES, SEED = Path("examples/province"), 1
ACCOUNTS = "accounts.txt"
MONTH = "2026-10"
"""Up to which the demonstration watches."""
PAUSE = 0.1
"""Seconds between two looks for the run."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="demonstrating")
    parser.add_argument("--out", type=Path, default=Path("out/demo"))
    parser.add_argument("--scale", choices=("small", "demo", "province"), default="demo")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--port", type=int)
    parser.add_argument("--serve", choices=("yes", "no"), default="yes")
    given = parser.parse_args(arguments)
    home = home_of(given.out, given.scale, given.seed) / "site"
    command = ["demo", "--out", str(given.out), "--scale", given.scale, "--seed", str(given.seed)]
    with subprocess.Popen([sys.executable, "-m", "steelyard.cli", *command]) as province:
        made(home, bureau_of(given.out, RULES, given.scale, given.seed), province)
    if province.returncode:
        return province.returncode
    print((home / ACCOUNTS).read_text("utf-8"), flush=True)
    if given.serve == "no":
        return 0
    try:
        return serve(argparse.Namespace(folder=home, port=given.port))
    except Refused as refused:
        print("\n".join(problem.line() for problem in refused.problems), file=sys.stderr)
        return 1


def made(home: Path, bureau: Bureau, province: subprocess.Popen[bytes]) -> None:
    """The site in its folder. One that stands already is left as it is: people may have worked in it."""
    if (home / ACCOUNTS).is_file():
        return
    begun = time.time()
    if not (home / FILE).is_file():
        root, record = (os.path.relpath(path, home) for path in (bureau.root, bureau.record))
        create(home, bureau=root, record=record, secure=False, demo=True)
    if not read(home).demo:
        raise SystemExit(f"{home}: demo = true")
    ready(home)
    published = _awaited(bureau, province, begun)
    if published is not None:
        _fill(home, published)


def _awaited(bureau: Bureau, province: subprocess.Popen[bytes], begun: float) -> Path | None:
    """The run of the year, as soon as all is written that pages read; None where there is none in the end."""
    while True:
        ended = province.poll() is not None
        views = [path for path in bureau.runs.glob(f"{PLAN}-2026-*/views.json") if (path.parent / "run.json").is_file()]
        newest = max(views, key=lambda path: path.stat().st_mtime, default=None)
        if newest is not None and (ended or newest.stat().st_mtime >= begun):
            return newest.parent
        if ended:
            return None
        time.sleep(PAUSE)


def _fill(home: Path, published: Path) -> None:
    """All of it or nothing, so that one that was ended in the midst is begun again."""
    from django.conf import settings  # Django has to be set up first
    from django.db import transaction

    from steelyard.web.people.models import Account
    from steelyard.web.site.demonstration import fill, put_to_work
    from steelyard.web.site.shown import cascading, entering, meeting, planning, prompting, supervising, using

    if Account.objects.exists():
        raise SystemExit(f"{home}: 有账号而没有 {ACCOUNTS}；请先移走这个文件夹 there are accounts: move it away first")
    now = datetime.now(UTC)
    with transaction.atomic():
        shown = fill(published, [], now)
        entering.shown(published, PLAN, now)
        planning.shown(now)
        cascading.shown(CITIES, now, whole=True)
        cascading.shown(PLAN, now)
        using.shown(PLAN, now)
        prompting.shown(now)
        supervising.shown(settings.STEELYARD, now)
        meeting.shown(now)
        put_to_work(PLAN, ("2026H1",), now, MONTH)
    (home / ACCOUNTS).write_text("\n".join(_lines(shown)) + "\n", "utf-8")
    (home / ACCOUNTS).chmod(0o600)


def _lines(shown: list[Shown]) -> Iterator[str]:
    """Who may sign in, and how."""
    yield "演示账号 accounts of the demonstration"
    for one in shown:
        yield f"  {one.username:10} {one.password}  {one.role.label} · {one.name}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
