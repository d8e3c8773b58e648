"""The rules of the bureau's folder are taken into the library, once; from then on they are changed on the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction

from steelyard.bureau.asking.checking import sound
from steelyard.engine.problems import CATALOGUE, refuse
from steelyard.web.library.models import Edition, Kind, Rule, State, Version
from steelyard.web.library.texts import code_in, digest, documents, kind_of, told
from steelyard.web.library.writing import target_of
from steelyard.web.people.acting import allowed, hold
from steelyard.web.people.models import Account
from steelyard.web.trail.recording import record

CATALOGUE.add(
    {
        "library-there": (
            "规则已在库中（共 {count} 条），不能再次整体收入；请在页面上修改",
            "the library holds {count} rules already and takes the folder in only once; change them on the site",
        ),
    }
)


def take_up(*, by: Account, now: datetime) -> int:
    """How many rules are in the library now, all in force. Raises `Refused`: ``library-there``, and whatever the check
    of the folder finds."""
    found = list(_written())
    with transaction.atomic():
        (by,) = hold(by)
        said = allowed("library-take", by, now, target_of(None))
        held = Edition.hold()
        if count := Rule.objects.count():
            raise refuse("library-there", count=count)
        rules = Rule.objects.bulk_create(rule for rule, _ in found)
        for rule, version in zip(rules, (version for _, version in found), strict=True):
            version.rule, version.made_by, version.behalf = rule, by, said["behalf"]
            version.made_at = version.adopted_at = now
        Version.objects.bulk_create(version for _, version in found)
        held.turn()
        record("library-take", **said, at=now, detail={"rules": len(found), "edition": held.number})
    return len(found)


def _written() -> Iterator[tuple[Rule, Version]]:
    bureau = settings.STEELYARD.of_bureau()
    written = sound(bureau)
    for path, text in (*written.rules, *written.calendar):
        origin = path.removeprefix(f"{bureau.root}/")
        for tree, part in documents(text, path):
            kind = kind_of(tree)
            code = code_in(tree)
            rule = Rule(kind=Kind(kind), code=code, address=code, **told(tree), state=State.IN_FORCE, current=1)
            yield rule, Version(number=1, text=part, sha256=digest(part), origin=origin)
