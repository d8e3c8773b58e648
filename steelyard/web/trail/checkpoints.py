"""检查点: the end of the chain, signed. Kept by somebody else, it shows whether history was cut, replaced or rewritten.

A checkpoint is a small JSON file in the home's ``witness/``. Whoever owns the database can make a chain that is sound
in itself, but not one that fits the checkpoints that a witness took away before.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from steelyard.engine.problems import CATALOGUE, Place, Problem, Refused
from steelyard.engine.proof.canonical import Plain, canonical
from steelyard.lake.record.durable import place
from steelyard.web.trail.models import Head
from steelyard.web.trail.recording import GENESIS
from steelyard.web.trail.verifying import Signed, Verdict, events, verify, walk

CATALOGUE.add(
    {
        "checkpoint-unreadable": (
            "检查点文件读不懂；请与见证人保存的一份比对",
            "the checkpoint cannot be read; compare it with the copy of the witness",
        ),
        "checkpoint-signature": (
            "检查点的签名不对：内容或签名被改动过",
            "the signature of the checkpoint is wrong: it, or what it signs, was changed",
        ),
        "checkpoint-stranger": (
            "检查点由另一把密钥签署（{found}），本站的是 {wanted}",
            "the checkpoint was signed by another key ({found}); that of this site is {wanted}",
        ),
    }
)

KEY, FOLDER = "checkpoint.key", "witness"
DUE = timedelta(seconds=60)


@dataclass(frozen=True)
class Checkpoint:
    """``number`` and ``digest`` of the last event at ``at``; ``public`` is the raw key in hex, ``signature`` base64."""

    origin: str
    number: int
    digest: str
    at: str
    algorithm: str
    public: str
    signature: str = ""

    def signed(self) -> bytes:
        """What the signature is about: everything else."""
        said: dict[str, Plain] = {name: value for name, value in asdict(self).items() if name != "signature"}
        return canonical(said)

    @property
    def name(self) -> str:
        return f"{self.number:012}.json"


def public(home: Path) -> str:
    """The public key, to be written down outside when the site is set up."""
    return _key(home).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def latest(home: Path) -> Checkpoint | None:
    names = sorted((home / FOLDER).glob("*.json"))
    return read(names[-1].read_text("utf-8"), names[-1].name) if names else None


def checkpoint(home: Path, now: datetime) -> Checkpoint | None:
    """Signs the end of the chain; the last one again if nothing has happened since, None if nothing ever did.

    Never signs backwards: raises `Refused` with what `verifying` says if the events since the last one do not follow
    from it."""
    before, head = latest(home), Head.objects.filter(pk=1).first()
    number, digest = (before.number, before.digest) if before else (0, GENESIS)
    if head is None and before is None:
        return None
    last, problems = walk(events(after=number, up_to=head.number if head else 0), number, digest)
    if head is None or (last.number, last.digest) != (head.number, head.digest):
        problems.append(Problem("trail-cut", params={"last": head.number if head else 0, "number": number}))
    if problems or head is None:
        raise Refused(problems)
    return before if head.number == number else _sign(home, head, now)


def due(home: Path, now: datetime) -> bool:
    """Whether the last one is older than a minute. The worker asks."""
    before = latest(home)
    return before is None or now - datetime.fromisoformat(before.at) >= DUE


def kept(folder: Path) -> Iterator[Checkpoint | Problem]:
    yield from kept_in(sorted(folder.glob("*.json")))


def kept_in(paths: Iterable[Path]) -> Iterator[Checkpoint | Problem]:
    """Each file as a checkpoint, or what is wrong with it."""
    for path in paths:
        try:
            yield read(path.read_text("utf-8"), path.name)
        except Refused as refused:
            yield from refused.problems


def verdict(home: Path, *folders: Path) -> Verdict:
    """The chain against the checkpoints of this home, and against those in other folders: copies of a witness."""
    found = [one for folder in (home / FOLDER, *folders) for one in kept(folder)]
    problems = [one for one in found if isinstance(one, Problem)]
    good, own = [one for one in found if isinstance(one, Checkpoint)], public(home)
    for one in good:
        if one.public != own:
            params = {"found": one.public[:16], "wanted": own[:16]}
            problems.append(Problem("checkpoint-stranger", Place(one.name), params))
    walked = verify([Signed(one.number, one.digest) for one in good if one.public == own])
    return Verdict(walked.events, walked.checkpoints, (*problems, *walked.problems))


def read(text: str, name: str) -> Checkpoint:
    """Raises `Refused`: ``checkpoint-unreadable``, ``checkpoint-signature``."""
    try:
        found = Checkpoint(**json.loads(text))
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(found.public))
        key.verify(base64.b64decode(found.signature, validate=True), found.signed())
    except InvalidSignature:
        raise Refused([Problem("checkpoint-signature", Place(name))]) from None
    except (ValueError, TypeError):
        raise Refused([Problem("checkpoint-unreadable", Place(name))]) from None
    return found


def written(found: Checkpoint) -> str:
    said: Mapping[str, object] = asdict(found)
    return json.dumps(said, indent=1, sort_keys=True) + "\n"


def _sign(home: Path, head: Head, now: datetime) -> Checkpoint:
    key = public(home)
    origin = "steelyard:" + hashlib.sha256(bytes.fromhex(key)).hexdigest()[:16]
    at = now.astimezone(UTC).isoformat(timespec="seconds")
    bare = Checkpoint(origin, head.number, head.digest, at, "ed25519", key)
    signature = base64.b64encode(_key(home).sign(bare.signed())).decode()
    made = Checkpoint(**{**asdict(bare), "signature": signature})
    (home / FOLDER).mkdir(exist_ok=True)
    temporary = home / FOLDER / f".{made.name}.{os.getpid()}"
    temporary.write_text(written(made), "utf-8")
    place(temporary, home / FOLDER / made.name)
    return made


def _key(home: Path) -> Ed25519PrivateKey:
    """Made once, readable by nobody else."""
    path = home / KEY
    if not path.is_file():
        raw = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(raw.hex())
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text("ascii")))
