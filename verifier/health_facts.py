"""What a health check has to say, worked out from the run's views, which are held against its table of results."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
from fractions import Fraction
from functools import cached_property
from math import isqrt
from pathlib import Path
from typing import Any

Row = list[Fraction | None]


class Refusal(Exception):
    """What was published cannot be read, or is not what was sealed."""


def mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def middle(values: list[Fraction]) -> Fraction:
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def scatter(values: list[Fraction]) -> Fraction:
    centre = mean(values)
    return sum(((one - centre) * (one - centre) for one in values), Fraction(0)) / (len(values) - 1)


def root(value: Fraction) -> Fraction:
    return Fraction(isqrt(value.numerator * 10**12 // value.denominator), 10**6)


def whole_row(row: list[Fraction | None], places: range) -> list[Fraction] | None:
    found = [one for at in places if (one := row[at]) is not None]
    return found if len(found) == len(places) else None


def row_of(values: list[Any]) -> list[Fraction | None]:
    return [None if one is None else Fraction(one) for one in values]


class Run:
    """The views of a run, each held against its digest, and against the table of results that everybody has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = json.loads((folder / "run.json").read_text("utf-8"))
        index = json.loads((folder / "views.json").read_text("utf-8"))
        if index["results"] != self.manifest["digest"]:
            raise Refusal("视图不属于这次结果 the views are of other results")
        self.index = index["views"]
        self.whole = self.view("overview")
        self.rates = self.view("rates") if "rates" in self.index else None
        self.lines = {one["code"]: one for one in self.whole["units"]}
        self.pages = {rule["id"]: self.view(f"indicators/{rule['id']}") for rule in self.whole["rules"]}
        self.months = self.whole["months"]
        half = len(self.months) // 2
        total = len(self.months)
        self.spans = [range(total - 2 * half, total - half), range(total - half, total)] if half > 2 else []
        self._classes: dict[str, Peers] = {}
        self._agree()

    def peers(self, name: str) -> Peers:
        if name not in self._classes:
            self._classes[name] = Peers(self, name)
        return self._classes[name]

    def view(self, name: str) -> Any:
        text = gzip.decompress((self.folder / "views" / f"{name}.json.gz").read_bytes())
        if hashlib.sha256(text).hexdigest() != self.index[name]:
            raise Refusal(f"视图 {name} 与封存的摘要不符 view {name} was altered")
        return json.loads(text)

    def _agree(self) -> None:
        """Totals and points of the views are those of results.csv."""
        points = {(code, id): one for id, page in self.pages.items() for one in page["lines"] for code in [one["code"]]}
        with (self.folder / "results.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                code, id = row["单位代码"], row["指标编号"]
                one = points.get((code, id))
                if code not in self.lines or Fraction(self.lines[code]["total"]) != Fraction(row["总分"]):
                    raise Refusal(f"{code} 的总分与 results.csv 不同 the total differs from results.csv")
                if one and row["得分"] and Fraction(one["points"]) != Fraction(row["得分"]):
                    raise Refusal(f"{code} {id} 的得分与 results.csv 不同 points differ from results.csv")


class Peers:
    """Everybody of one class."""

    def __init__(self, run: Run, name: str) -> None:
        self.lines = {code: one for code, one in run.lines.items() if one["class_name"] == name}
        self.totals = {code: Fraction(one["total"]) for code, one in self.lines.items()}
        self.rows = {code: row_of(one["months"]) for code, one in self.lines.items()}
        self.months = [
            [own for row in self.rows.values() if (own := row[at]) is not None] for at in range(len(run.months))
        ]
        self.means = [mean(column) if column else None for column in self.months]
        self.scored = {
            id: found
            for id, page in run.pages.items()
            if (
                found := {
                    one["code"]: one for one in page["lines"] if one["class_name"] == name and one["state"] == "scored"
                }
            )
        }
        self.gaps = [self._gaps(span) for span in run.spans]
        self.spreads = [
            root(scatter([mean(own) for own in gaps.values()])) if len(gaps) > 1 else Fraction(0) for gaps in self.gaps
        ]
        self.rises: dict[str, Fraction] = {}
        for code, row in self.rows.items() if run.spans else ():
            first, second = (whole_row(row, span) for span in run.spans)
            if first and second:
                self.rises[code] = mean(second) - mean(first)
        self.halves: dict[str, Any] = {}
        self.attributes = {code: row_of(one["attributes"]) for code, one in self.lines.items()}
        columns = [[one for one in column if one is not None] for column in zip(*self.attributes.values(), strict=True)]
        self.ranges = [max(column) - min(column) if column else Fraction(0) for column in columns]
        self._means: dict[tuple[str, str], Fraction] = {}

    @cached_property
    def separating(self) -> list[tuple[str, int, int, bool]]:
        """Indicator, how many were scored, how many have full marks, whether all have one rate."""
        found = []
        for id, scored in self.scored.items():
            marks = [(Fraction(one["points"]), full) for one in scored.values() if (full := Fraction(one["full"])) > 0]
            if len(marks) > 1:
                rates = {points / full for points, full in marks}
                found.append((id, len(marks), sum(points == full for points, full in marks), len(rates) == 1))
        return found

    def points_mean(self, id: str) -> Fraction:
        """Of those who were scored on an indicator."""
        if ("item", id) not in self._means:
            self._means["item", id] = mean([Fraction(one["points"]) for one in self.scored[id].values()])
        return self._means["item", id]

    def rate_mean(self, family: str) -> Fraction:
        """Of those to whom a family gives full marks."""
        if ("family", family) not in self._means:
            all_of = [one for line in self.lines.values() for one in line["families"] if one["name"]["zh"] == family]
            rates = [Fraction(one["points"]) / Fraction(one["full"]) for one in all_of if Fraction(one["full"])]
            self._means["family", family] = mean(rates)
        return self._means["family", family]

    def _gaps(self, span: range) -> dict[str, list[Fraction]]:
        found = {}
        for code, row in self.rows.items():
            pairs = zip(row, self.means, strict=True)
            gaps = [None if one is None or centre is None else one - centre for one, centre in pairs]
            if own := whole_row(gaps, span):
                found[code] = own
        return found


class Unit:
    """One unit among its class. Sources are written as the product writes them: view, place in it, what was done."""

    def __init__(self, run: Run, code: str, beside: bytes, closed: bool = False) -> None:
        self.run, self.code, self.closed = run, code, closed
        self.sheet, self.line = run.view(f"units/{code}"), run.lines[code]
        self.name = self.line["class_name"]
        self.peers = run.peers(self.name)
        self.totals = self.peers.totals
        self.own = self.totals[code]
        self.rows = {one["id"]: one for one in self.sheet["indicators"]}
        records = json.loads(beside) if beside else {}
        given = records.get("units", {}).get(code)
        self.records = given if given is not None else {kind: [] for kind in records.get("kept", [])}
        self.beside = f"beside#units/{code}"
        lost = [(self.lost(one), one["id"]) for one in self.sheet["indicators"] if self.lost(one) > 0]
        self.losses = [(id, far) for far, id in sorted(lost, key=lambda pair: (-pair[0], pair[1]))]
        self.told = {one["indicator"]: one for one in self.sheet["losses"]}
        self.kept = {id: kept for id, _ in self.losses if (kept := remedied(self.told[id])) is not None}

    @staticmethod
    def lost(row: Any) -> Fraction:
        return (
            Fraction(0)
            if row["state"] == "not_applicable"
            else max(Fraction(row["full"]) - Fraction(row["points"]), Fraction(0))
        )

    def at(self, path: str) -> str:
        return f"units/{self.code}#{path}"

    def over(self, path: str) -> str:
        return f"overview#units/{self.code}/{path}"

    def all(self, path: str, what: str) -> str:
        return f"{what}(overview#units[{self.name}]/{path})"

    def place(self, value: Fraction, among: Any) -> int:
        return 1 + sum(1 for one in among if one > value)

    def rate_row(self, code: str, id: str) -> Row | None:
        found = self.run.rates["units"].get(code, {}).get(id) if self.run.rates else None
        return None if found is None else row_of(found[1:])


def remedied(loss: Any) -> Fraction | None:
    """The points that the published change would have kept."""
    found = re.search(r"可保住 ([0-9,]+[.][0-9]+) 分", loss["remedy"]["text"]["zh"]) if loss["remedy"] else None
    return Fraction(found[1].replace(",", "")) if found else None
