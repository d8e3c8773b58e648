"""Work for tests: it takes its time, fails, or dies, as it is told."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from steelyard.engine.problems import refuse
from steelyard.web.jobs.context import Context
from steelyard.web.jobs.kinds import work


@work("trial", "试验", "trial")
def trial(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """``until``: a file to wait for; ``mark``: a file to which every start adds a line."""
    with Path(given["mark"]).open("a") as file:
        file.write(f"{os.getpid()}\n")
    match given["do"]:
        case "wait":
            while not Path(given["until"]).exists():
                context.progress("等待", "waiting", 40)
                time.sleep(0.05)
        case "sleep":
            time.sleep(600)  # hears nothing
        case "refuse":
            raise refuse("job-kind-unknown", kind="?")
        case "break":
            raise KeyError("secret")
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "memory":
            raise MemoryError
    return {"sum": 42}


@work("trial-parts", "试验", "trial", partly=True)
def parts(context: Context, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """As `trial`, done part by part."""
    return trial(context, given)
