"""``make bench-web``: the 95th percentile of every page at the size of a province, with two workers and a run going on.

On SQLite and on PostgreSQL; 24 months of results and a year's with 20,000 persons are published, each person has an
account, and the site's own worker runs one month after another. It is refused where the worker was not at work.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import django

from bench.figures import Figure
from bench.pages.results import apart, published
from bench.pages.timing import p95, timed, walked, warmed
from bench.pages.working import at_work
from bench.province import Province
from steelyard.bureau.folder import Bureau
from steelyard.web.configuration import create
from tests.services import postgres
from tools.walking import served

WORKERS, LIMIT, PORT, SHOWN = 2, 300.0, 8697, 150.0


def figures(home: Province) -> Iterator[Figure]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.web.site.settings")
    django.setup()  # for the table of addresses
    names = published(home)
    with postgres() as url:
        for kind, database in (("SQLite", ""), ("PostgreSQL", url)):
            if database is None:
                print("  no PostgreSQL here: tools/packages.sh installs it")
                continue
            with _site(apart(home), kind, database, names) as (site, cookies):
                yield from _timed(kind, site, cookies)


@contextmanager
def _site(bureau: Bureau, kind: str, database: str, names: Sequence[str]) -> Iterator[tuple[Path, list[str]]]:
    """A site made anew, in a process of its own, since Django knows one site a process."""
    site = bureau.record.resolve().parent / f"site-{kind.lower()}"
    root, record = str(bureau.root.resolve()), str(bureau.record.resolve())
    create(site, bureau=root, record=record, database=database, secure=False, demo=True, workers=WORKERS)
    said = "".join(f"{bureau.runs.resolve() / name}\n" for name in names)
    filled = subprocess.run(
        [sys.executable, "-m", "bench.pages.filling", str(site)],
        input=said,
        text=True,
        check=True,
        stdout=subprocess.PIPE,
    )
    sessions = [line.split() for line in filled.stdout.splitlines()]
    try:
        yield site, [f"{name}={key}" for _, name, key in sessions]
    finally:
        shutil.rmtree(bureau.record.parent, ignore_errors=True)


def _timed(kind: str, site: Path, cookies: list[str]) -> Iterator[Figure]:
    with served(site, PORT):
        stops = list(walked(PORT, cookies))
        warmed(PORT, stops, WORKERS)
        at_work(site, "before the first page was timed")
        found = {name: p95(took) for name, took in timed(PORT, stops, WORKERS).items()}
        at_work(site, "when the last page had been timed")
    slow = sorted(found, key=found.__getitem__, reverse=True)
    print(f"  {kind}: {len(found)} pages at {len(stops)} addresses; above {SHOWN:g} ms:")
    for name in slow:
        if found[name] > SHOWN:
            print(f"    {name}  {found[name]:.0f} ms")
    yield Figure(f"pages on {kind}, 95th percentile of the slowest", found[slow[0]], LIMIT, unit="ms")
