"""What can be written behind ``steelyard health``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

FORMS = ("html", "pdf", "docx")


def arguments(command: argparse.ArgumentParser, run: str, whole: Callable[[str], int]) -> None:
    """``run``: what a run's folder is; ``whole``: reads a number of processes."""
    command.add_argument("run", type=Path, help=run)
    command.add_argument("unit", nargs="*", help="机构代码或名称，缺省全部 code or name, by default everybody")
    command.add_argument(
        "--person", nargs="*", metavar="CODE", help="干部的报告，缺省全部 of persons, by default everybody"
    )
    command.add_argument("--form", action="append", choices=FORMS, help="同时印成 also in print；可重复 repeatable")
    command.add_argument("--beside", type=Path, metavar="FILE", help="预警、整改、申诉等记录 records of the loop")
    command.add_argument("-o", "--output", type=Path, help="写到哪个文件夹，缺省为运行里的 health/ folder to write")
    command.add_argument(
        "--threads", type=whole, default=2, help="用几个处理器核 how many processor cores (%(default)s)"
    )
