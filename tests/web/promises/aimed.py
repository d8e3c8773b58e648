"""What the permission matrix asks for of results, runs, data, jobs and papers: an object in every state, of the unit A1
where it belongs to one."""

from __future__ import annotations

from typing import Any

from steelyard.web.cycles.models import NoticeKind, Stage
from steelyard.web.cycles.moves import MOVES
from steelyard.web.people.deciding import Target
from steelyard.web.uses.models import Kind as UseKind
from steelyard.web.uses.models import State as UseState
from steelyard.web.uses.moves import MOVES as USE_MOVES
from tests.bureau.small_people import VALUES
from tests.web.people.targets import ABSENT, Aimed, target
from tests.web.promises import rows
from tests.web.promises.bureau import path_of
from tests.web.promises.rows import AT, INDICATOR

HERE, PERSON, OWN_INDICATOR = path_of(AT), f"n-{AT}", next(iter(VALUES))


def _versions(more: dict[str, Any], absent: dict[str, Any], query: str = "", **aim: Any) -> list[Aimed]:
    """The same at every stage; what was withdrawn is read by nobody."""
    found = []
    for stage, version in rows.versions().items():
        seen = Target(state=str(stage), **{name: aim[name] for name in ("path", "person", "label") if name in aim})
        gone = stage == Stage.WITHDRAWN
        given = {"version": version.pk, **more}
        found.append(Aimed(given, seen, absent, aim.get("mine", False), gone, query))
    return found


@target("ranking", "ranking-file", "indicators", "compare", "go", "whole", "whole-file", "wall")
@target("lab", "lab-retire", "lab-file", "lab-start", "use-new", "health-make")
def versions() -> list[Aimed]:
    return _versions({}, {"version": ABSENT}, "?to=A1")


@target("health-file")
def printed() -> list[Aimed]:
    return _versions({"code": AT, "form": "json"}, {"code": "nowhere"}, path=HERE)


@target("health-pack")
def packs() -> list[Aimed]:
    for version in rows.versions().values():
        rows.packed(version)
    return _versions({}, {"version": ABSENT})


@target("findings", "findings-file", "finding-add")
def findings() -> list[Aimed]:
    return _versions({}, {"version": ABSENT})


@target("compare-file")
def pairs() -> list[Aimed]:
    """Of two units, each of whom must be open to whoever asks."""
    return _versions({}, {"version": ABSENT}, "?a=A1&b=A2", mine=True)


@target("lab-next", "lab-next-file", "lab-candidates")
def drafts() -> list[Aimed]:
    rows.looked(rows.versions()[Stage.PUBLISHED].run)
    return _versions({}, {"version": ABSENT})


@target("lab-indicator")
def looked_at() -> list[Aimed]:
    """Of a run whose indicators were looked at."""
    found = _versions({"indicator": INDICATOR}, {"version": ABSENT})
    rows.looked(rows.versions()[Stage.PUBLISHED].run)
    return found


@target("indicator", "indicator-file", "rule-text")
def indicators() -> list[Aimed]:
    return _versions({"indicator": INDICATOR}, {"version": ABSENT})


@target("portrait", "losses-file", "unit-indicators", "unit-indicators-file", "health")
def units() -> list[Aimed]:
    return _versions({"code": AT}, {"code": "nowhere"}, path=HERE)


@target("drill", "explanation", "rows", "proof", "proof-file", "dialogue", "remark", "evidence-add", "appeal-file")
def numbers() -> list[Aimed]:
    return _versions({"code": AT, "indicator": INDICATOR}, {"code": "nowhere"}, path=HERE)


@target("rows-file")
def lists() -> list[Aimed]:
    return _versions({"code": AT, "indicator": INDICATOR, "number": 0}, {"code": "nowhere"}, path=HERE)


@target("person", "person-file")
def persons() -> list[Aimed]:
    return _versions({"person": PERSON}, {"person": "nobody"}, path=HERE, person=PERSON, label=3)


@target("person-own")
def own_indicators() -> list[Aimed]:
    given = {"person": PERSON, "indicator": OWN_INDICATOR}
    return _versions(given, {"person": "nobody"}, path=HERE, person=PERSON, label=3)


@target("person-appeal", "person-evidence")
def entries() -> list[Aimed]:
    given = {"person": PERSON, "unit": AT, "indicator": OWN_INDICATOR}
    return _versions(given, {"person": "nobody"}, path=HERE, person=PERSON, label=3)


@target("run", "recount-start", "notices-print")
def runs() -> list[Aimed]:
    return [
        Aimed({"pk": version.run_id}, Target(state=str(stage)), {"pk": ABSENT})
        for stage, version in rows.runs().items()
    ]


for _move in MOVES:

    @target(_move.address)
    def moves(begins: Stage = _move.begins[0]) -> list[Aimed]:
        """Whoever has the right is told in words that a version has gone on; to others it is not there."""
        return [Aimed({"pk": one.pk}, Target(state=str(begins)), {"pk": ABSENT}) for one in rows.runs().values()]


@target("job", "job-cancel")
def jobs() -> list[Aimed]:
    return [Aimed({"pk": job.pk}, Target(state=str(state)), {"pk": ABSENT}) for state, job in rows.jobs().items()]


@target("batch", "batch-reasons", "batch-mend")
def batches() -> list[Aimed]:
    return [Aimed({"number": rows.batches().rejected}, absent={"number": ABSENT})]


@target("notice")
def letters() -> list[Aimed]:
    return [
        Aimed({"pk": one.pk, "form": "pdf"}, Target(path=HERE, state=str(stage)), {"pk": ABSENT})
        for stage, one in rows.notices(NoticeKind.LETTER).items()
    ]


@target("bulletin")
def bulletins() -> list[Aimed]:
    return [
        Aimed({"pk": one.pk, "form": "docx"}, Target(state=str(stage)), {"pk": ABSENT})
        for stage, one in rows.notices(NoticeKind.BULLETIN).items()
    ]


@target("use", "use-file")
def uses() -> list[Aimed]:
    """Of units and of persons: those are personal data."""
    return [
        Aimed({"pk": rows.use(AT, state, kind).pk}, Target(state=str(state), label=label), {"pk": ABSENT})
        for state in UseState
        for kind, label in ((UseKind.UNITS, 1), (UseKind.PERSONS, 3))
    ]


for _way in USE_MOVES:

    @target(_way.address)
    def answers(begins: UseState = _way.begins[0]) -> list[Aimed]:
        return [Aimed({"pk": rows.use(AT, state).pk}, Target(state=str(begins)), {"pk": ABSENT}) for state in UseState]
