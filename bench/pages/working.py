"""Whether the site's worker is at work: pages that are timed while nothing runs would tell a kinder story.

``python -m bench.pages.working SITE`` prints how many jobs there are in each state.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from steelyard.web.site.serving import attach

PATIENCE = 60.0
"""Seconds within which a worker has begun, or has gone from one job to the next."""


class Idle(SystemExit):
    """No run was going on, so nothing that was timed may be told."""


def at_work(site: Path, when: str, patience: float = PATIENCE) -> None:
    """Raises `Idle` unless a job is being done, and none has failed."""
    end = time.monotonic() + patience
    while refusal(found := states(site)) and time.monotonic() < end:
        time.sleep(1)
    if said := refusal(found):
        raise Idle(f"  refused: {when} {said}; jobs: {dict(found)}")


def refusal(found: Mapping[str, int]) -> str:
    """Why these jobs do not make a run that goes on; empty where they do."""
    if found.get("failed"):
        return "a run had failed"
    return "" if found.get("running") else "no run was going on"


def states(site: Path) -> Mapping[str, int]:
    """State -> number of jobs, asked by a process of its own, since Django knows one site a process."""
    asked = [sys.executable, "-m", "bench.pages.working", str(site)]
    told = subprocess.run(asked, text=True, check=True, capture_output=True).stdout
    return {state: int(number) for state, number in map(str.split, told.splitlines())}


def main(home: Path) -> None:
    attach(home)
    from django.db.models import Count

    from steelyard.web.jobs.models import Job

    for state, number in Job.objects.values_list("state").annotate(jobs=Count("pk")).order_by("state"):
        print(state, number)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
