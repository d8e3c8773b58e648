"""``steelyard replay``."""

from __future__ import annotations

import argparse
import json

from steelyard.bureau.runs.replaying import replay as again
from steelyard.commands.asked import speaker

_WORDS = {"zh": "一致：{scores} 项分数，摘要 {digest}", "en": "the same: {scores} scores, digest {digest}"}


def replay(arguments: argparse.Namespace) -> int:
    results = again(arguments.run, arguments.record, speaker(arguments.language))
    told = {"digest": results.digest, "scores": len(results.leaves)}
    print(json.dumps(told) if arguments.json else _WORDS[arguments.language].format_map(told))
    return 0
