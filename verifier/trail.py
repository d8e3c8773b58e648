"""Verifies an exported audit trail with nothing but Python: ``python3 trail.py trail.jsonl [checkpoint.json ...]``.

Written from the format alone, it imports nothing of the product. A line is an event as canonical JSON (RFC 8785);
``digest`` is the SHA-256 or SM3 of the line without it, ``previous`` that of the line before, numbers count from 1.
A checkpoint is the number and digest of one event, signed with Ed25519 (RFC 8032). Exit code 0: all as it was written.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from typing import Any

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int]


def canonical(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(event: dict[str, Any]) -> str:
    bare = {name: value for name, value in event.items() if name != "digest"}
    return hashlib.new(event["algorithm"], canonical(bare)).hexdigest()


def chain(lines: list[bytes]) -> tuple[list[str], list[str]]:
    """The digests of all events, and everything that is wrong."""
    digests, wrong, previous = [], [], "0" * 64
    for number, line in enumerate(lines, 1):
        try:
            event = json.loads(line)
            if line != canonical(event):
                wrong.append(f"line {number}: not canonical")
            if event["number"] != number or event["previous"] != previous:
                wrong.append(f"line {number}: does not follow from the line before")
            if event["digest"] != digest(event):
                wrong.append(f"line {number}: was changed")
            previous = str(event["digest"])
        except (ValueError, TypeError, KeyError, AttributeError):
            wrong.append(f"line {number}: cannot be read")
            previous = ""
        digests.append(previous)
    return digests, wrong


def against(text: bytes, digests: list[str]) -> tuple[str, list[str]]:
    """The key that signed a checkpoint, and what of it does not fit."""
    try:
        found = json.loads(text)
        bare = {name: value for name, value in found.items() if name != "signature"}
        key, number = bytes.fromhex(found["public"]), int(found["number"])
        good = signed(key, base64.b64decode(found["signature"], validate=True), canonical(bare))
    except (ValueError, TypeError, KeyError, AttributeError):
        return "", ["cannot be read"]
    wrong = [] if good else ["its signature is wrong"]
    if not 0 < number <= len(digests):
        wrong.append(f"it signs event {number}, the trail ends at {len(digests)}")
    elif digests[number - 1] != found["digest"]:
        wrong.append(f"event {number} is not the one that was signed")
    return key.hex(), wrong


def signed(key: bytes, signature: bytes, message: bytes) -> bool:
    """RFC 8032, 5.1.7: [S]B = R + [k]A."""
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    if a is None or r is None or base is None or len(signature) != 64 or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    return times(s, base) == plus(r, times(k, a))


def point(raw: bytes) -> Point | None:
    """RFC 8032, 5.1.3: y and the sign of x, from which x follows; None where there is no such point."""
    whole = int.from_bytes(raw, "little")
    y, sign = whole & ((1 << 255) - 1), whole >> 255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if len(raw) != 32 or y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


def plus(a: Point, b: Point) -> Point:
    product = D * a[0] * b[0] * a[1] * b[1] % P
    x = (a[0] * b[1] + b[0] * a[1]) * pow(1 + product, P - 2, P) % P
    return x, (a[1] * b[1] + a[0] * b[0]) * pow(1 - product, P - 2, P) % P


def times(number: int, of: Point) -> Point:
    total = (0, 1)
    while number:
        total = plus(total, of) if number & 1 else total
        of, number = plus(of, of), number >> 1
    return total


def main(trail: str, *checkpoints: str) -> int:
    with open(trail, "rb") as file:
        digests, wrong = chain(file.read().splitlines())
    for path in checkpoints:
        with open(path, "rb") as file:
            key, found = against(file.read(), digests)
        print(f"{path}: key {key}: {'; '.join(found) or 'fits'}")
        wrong += found
    print("\n".join(wrong[:20]) or "nothing is wrong")
    print(f"{len(digests)} events, {len(checkpoints)} checkpoints, {len(wrong)} differences")
    print("compare the key with the one that was written down when the site was set up")
    return 1 if wrong or not digests else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) > 1 else str(__doc__))
