"""``steelyard proof``."""

from __future__ import annotations

import argparse
import json

from steelyard.bureau.asking.proving import proof_of
from steelyard.bureau.runs.replaying import manifest_in, replay
from steelyard.commands.asked import deliverable, delivered, speaker
from steelyard.engine.proof.canonical import canonical


def proof(arguments: argparse.Namespace) -> int:
    """Repeats the run, then writes the proof of one of its results as one file."""
    deliverable(arguments.output)
    results, manifest = replay(arguments.run, arguments.record, speaker(arguments.language)), manifest_in(arguments.run)
    bundle = proof_of(results, manifest, arguments.unit, arguments.period, arguments.indicator)
    data = canonical(bundle)
    with delivered(arguments.output) as target:
        target.write_bytes(data)
    root = str(manifest["root"])
    if arguments.json:
        print(json.dumps({"file": str(arguments.output), "bytes": len(data), "root": root, "seal": bundle["seal"]}))
    else:
        print(f"证明 proof: {arguments.output}（{len(data):,} 字节 bytes）")
        print(f"复核 re-weigh: python verifier/verify.py {arguments.output} --root {root}")
    return 0
