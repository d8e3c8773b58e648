"""``steelyard next RUN``: next year's plan as a draft, each proposal with this year's figures."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from steelyard.bureau.lab.following.drafting import PROPOSALS, NextYear, drafted
from steelyard.bureau.lab.quality.looking import look
from steelyard.bureau.opened import opening
from steelyard.commands.asked import deliverable, delivered, speaker
from steelyard.engine.problems import Language

FOLDED = ("keep", "mend")
"""Proposals that are counted only; ``--json`` has them all."""


def following(arguments: argparse.Namespace) -> int:
    deliverable(arguments.output)
    record = arguments.record or arguments.run.parent.parent / "record"
    lab = look(arguments.run, record, speaker(arguments.language))
    draft = drafted(opening(arguments.run, Path(record)).results.ran, lab, refused=arguments.refuse)
    if arguments.output is not None:
        with delivered(arguments.output) as path:
            path.write_text(whole(draft), "utf-8")
    if arguments.json:
        print(json.dumps(asdict(draft), ensure_ascii=False))
    else:
        print("\n".join(lines(draft, arguments.language)))
    return 0


def whole(draft: NextYear) -> str:
    """The plan and every indicator that changes, in one file."""
    return "---\n".join([draft.text, *draft.rules.values()])


def lines(draft: NextYear, language: Language) -> Iterator[str]:
    counts = [f"{words.of(language)} {len(draft.of(key))}" for key, words in PROPOSALS.items() if draft.of(key)]
    yield f"{draft.plan}：{'，'.join(counts)}" if language == "zh" else f"{draft.plan}: {', '.join(counts)}"
    for line in draft.lines:
        if line.proposal not in FOLDED:
            said = PROPOSALS[line.proposal].of(language) + (" ×" if line.refused else "")
            change = f"  {line.change.of(language)}" if line.change.zh else ""
            yield f"{said}  {line.name}（{line.id}）{change}：{line.because.of(language)}"
