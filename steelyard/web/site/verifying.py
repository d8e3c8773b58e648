"""``steelyard verify``: the audit trail of a site against itself and its checkpoints; the record of facts, too."""

from __future__ import annotations

import argparse
import json

from django.conf import settings

from steelyard.lake.record import verify as verify_record
from steelyard.web.site.serving import attach


def verify(arguments: argparse.Namespace) -> int:
    """0 when all is as it was written, 1 with every difference. Changes nothing."""
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
