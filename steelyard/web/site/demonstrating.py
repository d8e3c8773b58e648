"""``python -m steelyard.web.site.demonstrating``: what ``make demo`` does after ``steelyard demo``: the site of it.

The run that is there is published by the four rights, and the site opens. Its worker then runs the year once more, with
its history and its people, and the half year as a preview: whoever looks can watch it work.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from steelyard.bureau.demo import PLAN, Prepared, prepare
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import run_written
from steelyard.bureau.sheets.publishing import publish
from steelyard.bureau.telling import Progress
from steelyard.web.configuration import FILE, create, read
from steelyard.web.site.serving import ready, serve

if TYPE_CHECKING:
    from steelyard.web.site.demonstration import Shown

RULES, SEED = Path("examples/province"), 1
ACCOUNTS = "accounts.txt"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="demonstrating")
    parser.add_argument("--out", type=Path, default=Path("out/demo"))
    parser.add_argument("--scale", choices=("small", "demo", "province"), default="demo")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--port", type=int)
    parser.add_argument("--serve", choices=("yes", "no"), default="yes")
    given = parser.parse_args(arguments)
    prepared = prepare(given.out, RULES, given.scale, given.seed, _tell)
    home = prepared.world.parent / "site"
    made(home, prepared, _tell)
    print((home / ACCOUNTS).read_text("utf-8"), flush=True)
    if given.serve == "no":
        return 0
    return serve(argparse.Namespace(folder=home, port=given.port))


def made(home: Path, prepared: Prepared, progress: Progress) -> None:
    """The site in its folder. One that stands already is left as it is: people may have worked in it."""
    if (home / ACCOUNTS).is_file():
        return
    published = _published(prepared, progress)
    if not (home / FILE).is_file():
        bureau, record = (os.path.relpath(path, home) for path in (prepared.bureau.root, prepared.bureau.record))
        create(home, bureau=bureau, record=record, secure=False, demo=True)
    if not read(home).demo:
        raise SystemExit(f"{home}: demo = true")
    progress("开始建立演示网站", "setting up the site of the demonstration")
    ready(home)
    from steelyard.web.site import entering  # Django has to be set up first
    from steelyard.web.site.demonstration import fill, put_to_work

    now = datetime.now(UTC)
    shown = fill(published, [], now)
    entering.shown(published, PLAN, now)
    put_to_work(PLAN, ("2026", "2026H1"), now)
    (home / ACCOUNTS).write_text("\n".join(_lines(shown)) + "\n", "utf-8")
    (home / ACCOUNTS).chmod(0o600)


def _published(prepared: Prepared, progress: Progress) -> Path:
    """The run of the year that ``steelyard demo`` left, else one made now."""
    for path in sorted(prepared.bureau.runs.glob(f"{PLAN}-2026-*/views.json")):
        if (path.parent / "run.json").is_file():
            return path.parent
    ran = run_written(prepared.bureau, Order(plan=PLAN, history=False), prepared.bureau.written(), progress)
    return publish(ran, "none", progress=progress, persons=False, units=frozenset()).folder


def _lines(shown: list[Shown]) -> Iterator[str]:
    """Who may sign in, and how."""
    yield "演示账号 accounts of the demonstration"
    for one in shown:
        yield f"  {one.username:10} {one.password}  {one.role.label} · {one.name}"


def _tell(chinese: str, english: str) -> None:
    print(chinese if not os.environ.get("LANG", "").startswith("en") else english, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
