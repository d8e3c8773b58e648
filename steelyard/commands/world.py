"""``steelyard world``."""

from __future__ import annotations

import argparse
import json

from steelyard.commands.asked import speaker
from steelyard.lake.world import WorldSummary, write_world

_WORDS = {
    "zh": "{folder}：{files} 个文件，{rows:,} 行（其中坏行 {bad_rows:,}），埋设事实 {truths} 条",
    "en": "{folder}: {files} files, {rows:,} rows ({bad_rows:,} of them bad), {truths} planted truths",
}


def world(arguments: argparse.Namespace) -> int:
    made = write_world(arguments.folder, arguments.scale, arguments.seed, speaker(arguments.language))
    told = plain(made)
    print(json.dumps(told, ensure_ascii=False) if arguments.json else _WORDS[arguments.language].format_map(told))
    return 0


def plain(made: WorldSummary) -> dict[str, object]:
    """``tables``: rows of each."""
    names = ("scale", "seed", "files", "rows", "tables", "truths", "bad_rows")
    return {"folder": str(made.folder), **{name: getattr(made, name) for name in names}}
