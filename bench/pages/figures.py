"""``make bench-web``: the 95th percentile of every page at the size of a province, with two workers and a run going on.

On SQLite and on PostgreSQL; 24 months of results are published, and the site's own worker runs one month after another.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from bench.figures import Figure
from bench.pages.results import published
from bench.pages.timing import p95, timed, walked, warmed
from bench.province import Province
from steelyard.web.configuration import create
from tests.services import postgres
from tools.walking import served

WORKERS, LIMIT, PORT, SHOWN = 2, 300.0, 8697, 150.0


def figures(home: Province) -> Iterator[Figure]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.web.site.settings")
    django.setup()  # for the table of addresses
    folders = published(home)
    with postgres() as url:
        for kind, database in (("SQLite", ""), ("PostgreSQL", url)):
            if database is None:
                print("  no PostgreSQL here: tools/packages.sh installs it")
                continue
            with _site(home, kind, database, folders) as (site, cookies):
                yield from _timed(kind, site, cookies)


@contextmanager
def _site(home: Province, kind: str, database: str, folders: list[Path]) -> Iterator[tuple[Path, list[str]]]:
    """A site made anew, in a process of its own, since Django knows one site a process."""
    site = home.bureau.record.parent / f"site-{kind.lower()}"
    shutil.rmtree(site, ignore_errors=True)
    bureau, record = str(home.bureau.root.resolve()), str(home.bureau.record.resolve())
    create(site, bureau=bureau, record=record, database=database, secure=False, demo=True, workers=WORKERS)
    said = "".join(f"{folder}\n" for folder in folders)
    filled = subprocess.run(
        [sys.executable, "-m", "bench.pages.filling", str(site)], input=said, text=True, check=True, capture_output=True
    )
    sessions = [line.split() for line in filled.stdout.splitlines()]
    try:
        yield site, [f"{name}={key}" for _, name, key in sessions]
    finally:
        shutil.rmtree(site, ignore_errors=True)


def _timed(kind: str, site: Path, cookies: list[str]) -> Iterator[Figure]:
    with served(site, PORT):
        stops = list(walked(PORT, cookies))
        warmed(PORT, stops, WORKERS)
        found = {name: p95(took) for name, took in timed(PORT, stops, WORKERS).items()}
    slow = sorted(found, key=found.__getitem__, reverse=True)
    print(f"  {kind}: {len(found)} pages at {len(stops)} addresses; above {SHOWN:g} ms:")
    for name in slow:
        if found[name] > SHOWN:
            print(f"    {name}  {found[name]:.0f} ms")
    yield Figure(f"pages on {kind}, 95th percentile of the slowest", found[slow[0]], LIMIT, unit="ms")
