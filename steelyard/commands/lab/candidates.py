"""``steelyard candidates RUN``: what control systems found again and again, as candidates for new indicators."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator

from pydantic import TypeAdapter

from steelyard.bureau.folder import Bureau
from steelyard.bureau.lab.candidates import candidates
from steelyard.bureau.lab.quality.cards import Candidate
from steelyard.bureau.lab.quality.looking import ran_for
from steelyard.commands.asked import speaker
from steelyard.engine.problems import Language

FOUND: TypeAdapter[list[Candidate]] = TypeAdapter(list[Candidate])
BLOCKS = " ▁▂▃▄▅▆▇█"


def propose(arguments: argparse.Namespace) -> int:
    ran = ran_for(arguments.run, arguments.record, speaker(arguments.language))
    found = candidates(Bureau(arguments.folder), ran, arguments.limit)
    if arguments.json:
        print(json.dumps(json.loads(FOUND.dump_json(found)), ensure_ascii=False))
    else:
        print("\n".join(lines(found, arguments.language)))
    return 0


def lines(found: list[Candidate], language: Language) -> Iterator[str]:
    """Each with what speaks for it, last year's scores, and its draft as rules that can be kept."""
    if not found:
        yield NOTHING[language]
    for one in found:
        yield f"# {one.name}：{one.because.of(language)}"
        yield f"# {_backcast(one, language)}"
        yield from (f"# ! {words.of(language)}" for words in one.problems)
        yield one.text.rstrip()
        yield "---"


NOTHING = {
    "zh": "# 没有反复出现的问题，或没有写 monitors.yaml",
    "en": "# nothing comes again and again, or nobody wrote monitors.yaml",
}
SCORES = {
    "zh": "回算 {units} 个单位：平均得分率 {mean:.0%}，满分 {full:.0%}，零分 {zero:.0%} |{bars}|",
    "en": "{units} units: mean {mean:.0%}, full marks {full:.0%}, none {zero:.0%} |{bars}|",
}


def _backcast(one: Candidate, language: Language) -> str:
    last, most = one.backcast, max(one.backcast.bars, default=0) or 1
    bars = "".join(BLOCKS[-(-count * (len(BLOCKS) - 1) // most)] for count in last.bars)
    return SCORES[language].format(
        units=last.units, mean=last.mean, full=last.full_share, zero=last.zero_share, bars=bars
    )
