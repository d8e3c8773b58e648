"""Everybody's account as a run left it, held against the digest that the run sealed; and one person among all."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from verifier.health_facts import Refusal, Run, Unit, mean, middle

ACCOUNTS = "accounts.json.gz"
CONFIRMED = 2
"""Columns behind the others that only plans with confirmed shares seal."""


def number(value: Any) -> Fraction:
    return Fraction(str(value or 0))


class People:
    """``path``: the packed accounts. Raises `Refusal` where they are not those of the run."""

    def __init__(self, run: Run, path: Path) -> None:
        self.run, self._units = run, dict[str, Unit]()
        content = json.loads(gzip.decompress(path.read_bytes()))
        rows = {
            name: [dict(zip(one["columns"], row, strict=True)) for row in one["rows"]] for name, one in content.items()
        }
        self.plans = {one["person"]: one["plan"] for one in rows["persons"]}
        self._sealed(rows["persons"], content["accounts"])
        self.heads = {one["person"]: one for one in rows["persons"] if one["total"] is not None}
        self.words = {name: run.view(name) for name in run.index if name.startswith("people/")}
        self.lines: dict[str, list[Any]] = {}
        for one in rows["accounts"]:
            self.lines.setdefault(one["person"], []).append(one)
        self.groups: dict[tuple[str, str], Group] = {}
        for code, head in self.heads.items():
            group = self.groups.setdefault((head["plan"], head["duty"]), Group(head["duty"]))
            group.totals[code] = number(head["total"])
            for line in self.lines[code]:
                if not line["stage"] and line["points"] is not None:
                    group.own.setdefault(line["indicator"], {})[code] = number(line["points"]), number(line["worth"])

    def unit(self, code: str) -> Unit:
        if code not in self._units:
            self._units[code] = Unit(self.run, code, b"")
        return self._units[code]

    def _sealed(self, heads: list[Any], accounts: Any) -> None:
        """The digest that ``persons.json`` of the run holds is that of these rows and totals, plan by plan."""
        for one in json.loads((self.run.folder / "persons.json").read_text("utf-8")):
            mine = [head for head in heads if head["plan"] == one["plan"]]
            totals = [[head["person"], head["total"]] for head in mine]
            rows = [row for row in accounts["rows"] if self.plans.get(row[1]) == one["plan"]]
            ways = (rows, [row[:-CONFIRMED] for row in rows])
            if one["digest"] not in [sealed([way, totals]) for way in ways]:
                raise Refusal(f"个人账户与 persons.json 封存的摘要不符 accounts of {one['plan']} were altered")


def sealed(value: Any) -> str:
    return hashlib.sha256(
        json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


class Group:
    """Everybody with one duty."""

    def __init__(self, duty: str) -> None:
        self.duty = duty
        self.totals: dict[str, Fraction] = {}
        self.own: dict[str, dict[str, tuple[Fraction, Fraction]]] = {}

    @cached_property
    def of_all(self) -> list[tuple[str, Fraction]]:
        totals = list(self.totals.values())
        return [("best", max(totals)), ("mean", mean(totals)), ("median", middle(totals))]

    @cached_property
    def rates(self) -> dict[str, list[Fraction]]:
        return {id: [a / b for a, b in found.values() if b] for id, found in self.own.items()}

    @cached_property
    def mean_rates(self) -> dict[str, Fraction]:
        return {id: mean(rates) for id, rates in self.rates.items() if rates}

    @cached_property
    def mean_points(self) -> dict[str, Fraction]:
        return {id: mean([a for a, _ in found.values()]) for id, found in self.own.items()}


class Person:
    """One person. ``quoted``: the units whose sheets the report says it may quote."""

    def __init__(self, people: People, code: str, beside: bytes, quoted: list[str]) -> None:
        self.run, self.people, self.code, self.quoted = people.run, people, code, quoted
        self.head = people.heads[code]
        self.group = people.groups[self.head["plan"], self.head["duty"]]
        self.total = self.group.totals[code]
        self.words = next(one for one in people.words.values() if one["plan"] == self.head["plan"])
        self.plan = f"people/{self.head['plan']}"
        lines = people.lines[code]
        self.own = [one for one in lines if not one["stage"]]
        numbers = sorted({one["stage"] for one in lines if one["stage"]})
        self.stages = [[one for one in lines if one["stage"] == order] for order in numbers]
        records = json.loads(beside) if beside else {}
        given = records.get("persons", {}).get(code)
        self.records = given if given is not None else {kind: [] for kind in records.get("kept", [])}
        self.beside = f"beside#persons/{code}"
        here = self.head["unit"]
        self.unit = people.unit(here) if here in quoted else None
        if quoted != sorted({one["unit"] for one in lines if one["stage"]} & set(quoted)):
            raise Refusal(f"{code}: 引用了没有任职的单位 a unit is quoted in which nobody stood")
        self._adds_up()

    def _adds_up(self) -> None:
        """Own indicators count in one of the three ways that plans know; all of it makes the total, rounded."""
        marks = [(number(one["points"]), number(one["worth"]), one["points"] is not None) for one in self.own]
        got, had = sum(a for a, _, known in marks if known), sum(b for _, b, known in marks if known)
        full = sum(b for _, b, _ in marks)
        ways = (got, got + full - had, Fraction(got) * full / had if had else Fraction(full))
        own, cent = number(self.head["own"]), Fraction(1, 100)
        if marks and all(abs(own - one) > cent for one in ways):
            raise Refusal(f"{self.code}: 本人指标的分数与账户不符 own indicators do not make what is said")
        if abs(self.carried + own - self.total) > Fraction(1, 2):
            raise Refusal(f"{self.code}: 各部分之和不是总分 the parts do not add up to the total")

    @property
    def carried(self) -> Fraction:
        return sum((self.points(stage) * number(stage[0]["weight"]) for stage in self.stages), Fraction(0))

    @staticmethod
    def points(stage: list[Any]) -> Fraction:
        return sum((number(one["points"]) for one in stage), Fraction(0))

    def at(self, path: str) -> str:
        return f"persons#{self.code}/{path}"

    def kept(self, path: str) -> str:
        return f"accounts#{self.code}/{path}"

    def all(self, what: str) -> str:
        return f"{what}(persons#[{self.group.duty}]/total)"

    def unit_name(self, code: str) -> Any:
        return self.words["units"].get(code, code)

    def named(self, id: str) -> Any:
        return self.words["indicators"].get(id, id) if id else {"zh": "单位总分", "en": "total of the unit"}

    @cached_property
    def losses(self) -> list[dict[str, Any]]:
        """What lost points, the most first."""
        found = [one for one in self._lines() if one["lost"] > 0]
        return sorted(found, key=lambda one: (-one["lost"], one["key"]))

    def _lines(self) -> Iterator[dict[str, Any]]:
        for stage in self.stages:
            for one in stage:
                if one["points"]:
                    yield self._line(one, self.unit_name(one["unit"]), number(one["weight"]))
        for one in self.own:
            if one["points"] is not None:
                yield self._line(one, {"zh": "本人指标", "en": "own indicator"}, Fraction(1))

    def _line(self, one: Any, source: Any, weight: Fraction) -> dict[str, Any]:
        worth, points = number(one["worth"]), number(one["points"])
        key = f"{one['stage']}/{one['indicator'] or 'unit'}"
        lost = (worth - points) * weight
        return {"key": key, "row": one, "from": source, "worth": worth, "points": points, "lost": lost}
