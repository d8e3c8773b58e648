"""``steelyard verify``: the audit trail of a site against itself and its checkpoints; the record of facts, too."""

from __future__ import annotations

import argparse
import json

from django.conf import settings

from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused
from steelyard.lake.record import verify as verify_record
from steelyard.web.site.serving import attach

CATALOGUE.add(
    {
        "witness-empty": (
            "{folder} 里没有检查点（.json 文件），无从比对；请指明见证人保存检查点的文件夹",
            "there is no checkpoint (.json) in {folder}, so nothing can be compared; name the folder of the witness's "
            "copies",
        ),
    }
)


def verify(arguments: argparse.Namespace) -> int:
    """0 when all is as it was written, 1 with every difference. Changes nothing."""
    empty = [folder for folder in arguments.witness if not any(folder.glob("*.json"))]
    if empty:
        raise Refused([Problem("witness-empty", Place(str(folder)), {"folder": folder}) for folder in empty])
    attach(arguments.folder)
    from steelyard.web.trail.checkpoints import public, verdict  # Django has to be set up first

    found = verdict(arguments.folder, *arguments.witness)
    record = settings.STEELYARD.of_bureau().record
    problems = [*found.problems, *(verify_record(record) if record.is_dir() else ())]
    if arguments.json:
        told = [{"code": one.code, "zh": one.text("zh"), "en": one.text("en")} for one in problems]
        print(json.dumps({"events": found.events, "checkpoints": found.checkpoints, "problems": told}))
        return 1 if problems else 0
    for one in problems:
        print(one.line(arguments.language))
    counts, key = (found.events, found.checkpoints, len(problems)), public(arguments.folder)
    words = {
        "zh": "事件 {} 条，检查点 {} 个，差异 {} 处；签名公钥 {}".format(*counts, key),
        "en": "{} events, {} checkpoints, {} differences; public key {}".format(*counts, key),
    }
    print(words[arguments.language])
    return 1 if problems else 0
