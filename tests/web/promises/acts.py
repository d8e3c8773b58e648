"""For every address that changes something, one act that succeeds: who sends what. A new address needs one here, or in
a file that `test_writes` reads as well:

    @act("remark")
    def remark() -> Act: return Act(over("unit", "A1"), {...}, {"text": "..."})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pyotp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from steelyard.web.cycles import signing
from steelyard.web.cycles.models import Notice, NoticeKind, Stage, Version
from steelyard.web.cycles.moves import BY_NAME
from steelyard.web.dialogue.models import Appeal
from steelyard.web.dialogue.models import Stage as AppealStage
from steelyard.web.dialogue.moves import BY_NAME as APPEAL_MOVES
from steelyard.web.jobs.models import State
from steelyard.web.people.login.entering import PENDING
from steelyard.web.people.login.invitations import invite
from steelyard.web.people.login.own import KEY as OWN_KEY
from steelyard.web.people.login.sealing import seal
from steelyard.web.people.models import Account, Grant, GrantState, RegisterImport, Token
from tests.bureau.small_people import VALUES
from tests.web.people.world import KEY, PASSWORD, account, grant, person, sign_in, unit, with_role
from tests.web.promises import rows
from tests.web.promises.rows import AT, INDICATOR

NEW = "three other words about rivers"
ENTRY = {"person": "n-A1", "unit": AT, "indicator": next(iter(VALUES))}


@dataclass(frozen=True)
class Act:
    """``by``: who sends it, None for somebody who has not signed in. ``with_it``: what the session knows already."""

    by: Account | None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    with_it: Mapping[str, Any] = field(default_factory=dict)

    def client(self, by: Account | None = None) -> Client:
        client = Client(raise_request_exception=False)
        who = by or self.by
        if who is not None:
            sign_in(client, Account.objects.get(pk=who.pk))
        if self.with_it and by is None:
            session = client.session
            session.update(dict(self.with_it))
            session.save()
        return client


ACTS: dict[str, Callable[[], Act]] = {}


def act(name: str) -> Callable[[Callable[[], Act]], Callable[[], Act]]:
    def added(make: Callable[[], Act]) -> Callable[[], Act]:
        ACTS[name] = make
        return make

    return added


def over(role: str, at: str | None = "P") -> Account:
    return with_role(role, at)


def _file(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def _code() -> str:
    return pyotp.TOTP(KEY).at(timezone.now())


# ---- coming and going ----


@act("login")
def login() -> Act:
    return Act(None, data={"username": account("li").username, "password": PASSWORD})


@act("login-second")
def login_second() -> Act:
    who = account("li", second=seal(KEY))
    return Act(
        None,
        data={"code": _code()},
        with_it={PENDING: [who.pk, timezone.now().timestamp(), who.get_session_auth_hash()]},
    )


@act("invited")
def invited() -> Act:
    return Act(None, {"token": invite(account("li"), timezone.now())}, {"new": NEW, "repeated": NEW})


@act("logout")
def logout() -> Act:
    return Act(account("li"))


@act("prove")
def prove() -> Act:
    return Act(account("li"), data={"password": PASSWORD})


@act("language")
def language() -> Act:
    return Act(account("li"), data={"language": "en"})


@act("own-password")
def own_password() -> Act:
    return Act(account("li"), data={"old": PASSWORD, "new": NEW, "repeated": NEW})


@act("own-second")
def own_second() -> Act:
    return Act(account("li"), data={"code": _code()}, with_it={OWN_KEY: KEY})


@act("own-sessions")
def own_sessions() -> Act:
    return Act(account("li"))


@act("own-delegate")
def own_delegate() -> Act:
    lender, today = over("leader", AT), timezone.localdate()
    given = {"account": account("li").username, "unit": AT, "since": today, "until": today + timedelta(days=9)}
    return Act(lender, data={**given, "grant": Grant.objects.get(account=lender).pk, "reason": "休假"})


@act("own-delegation-end")
def own_delegation_end() -> Act:
    lender = over("leader", AT)
    source = Grant.objects.get(account=lender)
    lent = grant(account("li"), "leader", unit(AT), delegated_from=source, given_by=lender)
    return Act(lender, {"number": lent.pk}, {"reason": "回来了"})


# ---- administration ----


@act("account-new")
def account_new() -> Act:
    return Act(over("system", None), data={"username": "wang", "name": "王", "person": "", "way": "password"})


def _on_account(name: str, role: str, data: Mapping[str, Any], **more: Any) -> None:
    @act(name)
    def made() -> Act:
        return Act(over(role, None), {"number": account("li", **more).pk}, {"reason": "依据", **data})


_on_account("account-way", "system", {"way": "password"}, way="directory")
_on_account("account-disable", "system", {})
_on_account("account-enable", "system", {}, is_active=False)
_on_account("account-reset", "system", {})
_on_account("account-sessions", "system", {})
_on_account("account-second", "security", {}, second="x")
_on_account("account-clearance", "security", {"clearance": "2"})


@act("grant-new")
def grant_new() -> Act:
    given = {"account": account("li").username, "role": "leader", "unit": AT, "since": timezone.localdate()}
    return Act(over("security", None), data={**given, "reason": "任命"})


def _on_grant(name: str, state: GrantState) -> None:
    @act(name)
    def made() -> Act:
        one = grant(account("li"), "office", unit("P"), state=state, given_by=over("system", None))
        return Act(over("security", None), {"number": one.pk}, {"reason": "依据"})


_on_grant("grant-confirm", GrantState.PROPOSED)
_on_grant("grant-refuse", GrantState.PROPOSED)
_on_grant("grant-end", GrantState.CONFIRMED)


@act("trail-verify")
def trail_verify() -> Act:
    return Act(over("records", None))


@act("checkpoint-new")
def checkpoint_new() -> Act:
    return Act(over("records", None))


@act("organisation-bring")
def organisation_bring() -> Act:
    """The register calls the units by other names than the tables do here."""
    unit("A1").__class__.objects.filter(pk="A1").update(name="旧名")
    return Act(over("system", None))


UNITS = "代码,名称,层级,上级,类别,启用,停用\nZ9,新分局,branch,A1,分局,2020-01-01,\n"


@act("organisation-upload")
def organisation_upload() -> Act:
    given = {"files": _file("units.csv", UNITS), "day": timezone.localdate()}
    return Act(over("system", None), data=given)


def _uploaded() -> Act:
    sent = organisation_upload()
    answer = sent.client().post("/organisation/upload", dict(sent.data))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Act(over("system", None), {"key": RegisterImport.objects.get().key}, {"reason": "不对"})


act("organisation-apply")(_uploaded)
act("organisation-refuse")(_uploaded)


@act("token-new")
def token_new() -> Act:
    to, until = over("integration"), timezone.localdate() + timedelta(days=9)
    given = {"account": to.username, "name": "征管", "scopes": ["results"], "unit": AT, "until": until}
    return Act(over("security", None), data=given)


@act("token-end")
def token_end() -> Act:
    now, to = timezone.now(), over("integration")
    made = {"account": to, "made_by": to, "made_at": now, "until": now + timedelta(days=9), "unit": unit(AT)}
    one = Token.objects.create(name="征管", digest="0" * 64, scopes=["results"], **made)
    return Act(over("security", None), {"number": one.pk}, {"reason": "停用"})


# ---- the office ----


@act("job-cancel")
def job_cancel() -> Act:
    return Act(over("office"), {"pk": rows.jobs()[State.WAITING].pk})


@act("deliver")
def deliver() -> Act:
    return Act(over("office"), data={"files": _file("matter_9.csv", "a,b\n1,2\n"), "key": "form"})


@act("fetch")
def fetch() -> Act:
    return Act(over("office"), data={"tables": ["public.matter"], "key": "form"})


@act("run-start")
def run_start() -> Act:
    return Act(over("office"), data={"plan": "units", "period": "2026", "sheets": "none", "key": "form"})


@act("recount-start")
def recount_start() -> Act:
    return Act(over("office"), {"pk": rows.runs()[Stage.PREVIEW].run_id}, {"seed": "上证 3211.43", "key": "form"})


@act("lab-start")
def lab_start() -> Act:
    return Act(over("office"), {"version": rows.runs()[Stage.PUBLISHED].pk}, {"key": "form"})


@act("notices-print")
def notices_print() -> Act:
    version = rows.runs()[Stage.PUBLISHED]
    Notice.objects.create(version=version, kind=NoticeKind.BULLETIN, year=2026, serial=9_999)
    return Act(over("office"), {"pk": version.run_id})


def _on_version(name: str) -> None:
    @act(f"version-{name}")
    def made() -> Act:
        move = BY_NAME[name]
        version = rows.runs()[move.begins[0]]
        version.signatures.all().delete()
        if name in ("correct", "second"):
            _in_force(version, name)
        version.refresh_from_db()
        return Act(
            over(str(move.right)), {"pk": version.pk}, {"reason": "依据充分", "proposal": signing.proposal(version)}
        )


def _in_force(version: Version, name: str) -> None:
    there = rows.versions()[Stage.PUBLISHED]
    Version.objects.filter(pk=version.pk).update(plan=there.plan, period=there.period)
    if name == "second":
        said = {"replaces": there, "reason": "补报", "proposed_by": rows.maker()}
        Version.objects.filter(pk=version.pk).update(**said)


for _name in BY_NAME:
    _on_version(_name)


# ---- what people have to say ----


def _number(stage: Stage = Stage.PUBLISHED) -> dict[str, Any]:
    return {"version": rows.versions()[stage].pk, "code": AT, "indicator": INDICATOR}


@act("proof")
def proof() -> Act:
    return Act(over("unit", AT), _number())


@act("remark")
def remark() -> Act:
    return Act(over("unit", AT), _number(), {"text": "口径有误"})


@act("evidence-add")
def evidence_add() -> Act:
    return Act(over("unit", AT), _number(), {"file": _file("a.txt", "x"), "source": "own", "about": "说明"})


@act("evidence-withdraw")
def evidence_withdraw() -> Act:
    who = over("unit", AT)
    return Act(who, {"pk": rows.evidence(AT, by=who).pk}, {"why": "传错了"})


@act("evidence-grade")
def evidence_grade() -> Act:
    return Act(over("office"), {"pk": rows.evidence(AT).pk}, {"grade": "B"})


@act("appeal-file")
def appeal_file() -> Act:
    return Act(over("unit", AT), _number(), {"claim": "有三件不是我局的"})


def _officer() -> Account:
    return with_role("officer", AT, person=person("n-A1", unit(AT)).pk)


@act("person-appeal")
def person_appeal() -> Act:
    return Act(_officer(), {"version": _number()["version"], **ENTRY}, {"claim": "第三件不是我经办的"})


@act("person-evidence")
def person_evidence() -> Act:
    return Act(
        _officer(),
        {"version": _number()["version"], **ENTRY},
        {"source": "own", "about": "移交单", "file": _file("b.txt", "x")},
    )


def _appeal(stage: AppealStage = AppealStage.FILED) -> Appeal:
    """With a file that corrects it and a preview of that."""
    person("n-A1", unit(AT))
    made = rows.appeal(AT, stage, indicator=INDICATOR)
    made.moves.all().delete()
    made.files.set([rows.evidence(AT)])
    Appeal.objects.filter(pk=made.pk).update(digest="d" * 64)
    return made


@act("appeal-files")
def appeal_files() -> Act:
    made = _appeal()
    return Act(over("unit", AT), {"pk": made.pk}, {"files": [made.files.get().pk]})


@act("appeal-preview")
def appeal_preview() -> Act:
    return Act(over("office"), {"pk": _appeal().pk})


def _on_appeal(name: str) -> None:
    @act(f"appeal-{name}")
    def made() -> Act:
        way = APPEAL_MOVES[name]
        at = AT if way.right == "unit" else "P"
        return Act(over(str(way.right), at), {"pk": _appeal(way.begins[0]).pk}, {"text": "依据第三条"})


for _name in APPEAL_MOVES:
    _on_appeal(_name)
