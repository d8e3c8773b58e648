"""A published result of three branches, and people of every right around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from steelyard.bureau.asking.running import run
from steelyard.bureau.folder import Bureau
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.results import Results
from steelyard.bureau.runs.saving import manifest_of, save
from steelyard.web.configuration import Configuration
from steelyard.web.cycles.models import Run, Stage, Version
from steelyard.web.dialogue.saying import Number
from steelyard.web.people.models import Account, Unit
from tests.bureau.small_bureau import bureau, load
from tests.bureau.test_correcting import CASES, FACTS, RULES, UNITS
from tests.web.people.world import grant

ZONE = ZoneInfo("Asia/Shanghai")
PUBLISHED = datetime(2026, 9, 30, 17, 0, tzinfo=ZONE)
CALENDAR = "calendar: own\nname: 工作日\n"


@dataclass(frozen=True)
class Office:
    bureau: Bureau
    version: Version
    units: dict[str, Unit]
    people: dict[str, Account]

    def number(self, unit: str = "A", indicator: str = "done") -> Number:
        return Number(self.version, self.units[unit], indicator, "10.00")


def person(name: str, now: datetime = PUBLISHED) -> Account:
    """``liaison``: of the units A and B; ``other``: has every right, which nobody has in life."""
    made = Account.objects.create(username=name, name=name, password="!", created=now, used_at=now)
    roles = RIGHTS if name == "other" else (name,) if name in RIGHTS else ()
    for role in roles:
        grant(made, role, Unit.objects.filter(pk="P").first())
    if name in ("liaison", "other"):
        for unit in Unit.objects.filter(pk__in=("A", "B")):
            grant(made, "unit", unit)
    return made


def units() -> dict[str, Unit]:
    top = Unit.objects.create(code="P", name="省局", path="/P/")
    return {code: Unit.objects.create(code=code, name=code, parent=top, path=f"/P/{code}/") for code in "ABC"}


def version(maker: Account, folder: str = "none", digest: str = "0" * 64, number: int = 1, batch: int = 2) -> Version:
    made = Run.objects.create(
        folder=folder, plan="all", plan_name="全部", period="2026", batch=batch, digest=digest, root=digest,
        made_by=maker, made_at=PUBLISHED,
    )  # fmt: skip
    Version.objects.filter(plan="all", period="2026").update(stage=Stage.REPLACED)
    return Version.objects.create(
        run=made, plan="all", period="2026", number=number, stage=Stage.PUBLISHED, published_at=PUBLISHED
    )


RIGHTS = ("assessor", "office", "committee", "group")
NAMES = ("liaison", "assessor", "office", "committee", "other")


def office(folder: Path) -> Office:
    """With a record and a run on disk, for what weighs again."""
    made = bureau(folder, FACTS, RULES)
    load(made, {"units.csv": UNITS, "cases1.csv": CASES})
    results = Results(run(made, Order(periods=("2026",), history=False)))
    path, found, people = save(results), units(), {name: person(name) for name in NAMES}
    shown = version(people["office"], path.name, str(manifest_of(results)["digest"]))
    return Office(made, shown, found, people)


def bare() -> Office:
    """Only rows of the database, for what never looks at facts."""
    found, people = units(), {name: person(name) for name in NAMES}
    return Office(Bureau("nowhere"), version(people["office"]), found, people)


def configured(office: Office, folder: Path) -> Configuration:
    return Configuration(folder / "site", bureau=str(office.bureau.root), record=str(office.bureau.record))
