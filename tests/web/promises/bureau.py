"""A bureau whose every secret carries a mark of its own: three levels, two cities, officers, a year of matters, and a
batch with rejected rows. Its files are made once a process; tests only read them."""

from __future__ import annotations

import atexit
import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from steelyard.bureau.folder import Bureau
from steelyard.bureau.opened import OPENER
from steelyard.bureau.runs.order import Order
from steelyard.bureau.runs.running import run_written
from steelyard.bureau.sheets.publishing import publish
from steelyard.bureau.views.reading import views_of
from steelyard.lake.intake import BatchReport, intake
from steelyard.web.configuration import Configuration
from tests.bureau.small_bureau import ARRIVED, bureau, load
from tests.bureau.small_people import FACTS, HEAD, RULES
from tests.lake.intake_office import shared_cage

COUNTIES, BRANCHES = ("A1", "A2", "B1", "B2"), ("A11", "A12", "B11")
ASSESSED = (*COUNTIES, *BRANCHES)
ABOVE = {"P": "", "A": "P", "B": "P", "A1": "A", "A2": "A", "B1": "B", "B2": "B", "A11": "A1", "A12": "A1", "B11": "B1"}
SHARED = ("uses.yaml", "facts/assignments.yaml", "facts/rating.yaml", "facts/finding.yaml")
PROVINCE = Path(__file__).parents[3] / "examples" / "province"


YEARS = range(2020, date.today().year + 3)
CALENDAR = 'name: 局\nweekend: [6, 7]\nhours: {"01-01": ["09:00-12:00", "13:30-17:30"]}\nnotices:\n' + "".join(
    f"  - {{year: {year}, basis: 第{year}号, issued: 2019-12-01}}\n" for year in YEARS
)
"""So that deadlines can be counted on whatever day these tests are done."""


def mark(kind: str, of: object) -> str:
    """A text that stands nowhere else: ``mark("row", "A1")``."""
    return "zq" + hashlib.sha256(f"{kind}/{of}".encode()).hexdigest()[:12]


def path_of(code: str) -> str:
    return f"{path_of(ABOVE[code]) if ABOVE[code] else '/'}{code}/"


def name_of(code: str) -> str:
    return f"{mark('unit', code)}局"


def _units() -> str:
    lines = ["代码,名称,层级,上级,类别,启用,停用"]
    for code, above in ABOVE.items():
        kind = "县局" if code in COUNTIES else "分局" if code in BRANCHES else ""
        lines.append(f"{code},{name_of(code)},{'branch' if kind else 'above'},{above},{kind},2020-01-01,")
    return "\n".join(lines)


def _matters() -> str:
    """A matter a month and unit, the later units a little slower; each names its taxpayer."""
    lines = [HEAD.strip() + ",纳税人"]
    for late, code in enumerate(ASSESSED):
        for month in range(1, 13):
            slow = "是" if month <= late else "否"
            rest = f"{'简' if month % 2 else '繁'},{20 + 5 * late},{5 + month},{slow},否,否,0,{3 + month % 3}"
            number = f"{mark('row', code)}-{month}"  # pages show numbers and what was counted, not every column
            lines.append(f"{number},{code},n-{code},2026-{month:02d}-06,{rest},{mark('row', code)}")
    return "\n".join(lines)


def _files() -> dict[str, str]:
    posts = [f"post-{code},{code},岗位{code},受理" for code in ASSESSED]
    persons = [f"n-{code},{mark('person', code)}" for code in ASSESSED]
    holdings = [f"n-{code},post-{code},2025-01-01,,1" for code in ASSESSED]
    return {
        "units.csv": _units(),
        "posts.csv": "\n".join(["岗位,机关,名称,职责", *posts]),
        "persons.csv": "\n".join(["人员,姓名", *persons]),
        "holdings.csv": "\n".join(["人员,岗位,自,至,份额", *holdings]),
        "matter.csv": _matters(),
    }


@dataclass(frozen=True)
class Made:
    """``run``: the folder of the published run; ``rejected``: the number of the batch that has rejected rows."""

    bureau: Bureau
    run: Path
    rejected: int

    def configuration(self, home: Path, **more: Any) -> Configuration:
        (home / "media").mkdir(parents=True, exist_ok=True)
        return Configuration(home, bureau=str(self.bureau.root), record=str(self.bureau.record), **more)

    def open(self) -> None:
        """So that no page has to wait for the run."""
        run, people = OPENER.wait(self.run, self.bureau.record), views_of(self.run).persons()
        run.own(people, people[0]["plan"], people[0]["period"])
        for future in run._own.values():
            future.result()


@cache
def made() -> Made:
    folder = Path(mkdtemp(prefix="steelyard-promises-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    facts = FACTS.replace("stars: {name: 好评, type: integer}", "stars: {name: 好评, type: integer}\n"
                          "  payer: {name: 纳税人, type: text}")  # fmt: skip
    rules = RULES.replace("classes: [分局]", "classes: [县局, 分局]")
    more = {"calendar.yaml": CALENDAR, **{name: (PROVINCE / name).read_text("utf-8") for name in SHARED}}
    office = bureau(folder, facts, rules, more)
    load(office, _files())
    bad = folder / "matter_bad.csv"
    row = f"B1-bad,B1,n-B1,不是日期,简,20,5,否,否,否,0,5,{mark('reject', 'B1')}"
    bad.write_text("\n".join([HEAD.strip() + ",纳税人", row]) + "\n", "utf-8")
    tables = list(office.tables().values())
    report = next(iter(intake(office.record, tables, [bad], ARRIVED, cage=shared_cage(), calendar=office.calendar())))
    assert isinstance(report, BatchReport)
    ran = run_written(office, Order(plan="units", periods=("2026",), history=False), office.written())
    published = publish(ran, "none", persons=True)
    return Made(office, published.folder, report.batch.number)


def behind(settings: Any, home: Path, **more: Any) -> Made:
    """The site of this process stands before the bureau."""
    found = made()
    settings.STEELYARD = found.configuration(home, **more)
    return found
