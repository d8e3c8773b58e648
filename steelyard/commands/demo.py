"""``steelyard demo``."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator

from steelyard.bureau.demo import Shown, prepare, show
from steelyard.commands.running import say


def demo(arguments: argparse.Namespace) -> int:
    told = timed(say)
    prepared = prepare(arguments.out, arguments.rules, arguments.scale, arguments.seed, told)
    for problem in prepared.refused:
        told(f"未装载（演示数据有意如此）：{problem.line(arguments.language)}")
    shown = show(prepared, arguments.sheets, arguments.threads, told)
    print(json.dumps(plain(shown), ensure_ascii=False) if arguments.json else "\n".join(lines(shown)))
    return 0


def timed(out: Callable[[str], None]) -> Callable[[str], None]:
    """Each line with the seconds since the start."""
    start = time.monotonic()
    return lambda text: out(f"{time.monotonic() - start:5.1f} 秒  {text}")


def lines(shown: Shown) -> Iterator[str]:
    """Where to find everything, last of all, so that it is what the eye rests on."""
    yield f"排名与得分 ranked results  {shown.folder / 'results.xlsx'}"
    yield f"分析报告单 sheets          {shown.folder / 'sheets'}" + (
        f"（先看 {shown.sheets[0].name}）" if shown.sheets else ""
    )
    yield f"证明 proofs                {shown.folder / 'proofs'}"
    if shown.proofs:
        yield f"复核 re-weigh              python verifier/verify.py {shown.proofs[0]} --root {shown.root}"


def plain(shown: Shown) -> dict[str, object]:
    return {
        "folder": str(shown.folder),
        "root": shown.root,
        "sheets": [str(path) for path in shown.sheets],
        "proofs": [str(path) for path in shown.proofs],
    }
