"""The health check of one person: ten sections of claims, and the run and records that they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from steelyard.bureau.health.basis import Basis
from steelyard.bureau.health.beside import NOTHING, Beside, Records, digest_of, write_beside
from steelyard.bureau.health.parts.loop import appeals, rectification
from steelyard.bureau.health.persons.basis import PeopleBasis, Person
from steelyard.bureau.health.persons.bridge import bridge, losses
from steelyard.bureau.health.persons.course import course, problems, risks, suggestions
from steelyard.bureau.health.persons.standing import peers, standing
from steelyard.reports.health.document import Claim, Document, Section

PARTS: Mapping[int, Callable[[Person, Records], Iterator[Claim]]] = MappingProxyType(
    {
        1: standing,
        2: lambda of, _: bridge(of),
        3: lambda of, _: losses(of),
        4: lambda of, _: peers(of),
        5: course,
        6: risks,
        7: lambda of, _: problems(of),
        8: rectification,
        9: appeals,
        10: lambda of, _: suggestions(of),
    }
)


class PeopleChecks:
    """The health checks of the people of one run. ``whole``: for many of them at once."""

    def __init__(self, basis: Basis, beside: Beside = NOTHING, whole: bool = False) -> None:
        self.people, self.beside = PeopleBasis(basis, whole), beside
        self.digest = digest_of(write_beside(beside))

    def has(self, person: str) -> bool:
        return person in self.people.heads

    def of(self, person: str, quoted: frozenset[str] | None = None, beside: Beside | None = None) -> Document:
        """``quoted``: units whose sheets may be quoted, None for all; ``beside``: records other than everybody's.

        Raises `KeyError` for whoever was not assessed, `Refused` where views are missing or altered.
        """
        records = (self.beside if beside is None else beside).of_person(person)
        about, digest = (
            self.people.of(person, quoted),
            self.digest if beside is None else digest_of(write_beside(beside)),
        )
        sections = tuple(Section(number, tuple(make(about, records))) for number, make in PARTS.items())
        name, run = about.head["name"], self.people.basis.overview.run
        subject = {"kind": "person", "code": person, "zh": name, "en": "", "quoted": list(about.quoted)}
        sealed = {"number": run.number, "digest": run.digest, "root": run.root}
        return Document(subject, sealed, sections, digest)
