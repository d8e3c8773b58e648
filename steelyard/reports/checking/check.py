"""Re-derives every number of a sheet's prose from the sheet's values, on another road than `sentences`.

A sentence is read with the claims below: each names a phrase, and says what its number must be. A number that no
claim covers, a claim that does not hold, and parts that do not add up are each reported. C69, C40.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from steelyard.engine.problems import CATALOGUE, Language, Place, Problem
from steelyard.reports import sentences
from steelyard.reports.checking.claims import fixed, mask, names_with_digits
from steelyard.reports.checking.phrases import CLAIMS
from steelyard.reports.sheet import Statement, UnitSheet

CATALOGUE.add(
    {
        "sheet-number-underived": (
            "“{number}”无法由报告单的数据得出，出自“{sentence}”；请核对该句的数据来源",
            "'{number}' does not follow from the sheet's values, in '{sentence}'; check where the sentence came from",
        ),
        "sheet-claim-false": (
            "“{number}”与数据不符，应为 {expected}，出自“{sentence}”；请重新生成报告单",
            "'{number}' contradicts the values, which give {expected}, in '{sentence}'; make the sheet again",
        ),
        "sheet-parts-differ": (
            "{what}的各部分之和为 {parts}，合计却为 {total}；请核对汇总",
            "the parts of {what} add up to {parts}, the sum says {total}; check the adding up",
        ),
    }
)

_NUMBER = re.compile(r"(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<unit>%| ?个?百分点| percentage point| ?万元| ?亿元| million)?")
_SCALES = {
    "%": Fraction(100),
    "百分点": Fraction(100),
    "个百分点": Fraction(100),
    "percentage point": Fraction(100),
    "万元": Fraction(1, 10**4),
    "亿元": Fraction(1, 10**8),
    "million": Fraction(1, 10**6),
}


def check_sheet(sheet: UnitSheet, language: Language = "zh") -> list[Problem]:
    """Every unsupported number and every sum that does not close; an empty list is a sound sheet."""
    prose = [*sentences.overview(sheet, language), *sentences.history(sheet, language)]
    names = names_with_digits(sheet)
    problems = [problem for text in prose for problem in check_sentence(sheet, text, language, names)]
    for statement in _statements(sheet):
        problems += check_statement(sheet, statement, language, names)
    return problems + list(_sums(sheet))


def check_sentence(sheet: UnitSheet, text: str, language: Language, names: Sequence[str]) -> list[Problem]:
    """Problems of one generated sentence; ``names`` are those of `names_with_digits`."""
    problems, masked = [], mask(names, text)
    rest = masked
    for claim in CLAIMS[language]:
        for found in claim.pattern.finditer(masked):
            said, expected = found["n"], claim.expected(sheet, found)
            if said not in expected:
                problems.append(_false(sheet, said, expected, text))
            rest = rest[: found.start("n")] + " " * len(said) + rest[found.end("n") :]
    return problems + [_underived(sheet, found[0], text) for found in _NUMBER.finditer(rest)]


def check_statement(sheet: UnitSheet, statement: Statement, language: Language, names: Sequence[str]) -> list[Problem]:
    """Problems of a sentence that the engine wrote: each of its numbers must be one it rests on."""
    text = statement.text.of(language)
    found = _NUMBER.finditer(mask([*statement.quoted, *names], text))
    own = {row.value.unit.of(language) for row in sheet.indicators if row.value is not None}
    return [_underived(sheet, one[0], text) for one in found if not _rests_on(one, statement.numbers, own)]


def _rests_on(written: re.Match[str], numbers: Iterable[Decimal], own: Container[str]) -> bool:
    """Whether a written number is one of the numbers, at the digits shown. A whole number must be met exactly.
    ``own``: units in which rules count themselves; a rule whose values are in 万元 already says them as they are."""
    digits = written["digits"].replace(",", "")
    places = len(digits.partition(".")[2])
    unit = (written["unit"] or "").strip()
    scales = {_SCALES.get(unit, Fraction(1)), *((Fraction(1),) if unit in own else ())}
    exact = [abs(Fraction(number)) * scale for number in numbers for scale in scales]
    return any(one == Fraction(digits) or (places > 0 and fixed(one, places) == digits) for one in exact)


def _statements(sheet: UnitSheet) -> Iterator[Statement]:
    for loss in sheet.losses:
        yield loss.reason
        if loss.remedy is not None:
            yield loss.remedy
    yield from (caution.statement for caution in sheet.cautions)


def _sums(sheet: UnitSheet) -> Iterator[Problem]:
    """Parts add up to the whole, to the last digit (C40). A book that rounds points to more than the two digits
    shown is held to all of its digits."""
    extra = [adjustment.points for adjustment in sheet.adjustments]
    yield from _adds_up(sheet, sheet.name.zh, [*(family.points for family in sheet.families), *extra], sheet.total)
    for family in sheet.families:
        rows = [row.points for row in sheet.indicators if row.family == family.name]
        yield from _adds_up(sheet, family.name.zh, rows, family.points)
    lost = sum((row.lost for row in sheet.indicators), Decimal(0))
    yield from _adds_up(sheet, "失分 lost points", [loss.points for loss in sheet.losses], lost)


def _adds_up(sheet: UnitSheet, what: str, parts: list[Decimal], total: Decimal) -> Iterator[Problem]:
    together = sum(parts, Decimal(0))
    if together != total:
        params = {"what": what, "parts": f"{together:f}", "total": f"{total:f}"}
        yield Problem("sheet-parts-differ", Place(sheet.code), params)


def _underived(sheet: UnitSheet, number: str, sentence: str) -> Problem:
    return Problem("sheet-number-underived", Place(sheet.code), {"number": number, "sentence": sentence})


def _false(sheet: UnitSheet, said: str, expected: Iterable[str], sentence: str) -> Problem:
    params = {"number": said, "expected": " / ".join(expected) or "—", "sentence": sentence}
    return Problem("sheet-claim-false", Place(sheet.code), params)
