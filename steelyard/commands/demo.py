"""``steelyard demo``."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator

from steelyard.bureau.demo import Shown, prepare, show
from steelyard.bureau.runs.order import Order
from steelyard.bureau.telling import Progress
from steelyard.commands.asked import speaker
from steelyard.engine.problems import Language


def demo(arguments: argparse.Namespace) -> int:
    Order(threads=arguments.threads)  # what cannot be is said before a province is written
    told = timed(arguments.language)
    prepared = prepare(arguments.out, arguments.rules, arguments.scale, arguments.seed, told)
    for problem in prepared.refused:
        told(
            f"未装载（演示数据有意如此）：{problem.line('zh')}",
            f"not loaded (meant so in this data): {problem.line('en')}",
        )
    shown = show(prepared, arguments.sheets, arguments.threads, told)
    print(
        json.dumps(plain(shown), ensure_ascii=False) if arguments.json else "\n".join(lines(shown, arguments.language))
    )
    return 0


def timed(language: Language) -> Progress:
    """Each line with the seconds since the start."""
    start = time.monotonic()
    second, tell = ("秒" if language == "zh" else "s"), speaker(language)

    def told(chinese: str, english: str) -> None:
        passed = f"{time.monotonic() - start:5.1f} {second}  "
        tell(passed + chinese, passed + english)

    return told


_WORDS: dict[Language, tuple[str, ...]] = {
    "zh": ("排名与得分  {}", "分析报告单  {}（各类首末名；先看 {}）", "证明        {}", "复核        {}"),
    "en": (
        "ranked results  {}",
        "analysis sheets {} (first and last of each class; begin with {})",
        "proofs          {}",
        "re-weigh        {}",
    ),
}


def lines(shown: Shown, language: Language) -> Iterator[str]:
    """Where to find everything, last of all, so that it is what the eye rests on."""
    results, sheets, proofs, again = _WORDS[language]
    yield results.format(shown.folder / "results.xlsx")
    if shown.sheets:
        yield sheets.format(shown.folder / "sheets", shown.sheets[0].name)
    yield proofs.format(shown.folder / "proofs")
    if shown.proofs:
        yield again.format(f"python3 verifier/verify.py {shown.proofs[0]} --root {shown.root}")


def plain(shown: Shown) -> dict[str, object]:
    return {
        "folder": str(shown.folder),
        "root": shown.root,
        "sheets": [str(path) for path in shown.sheets],
        "proofs": [str(path) for path in shown.proofs],
    }
