"""``steelyard``: exit codes, and the door to the commands.

Exit codes: 0 done; 1 something is wrong with rules, data or expectations, and it was said; 2 the command was not
understood; 3 the machine failed (disk, memory), nothing was half-done; 130 stopped from the keyboard.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from steelyard.commands import perform
from steelyard.commands.arguments import read
from steelyard.engine.problems import Refused

DONE, WRONG, MACHINE, STOPPED = 0, 1, 3, 130
FAILED = (
    "机器故障，未留下半成品；请检查路径、权限、磁盘和内存，再来一次 · "
    "the machine failed, nothing half-done; check path, rights, disk and memory, then do it again"
)

OF_THE_SITE = {
    "backup": "housekeeping",
    "doctor": "housekeeping",
    "restore": "housekeeping",
    "serve": "serving",
    "site": "serving",
    "verify": "verifying",
    "work": "serving",
}
"""Commands of the site, which other commands do not know, and where they live."""


def main(argv: Sequence[str] | None = None) -> int:
    _spell_out()
    arguments = read(argv)
    try:
        return _perform(arguments)
    except Refused as refused:
        for problem in refused.problems:
            print(problem.line(arguments.language), file=sys.stderr)
        return WRONG
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  so that nothing complains on the way out
        return DONE
    except (OSError, MemoryError) as error:
        print(f"{FAILED}: {error}", file=sys.stderr)
        return MACHINE
    except KeyboardInterrupt:
        print("已中断，未留下半成品 · stopped, nothing half-done", file=sys.stderr)
        return STOPPED


def _perform(arguments: argparse.Namespace) -> int:
    if arguments.command in OF_THE_SITE:
        home = import_module(f"steelyard.web.site.{OF_THE_SITE[arguments.command]}")
        return int(getattr(home, arguments.command)(arguments))
    return perform(arguments.command, arguments)


def _spell_out() -> None:
    """Signs that the terminal does not have (GBK has no "−", a file's name may be no text) are written as codes."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
