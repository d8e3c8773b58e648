"""复核体检报告。Derives every sentence of health checks again from the published results, with nothing but Python.

    python verifier/health.py RUN-FOLDER (REPORT-FOLDER | report.json ...) [--beside records.json]
Shares no line with the product: it reads the views of the run (their digests must fit, and agree with results.csv),
works out what each section has to say, prints it by its own grammar and compares: every number, name, direction and
place, every source, nothing left out and nothing added. Reports of persons lie beside ``accounts.json.gz``, whose
digest the run sealed. It ends with ``一致 equal`` (exit code 0) or with each
sentence that the data do not support (1).
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # beside us when started as a file

from verifier.health_facts import Refusal, Run
from verifier.health_people import ACCOUNTS, People
from verifier.health_persons import derive_person
from verifier.health_sections import Said, derive
from verifier.health_words import printed

MOST_TOLD = 20
BESIDE = "beside.json"
"""The records of people that came with the results, in the folder of the reports."""


def verify(run: Run, path: Path, beside: bytes, people: People | None = None) -> list[str]:
    """What is not supported in one report. ``people``: everybody's accounts, for reports of persons."""
    report = json.loads(path.read_text("utf-8"))
    subject = report["subject"]
    if subject["kind"] == "person" and people is None:
        return [f"个人的报告须有 {ACCOUNTS} reports of persons are verified beside {ACCOUNTS}"]
    known = people.heads if subject["kind"] == "person" and people else run.lines
    if subject["code"] not in known:
        return [f"没有 nobody {subject['code']}"]
    wrong = list(heads(run, report, known[subject["code"]], beside))
    if [one["number"] for one in report["sections"]] != list(range(1, 11)):
        return [*wrong, "应有且仅有十个部分 there must be ten sections and nothing else"]
    closed = report["edition"] == "closed"
    if known is run.lines:
        return wrong + list(sentences(report, list(derive(run, subject["code"], beside, closed))))
    assert people is not None  # they are known by it
    return wrong + list(sentences(report, list(derive_person(people, subject["code"], beside, subject["quoted"]))))


def heads(run: Run, report: dict[str, Any], own: dict[str, Any], beside: bytes) -> Iterator[str]:
    """What stands above the sections: of whom, of which run, with which records, in which edition."""
    subject, edition = report["subject"], report.get("edition")
    named = own["name"] if subject["kind"] == "unit" else {"zh": own["name"], "en": ""}
    who = {"kind": subject["kind"], "code": subject["code"], **named}
    if subject["kind"] == "person":
        who["quoted"] = subject.get("quoted")
    wanted = {
        "format": "steelyard-health/1",
        "run": {"number": run.manifest["run"], "digest": run.manifest["digest"], "root": run.manifest["root"]},
        "beside": hashlib.sha256(beside).hexdigest() if beside else "",
        "subject": who,
        "edition": edition if edition in ("open", "closed") else "open",
    }
    for key, value in wanted.items():
        if report.get(key) != value:
            yield f"{key}: {report.get(key)}，应为 should be {value}"
    if set(report) != {*wanted, "sections"}:
        yield "应有且仅有十个部分 there must be ten sections and nothing else"


def sentences(report: dict[str, Any], derived: list[Said]) -> Iterator[str]:
    """Section by section, sentence by sentence, both ways."""
    for section in report["sections"]:
        number = section["number"]
        should = [(kind, slots) for place, kind, slots in derived if place == number]
        if set(section) != {"number", "claims"} or len(should) != len(section["claims"]):
            yield f"第 {number} 部分应有 {len(should)} 句 section {number} should hold {len(should)} sentences"
        for at, (claim, (kind, slots)) in enumerate(zip(section["claims"], should, strict=False), 1):
            plain = {key: {"kind": one[0], "value": one[1], "source": one[2]} for key, one in slots.items()}
            expected = {
                "kind": kind,
                "slots": plain,
                "zh": printed(kind, slots, True),
                "en": printed(kind, slots, False),
            }
            if claim != expected:
                yield f"第 {number} 部分第 {at} 句 section {number}, sentence {at}: {difference(claim, expected)}"


def difference(claim: Any, expected: dict[str, Any]) -> str:
    """The first thing that is not as it should be."""
    if not isinstance(claim, dict) or set(claim) != set(expected):
        return f"{shown(claim)}\n    应为 should be {shown(expected)}"
    key = next(key for key in expected if claim[key] != expected[key])
    return f"{shown(claim[key])}\n    应为 should be {shown(expected[key])}"


def shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:300]


def main(arguments: list[str]) -> int:
    beside, wanted = b"", list(arguments)
    if "--beside" in wanted:
        at = wanted.index("--beside")
        beside = Path(wanted[at + 1]).read_bytes()
        del wanted[at : at + 2]
    if len(wanted) < 2:
        print(__doc__)
        return 2
    folder = Path(wanted[1])
    if folder.is_dir():
        beside = (folder / BESIDE).read_bytes() if (folder / BESIDE).is_file() else beside
        wanted = [wanted[0], *(str(path) for path in sorted(folder.glob("*.json")) if path.name != BESIDE)]
    try:
        run = Run(Path(wanted[0]))
        people = People(run, folder / ACCOUNTS) if (folder / ACCOUNTS).is_file() else None
        wrong = {path: found for path in wanted[1:] if (found := verify(run, Path(path), beside, people))}
    except (Refusal, OSError, KeyError, ValueError, TypeError) as error:
        print(f"读不出 cannot be read: {type(error).__name__}: {error}")
        return 1
    for path, found in wrong.items():
        print(f"{path}\n  " + "\n  ".join(found[:MOST_TOLD]))
    checked = len(wanted) - 1
    print(f"{checked} 份报告，{len(wrong)} 份有不成立的句子 {checked} reports, {len(wrong)} with unsupported sentences")
    print("不一致 not equal" if wrong else "一致 equal")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
