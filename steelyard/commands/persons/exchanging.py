"""``steelyard exchange``: files for the personnel system, and its files tried against the contract."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from steelyard.bureau.exchange.conforming import Verdict, conform, take
from steelyard.bureau.exchange.writing import export
from steelyard.commands.asked import bureau_of
from steelyard.engine.given import accept
from steelyard.engine.problems import CATALOGUE, Language, refuse
from steelyard.lake.intake import Refusal
from steelyard.lake.intake.assign import gathered

CATALOGUE.add(
    {
        "exchange-what": (
            "请写 --out 文件夹（写出）、--check 文件…（检查）或 --take 文件…（检查并装载）",
            "write --out FOLDER to write files, --check FILES to try some, --take FILES to try and load them",
        ),
    }
)
SHOWN = 20


def exchange(arguments: argparse.Namespace) -> int:
    """1 where a requirement does not hold."""
    bureau = bureau_of(arguments)
    if arguments.check:
        found = conform(bureau, _files(arguments.check))
        if arguments.json:
            print(json.dumps([_plain(one) for one in found], ensure_ascii=False))
        else:
            print("\n".join(line for one in found for line in _lines(one, arguments.language)))
        return 0 if all(one.held for one in found) else 1
    if arguments.take:
        reports = take(bureau, _files(arguments.take), arguments.known_at or datetime.now())
        print("\n".join(line for one in reports for line in one.lines(arguments.language)))
        return 1 if any(isinstance(one, Refusal) for one in reports) else 0
    if arguments.out is None:
        raise refuse("exchange-what")
    paths = export(bureau, arguments.out, arguments.format, arguments.known_at, arguments.run)
    print(json.dumps([str(path) for path in paths]) if arguments.json else "\n".join(map(str, paths)))
    if arguments.run is not None:
        print(_log_it(arguments.run.name, arguments.language), file=sys.stderr)
    return 0


def _files(paths: Sequence[Path]) -> list[Path]:
    """Raises `Refused` for what is not there, and for links that lead elsewhere."""
    files, refused = gathered(paths)
    accept(problem for one in refused for problem in one.problems)
    return [file for file in files if file.name[:1] != "."]


def _log_it(run: str, language: Language) -> str:
    """Results go out to be used: whoever uses them is told to say so, so that he hears of later corrections."""
    if language == "zh":
        return (
            f"这是运行 {run} 的结果：用于任用、考核、评先评优的，请在网站登记运用（评价结果 → 运用登记簿），"
            "或由人事系统 POST /api/v1/uses；以后结果更正，会列出数字有变的人"
        )
    return (
        f"these are results of run {run}: where they are used for appointments, appraisals or honours, log that on the "
        "site (Results, Register of uses) or let the personnel system POST /api/v1/uses; later corrections then list "
        "whose numbers changed"
    )


def _lines(found: Verdict, language: Language) -> list[str]:
    zh = language == "zh"
    sign = ("通过" if zh else "holds") if found.held else ("不符" if zh else "does not hold")
    lines = [f"[{sign}] {found.title(language)}（{found.rows}）"]
    lines += [f"  {problem.line(language)}" for problem in found.problems[:SHOWN]]
    more = len(found.problems) - SHOWN
    if more > 0:
        lines.append(f"  …… 另有 {more} 处" if zh else f"  … and {more} more")
    return lines


def _plain(found: Verdict) -> dict[str, object]:
    return {
        "case": found.case,
        "held": found.held,
        "rows": found.rows,
        "problems": [one.code for one in found.problems],
    }
