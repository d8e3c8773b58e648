"""What the database knows of the bureau: its units and persons, a version and a run at every stage, and around the
number of one unit everything that people said of it. Each text that somebody wrote carries its own mark."""

from __future__ import annotations

import gzip
import hashlib
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.utils import timezone

from steelyard.bureau.lab.quality.looking import LAB, look
from steelyard.bureau.runs.replaying import manifest_in
from steelyard.web.cycles.data.mirroring import mirror
from steelyard.web.cycles.models import Arrival, Delivery, Notice, NoticeKind, Run, Signature, Source, Stage, Version
from steelyard.web.cycles.runs.looking import FILE
from steelyard.web.dialogue.models import Appeal, Evidence, Move, Remark
from steelyard.web.dialogue.models import Stage as AppealStage
from steelyard.web.jobs.models import Job, State
from steelyard.web.people.models import Account, Person, Unit
from steelyard.web.uses.models import Difference, Kind, Named, Review, Use
from steelyard.web.uses.models import State as UseState
from steelyard.web.uses.models import Step as UseStep
from tests.web.people.world import account, unit
from tests.web.promises.bureau import ABOVE as ABOVE
from tests.web.promises.bureau import ASSESSED, COUNTIES, Made, made, mark, name_of, path_of

AT, INDICATOR = "A1", "timely"
"""The unit and the indicator that everything here is about."""
NUMBERED = (Stage.PUBLISHED, Stage.REPLACED)


def placed() -> None:
    """Units and persons, as an import of the register leaves them."""
    for code, above in ABOVE.items():
        kind = "县局" if code in COUNTIES else "分局" if code in ASSESSED else ""
        row = {"name": name_of(code), "parent_id": above or None, "path": path_of(code), "class_name": kind}
        Unit.objects.get_or_create(code=code, defaults=row)
    for code in ASSESSED:
        row = {"name": mark("person", code), "unit_id": code, "post": f"岗位{code}"}
        Person.objects.get_or_create(code=f"n-{code}", defaults=row)


def maker() -> Account:
    return account("maker")


@cache
def _manifest() -> dict[str, str]:
    found = manifest_in(made().run)
    return {"digest": str(found["digest"]), "root": str(found["root"])}


def _run(folder: str, plan: str, stage: Stage) -> Run:
    gone = mark("discarded", stage) if stage == Stage.WITHDRAWN else ""
    return Run.objects.create(
        folder=folder, plan=plan, plan_name="分局", period="2026", batch=1, made_by=maker(), made_at=timezone.now(),
        discarded=gone, **_manifest(),
    )  # fmt: skip


def _version(run: Run, stage: Stage, plan: str) -> Version:
    given = {"number": 1, "published_at": timezone.now()} if stage in NUMBERED else {}
    found = Version.objects.create(run=run, plan=plan, period=run.period, stage=stage, **given)
    at, remark = timezone.now(), mark("signature", stage)
    void = at if stage == Stage.PREVIEW else None  # sent back
    Signature.objects.create(version=found, right="assessor", account=maker(), at=at, remark=remark, void_at=void)
    return found


def versions() -> dict[Stage, Version]:
    """One at each stage. All read one run, so that it is opened once; each has a plan of its own in the tables."""
    run = Run.objects.filter(folder=made().run.name).first() or _run(made().run.name, "units", Stage.PUBLISHED)
    found = dict[Stage, Version]()
    for stage in Stage:
        plan = "units" if stage == Stage.PUBLISHED else f"units-{stage}"
        found[stage] = Version.objects.filter(run=run, plan=plan).first() or _version(run, stage, plan)
    return found


def runs() -> dict[Stage, Version]:
    """Runs of their own at each stage, each in a folder that leads to the same files."""
    found = dict[Stage, Version]()
    for stage in Stage:
        folder = made().run.with_name(f"{made().run.name}-{stage}")
        if not folder.exists():
            folder.symlink_to(made().run, target_is_directory=True)
        run = Run.objects.filter(folder=folder.name).first() or _run(folder.name, f"run-{stage}", stage)
        found[stage] = run.versions.first() or _version(run, stage, run.plan)
    return found


@cache
def _lab() -> bytes:
    return LAB.dump_json(look(made().run, made().bureau.record))


def looked(run: Run) -> None:
    """As the job leaves it that looks at the indicators of a run."""
    (made().run / FILE).write_bytes(gzip.compress(_lab(), 1, mtime=0))
    done = {"run": run.pk, "sha256": hashlib.sha256(_lab()).hexdigest()}
    given = {"kind": "lab", "given": {"run": run.pk}, "state": State.DONE}
    if not Job.objects.filter(**given).exists():
        Job.objects.create(**given, came_to=done, asked_by="maker", asked_at=timezone.now())


def packed(version: Version) -> None:
    """As the job leaves it that makes the health checks of everybody."""
    path = settings.STEELYARD.media / "health" / f"{version.pk}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"PK\x05\x06" + bytes(18))  # an archive of nothing
    given = {"kind": "health", "given": {"version": version.pk}, "state": State.DONE}
    if not Job.objects.filter(**given).exists():
        Job.objects.create(**given, came_to={}, asked_by="maker", asked_at=timezone.now())


def notices(kind: NoticeKind) -> dict[Stage, Notice]:
    """Letters to the unit, or bulletins; their files are printed already."""
    found = dict[Stage, Notice]()
    serial = Notice.objects.count()
    for number, (stage, version) in enumerate(versions().items(), start=serial + 1):
        to = {"unit": AT, "unit_name": name_of(AT), "class_name": "县局"} if kind == NoticeKind.LETTER else {}
        at = {"version": version, "kind": kind, **to}
        row = Notice.objects.get_or_create(**at, defaults={"year": 2026, "serial": number})[0]
        digests = {form: _printed(row, form) for form in ("pdf", "docx")}
        Notice.objects.filter(pk=row.pk).update(**digests)
        found[stage] = row
    return found


def _printed(notice: Notice, form: str) -> str:
    content = f"%PDF {mark('letter', notice.unit)}".encode()
    path = settings.STEELYARD.media / "notices" / str(notice.version_id) / f"2026-{notice.serial:05d}.{form}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def jobs() -> dict[State, Job]:
    now = timezone.now()
    said = {"said_zh": mark("job", "said"), "came_to": {}, "asked_by": "maker", "asked_at": now}
    wrong = [{"code": "x", "zh": mark("job", "wrong"), "en": mark("job", "wrong")}]
    return {
        state: Job.objects.create(
            kind="run", given={"plan": "units", "period": f"{2030 + number}", "sheets": "none"}, state=state,
            about=mark("job", "about"), problems=wrong if state == State.FAILED else [], **said,
        )
        for number, state in enumerate(State)
    }  # fmt: skip


def batches() -> Made:
    """Listed as the record has them; and a file that was refused."""
    mirror(made().bureau)
    report = {"table": "", "new": True, "problems": [{"zh": mark("delivery", "why"), "en": mark("delivery", "why")}]}
    Delivery.objects.create(
        source=Source.UPLOAD, name=mark("delivery", "name"), by="maker", at=timezone.now(), state=Arrival.REFUSED,
        reports=[{"file": "x", "batch": None, **report}],
    )  # fmt: skip
    return made()


def _anchor(code: str, version: Version, indicator: str = INDICATOR, person: str = "") -> dict[str, object]:
    at = {"plan": version.plan, "period": version.period, "version": version, "person": person}
    return {**at, "unit": unit(code), "indicator": indicator, "shown": "1.00"}


def remark(code: str, stage: Stage = Stage.PUBLISHED, by: Account | None = None) -> Remark:
    version = versions()[stage]
    text = mark("remark", f"{code}-{stage}")
    return Remark.objects.create(**_anchor(code, version), text=text, by=by or maker(), at=timezone.now())


def evidence(code: str, stage: Stage = Stage.PUBLISHED, by: Account | None = None, person: str = "") -> Evidence:
    number, of = Evidence.objects.count(), f"{person or code}-{stage}"
    stored = f"evidence/{code}-{stage}-{number}.txt"
    path = settings.STEELYARD.media / stored
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(mark("evidence-content", of), "utf-8")
    return Evidence.objects.create(
        **_anchor(code, versions()[stage], person=person), source="own", about=mark("evidence-about", of),
        stored=stored, name=f"{mark('evidence-name', of)}.txt", size=14, digest=hashlib.sha256(of.encode()).hexdigest(),
        by=by or maker(), at=timezone.now(),
    )  # fmt: skip


def appeal(code: str, stage: AppealStage, by: Account | None = None, indicator: str = "", person: str = "") -> Appeal:
    """Filed against the published version; somebody has said something on the way. ``person``: for his own account."""
    now = timezone.now()
    at = _anchor(code, versions()[Stage.PUBLISHED], indicator or f"of-{stage}-{Appeal.objects.count()}", person)
    made = Appeal.objects.create(
        **at, claim=mark("claim", f"{person or code}-{stage}"), stage=stage, filed_by=by or maker(), filed_at=now,
        due=(now + timedelta(days=9)).date(),
    )  # fmt: skip
    text = mark("move", f"{person or code}-{stage}")
    Move.objects.create(appeal=made, name="answer", to=stage, by=maker(), at=now, text=text)
    return made


def use(code: str, state: UseState = UseState.STANDING, kind: Kind = Kind.UNITS, by: Account | None = None) -> Use:
    """Of the published version; one that waits for an answer, or has one, was corrected by itself."""
    version, now, of = versions()[Stage.PUBLISHED], timezone.now(), f"{kind}-{code}-{state}"
    person = f"n-{code}" if kind == Kind.PERSONS else code
    name = mark("person", code) if kind == Kind.PERSONS else name_of(code)
    made = Use.objects.create(
        version=version, settled=version, kind=kind, purpose="honours", purpose_name="评先评优", user="人事处",
        on=now.date(), document=mark("use-document", of), reason=mark("use-reason", of), many=1, state=state,
        by=by or maker(), at=now, key=f"{of}-{Use.objects.count()}", digest="0" * 64,
    )  # fmt: skip
    named = Named.objects.create(use=made, code=person, name=name, total="91.5", place=1, grade="优秀")
    if state not in (UseState.STANDING, UseState.CANCELLED):
        review = Review.objects.create(use=made, before=version, after=version, changed=1, same=0, at=now)
        Difference.objects.create(review=review, named=named, total="80", place=2, total_before="91.5", place_before=1)
        if state != UseState.DUE:
            why = {"reason": mark("use-answer", of), "by": maker(), "at": now}
            UseStep.objects.create(use=made, move="keep", to=state, review=review, **why)
    return made
