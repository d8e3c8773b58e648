"""One job in a process of its own, which may die of it: ``python -m steelyard.web.jobs.alone JOB ATTEMPT``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import django

from steelyard.web.jobs.tied import tie

BEHIND = 10
"""People who wait for a page come first; where nobody does, work is as fast as ever."""


def main(arguments: list[str]) -> int:
    tie()
    _offer_oneself()
    os.nice(BEHIND)
    django.setup()
    from steelyard.web.jobs.doing import perform  # tables exist once Django is set up

    perform(int(arguments[0]), int(arguments[1]))
    return 0


def _offer_oneself() -> None:
    """When memory is short, the kernel takes this process and not the one that serves pages."""
    with suppress(OSError), open(f"/proc/{os.getpid()}/oom_score_adj", "w") as file:
        file.write("800")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
