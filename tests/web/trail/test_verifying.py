"""The trail: no change without an event, and no change of an event that nobody notices."""

from __future__ import annotations

import json
import random
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError

from steelyard.engine.problems import Refused
from steelyard.engine.proof.canonical import canonical
from steelyard.web.trail.checkpoints import FOLDER, KEY, checkpoint, due, public, read, verdict, written
from steelyard.web.trail.models import Event, Head
from steelyard.web.trail.recording import GENESIS, record, said, sealed, seen
from steelyard.web.trail.verifying import events

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 1, 9, 0, 0, 123456, tzinfo=ZoneInfo("Asia/Shanghai"))
VERIFIER = Path(__file__).resolve().parents[3] / "verifier" / "trail.py"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Twelve events with checkpoints after the fourth and the last."""
    with transaction.atomic():
        for number in range(12):
            detail = {"before": {"points": "97.5", "n": number}, "why": "复核 “正常”\u202e"}
            record(
                "sign", at=NOW + timedelta(hours=number), actor="li", role="office", target="version:7", detail=detail
            )
            if number == 3:
                checkpoint(tmp_path, NOW)
        checkpoint(tmp_path, NOW + timedelta(days=1))
    return tmp_path


def codes(home: Path, *folders: Path) -> set[str]:
    return {problem.code for problem in verdict(home, *folders).problems}


@pytest.mark.django_db(transaction=True)
def test_an_event_stands_in_the_transaction_of_its_change_or_nowhere() -> None:
    with pytest.raises(TransactionManagementError):
        record("sign", at=NOW)

    @transaction.atomic
    def fails() -> None:
        record("sign", at=NOW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert not Event.objects.exists()
    assert not Head.objects.exists()
    by = {"actor": "li", "role": "auditor", "behalf": ""}
    assert seen("person-read", at=NOW, by=by, target="person:1", reason="申诉").detail == {"reason": "申诉"}


def test_a_sound_trail_is_found_sound(home: Path) -> None:
    found = verdict(home)
    assert (found.events, found.checkpoints, found.problems) == (12, 2, ())
    assert "\u202e" not in Event.objects.first().detail["why"]  # type: ignore[union-attr]


CHANGES: dict[str, Any] = {
    "at": F("at") + timedelta(seconds=1), "actor": "wang", "role": "unit", "behalf": "zhao", "act": "read",
    "target": "version:8", "outcome": "refused", "detail": {"before": {"points": "97.6"}}, "address": "10.0.0.1",
    "algorithm": "sm3", "previous": "1" * 64, "digest": "2" * 64,
}  # fmt: skip


@pytest.mark.parametrize("field", CHANGES)
@pytest.mark.parametrize("number", [1, 4, 12])
def test_any_changed_field_is_noticed(home: Path, field: str, number: int) -> None:
    Event.objects.filter(number=number).update(**{field: CHANGES[field]})
    assert codes(home)


def test_every_field_of_an_event_is_tried_above() -> None:
    assert {field.name for field in Event._meta.get_fields()} - {"number"} == set(CHANGES)


def swap(a: int, b: int) -> None:
    for old, new in ((a, 1000), (b, a), (1000, b)):
        Event.objects.filter(number=old).update(number=new)


def cut(number: int) -> None:
    """The tail goes, and the head is set back to where it then is: sound in itself."""
    last = Event.objects.get(number=number)
    Event.objects.filter(number__gt=number).delete()
    Head.objects.update(number=number, digest=last.digest)


def rewrite(number: int) -> None:
    """An event is changed and everything after it sealed anew, as whoever owns the database can."""
    previous = ""
    for event in Event.objects.filter(number__gte=number):
        event.actor, event.previous = "wang" if event.number == number else event.actor, previous or event.previous
        event.digest = previous = sealed(said(event))
        event.save()
    Head.objects.update(digest=previous)


TAMPERINGS: dict[str, tuple[Callable[[], Any], str]] = {
    "taken out": (lambda: Event.objects.filter(number=5).delete(), "trail-gap"),
    "the first taken out": (lambda: Event.objects.filter(number=1).delete(), "trail-gap"),
    "the last taken out": (lambda: Event.objects.filter(number=12).delete(), "trail-cut"),
    "swapped": (lambda: swap(5, 6), "trail-changed"),
    "cut": (lambda: cut(9), "trail-cut"),
    "rewritten": (lambda: rewrite(6), "trail-replaced"),
    "rewritten from the start": (lambda: rewrite(1), "trail-replaced"),
    "the head moved": (lambda: Head.objects.update(digest="3" * 64), "trail-broken"),
    "emptied": (lambda: (Event.objects.all().delete(), Head.objects.all().delete()), "trail-cut"),
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_history_is_not_changed_unseen(home: Path, how: str) -> None:
    act, code = TAMPERINGS[how]
    act()
    assert code in codes(home)


def test_another_database_with_a_longer_chain_is_not_the_one_that_was_signed(home: Path) -> None:
    Event.objects.all().delete()
    Head.objects.all().delete()
    for number in range(20):
        record("sign", at=NOW + timedelta(minutes=number), actor="li")
    assert codes(home) == {"trail-replaced"}
    with pytest.raises(Refused) as refused:
        checkpoint(home, NOW)
    assert "trail-broken" in {problem.code for problem in refused.value.problems}


def test_nothing_is_signed_backwards(home: Path) -> None:
    cut(9)
    with pytest.raises(Refused) as refused:
        checkpoint(home, NOW)
    assert [problem.code for problem in refused.value.problems] == ["trail-cut"]


def test_a_witness_outside_notices_what_was_also_changed_in_the_home(home: Path, tmp_path: Path) -> None:
    witness = tmp_path / "outside"
    witness.mkdir()
    for path in (home / FOLDER).glob("*.json"):
        (witness / path.name).write_bytes(path.read_bytes())
        path.unlink()
    rewrite(2)
    checkpoint(home, NOW)
    assert codes(home) == set()
    assert codes(home, witness) == {"trail-replaced"}


def test_a_checkpoint_is_signed_by_the_key_of_the_site(home: Path, tmp_path: Path) -> None:
    assert stat.S_IMODE((home / KEY).stat().st_mode) == 0o600
    path = sorted((home / FOLDER).glob("*.json"))[0]
    good = read(path.read_text(), path.name)
    assert (good.number, good.public) == (4, public(home))
    path.write_text(written(replace(good, number=5)))
    assert codes(home) == {"checkpoint-signature"}
    path.write_text("{}")
    assert codes(home) == {"checkpoint-unreadable"}
    (tmp_path / "other").mkdir()
    forged = checkpoint(tmp_path / "other", NOW)
    assert forged is not None
    path.write_text(written(forged))
    assert codes(home) == {"checkpoint-stranger"}


def test_a_checkpoint_is_due_a_minute_after_the_last_and_only_for_what_is_new(home: Path) -> None:
    after = NOW + timedelta(days=1)
    assert not due(home, after + timedelta(seconds=59))
    assert due(home, after + timedelta(seconds=60))
    again = checkpoint(home, after + timedelta(hours=1))
    assert again is not None
    assert again.number == 12
    assert len(list((home / FOLDER).glob("*.json"))) == 2


def test_an_empty_trail_has_nothing_to_sign(tmp_path: Path) -> None:
    assert checkpoint(tmp_path, NOW) is None
    assert verdict(tmp_path).problems == ()


def test_each_event_names_its_own_algorithm(tmp_path: Path, settings: Any) -> None:
    record("sign", at=NOW)
    settings.STEELYARD = replace(settings.STEELYARD, algorithms="sm")
    record("sign", at=NOW)
    assert list(Event.objects.values_list("algorithm", flat=True)) == ["sha256", "sm3"]
    assert verdict(tmp_path).problems == ()


# ---- the verifier of a third party ----


def export(home: Path) -> Path:
    lines = b"".join(canonical(event) + b"\n" for event in events())
    (home / "trail.jsonl").write_bytes(lines)
    return home / "trail.jsonl"


def weighed(home: Path, trail: Path) -> subprocess.CompletedProcess[str]:
    kept = sorted(map(str, (home / FOLDER).glob("*.json")))
    return subprocess.run([sys.executable, VERIFIER, trail, *kept], capture_output=True, text=True, check=False)


def test_a_third_party_verifies_an_export_without_the_product(home: Path) -> None:
    found = weighed(home, export(home))
    assert found.returncode == 0, found.stdout + found.stderr
    assert "12 events, 2 checkpoints, 0 differences" in found.stdout
    assert public(home) in found.stdout


def test_a_third_party_notices_every_changed_byte(home: Path) -> None:
    from verifier.trail import against, chain

    trail, rng = export(home).read_bytes(), random.Random(7)
    signed = sorted((home / FOLDER).glob("*.json"))[-1].read_bytes()
    for _ in range(400):
        at = rng.randrange(len(trail) - 1)
        changed = trail[:at] + bytes([trail[at] ^ (1 << rng.randrange(8))]) + trail[at + 1 :]
        digests, wrong = chain(changed.splitlines())
        assert wrong or against(signed, digests)[1], at
    digests, _ = chain(trail.splitlines())
    for _ in range(60):
        at = rng.randrange(len(signed) - 1)
        changed = signed[:at] + bytes([signed[at] ^ (1 << rng.randrange(8))]) + signed[at + 1 :]
        different = _different(signed, changed)
        assert bool(against(changed, digests)[1]) or not different, (at, changed)


def _different(one: bytes, other: bytes) -> bool:
    """A space that became another one, or a name in another case, may leave the same content."""
    try:
        before, after = json.loads(one), json.loads(other)
    except ValueError:
        return True
    return {**before, "public": before["public"].lower()} != {**after, "public": str(after.get("public")).lower()}


def test_a_third_party_notices_a_cut_tail(home: Path) -> None:
    trail = export(home)
    trail.write_bytes(b"\n".join(trail.read_bytes().splitlines()[:-1]) + b"\n")
    assert weighed(home, trail).returncode == 1


@pytest.mark.usefixtures("home")
def test_the_first_event_follows_from_nothing() -> None:
    assert Event.objects.get(number=1).previous == GENESIS
