"""What the demonstration shows of uses: honours for a list of units, and the appraisal of some officers."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from steelyard.bureau.folder import Bureau
from steelyard.bureau.purposes import FILE
from steelyard.web.cycles.models import Stage, Version
from steelyard.web.library import rules
from steelyard.web.people.models import Account
from steelyard.web.uses.figures import figures
from steelyard.web.uses.models import Kind
from steelyard.web.uses.noting import Logging, Wanted, note

SHOWN = 8
"""Units that are honoured."""


def shown(plan: str, now: datetime) -> None:
    """For a bureau that says what it uses results for; nothing for any other."""
    version = Version.objects.filter(plan=plan, stage=Stage.PUBLISHED).select_related("run").order_by("-period").first()
    if version is None or not _says(rules.bureau()):
        return
    _logged(version, Kind.UNITS, _first(version, Kind.UNITS, SHOWN), now, purpose="honours", user="机关党委",
            document="衡税党〔2027〕3号", reason="推荐年度先进集体")  # fmt: skip
    officer = Account.objects.filter(username="officer").values_list("person", flat=True).first() or ""
    there = figures(version, Kind.PERSONS)
    codes = [*([officer] if officer in there else ()), *_first(version, Kind.PERSONS, 2)]
    _logged(version, Kind.PERSONS, codes, now, purpose="appraisal", user="人事处", document="衡税人〔2027〕11号",
            reason="年度考核等次评定")  # fmt: skip


def _says(bureau: Bureau) -> bool:
    return (bureau.root / FILE).is_file()


def _first(version: Version, kind: Kind, many: int) -> list[str]:
    there = figures(version, kind)
    return sorted(there, key=lambda code: (there[code].place or 0, code))[:many]


def _logged(version: Version, kind: Kind, codes: list[str], now: datetime, **more: str) -> None:
    if codes:
        by, day = Account.objects.get(username="office"), timezone.localdate(now)
        wanted = Wanted(version.pk, kind, codes, on=day, key=f"demo-{kind}", **more)
        note(wanted, Logging(by, "use-new"), now=now)
