"""One health check: ten sections of claims, and the run and records that they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from steelyard.bureau.health.basis import About, Basis
from steelyard.bureau.health.beside import NOTHING, Beside, Records, digest_of, write_beside
from steelyard.bureau.health.parts.bridge import bridge
from steelyard.bureau.health.parts.course import course
from steelyard.bureau.health.parts.loop import appeals, rectification
from steelyard.bureau.health.parts.losses import losses
from steelyard.bureau.health.parts.peers import peers
from steelyard.bureau.health.parts.risks import repeats, risks
from steelyard.bureau.health.parts.standing import standing
from steelyard.bureau.health.parts.suggestions import suggestions
from steelyard.reports.health.document import Claim, Document, Section

Making = Callable[[About, Records], Iterator[Claim]]

PARTS: Mapping[int, Making] = MappingProxyType(
    {
        1: lambda of, _: standing(of),
        2: lambda of, _: bridge(of),
        3: lambda of, _: losses(of),
        4: lambda of, _: peers(of),
        5: course,
        6: risks,
        7: lambda of, _: repeats(of),
        8: rectification,
        9: appeals,
        10: lambda of, _: suggestions(of),
    }
)


class Checks:
    """The health checks of one run; what they share is worked out once."""

    def __init__(self, basis: Basis, beside: Beside = NOTHING) -> None:
        self.basis, self.beside = basis, beside
        self.digest = digest_of(write_beside(beside))

    def of(self, code: str, closed: bool = False, beside: Beside | None = None) -> Document:
        """``closed``: peers without their names; ``beside``: other records than those of everybody.

        Raises `KeyError` for a unit that was not assessed, `Refused` where views are missing or altered.
        """
        records = (self.beside if beside is None else beside).of(code)
        about, digest = self.basis.of(code, closed), self.digest if beside is None else digest_of(write_beside(beside))
        sections = tuple(Section(number, tuple(make(about, records))) for number, make in PARTS.items())
        sheet = about.sheet
        subject = {"kind": "unit", "code": code, "zh": sheet.name.zh, "en": sheet.name.en}
        run = {"number": sheet.run.number, "digest": sheet.run.digest, "root": sheet.run.root}
        return Document(subject, run, sections, digest, closed)
