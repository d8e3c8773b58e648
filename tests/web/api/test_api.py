"""Other systems come in by tokens: what these are not for looks as if nothing were there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from steelyard.engine.problems import Refused
from steelyard.lake.record.snapshot import snapshot
from steelyard.web.api import facts
from steelyard.web.configuration import Configuration
from steelyard.web.people.models import Account, Unit
from steelyard.web.people.roles import Role
from steelyard.web.people.tokens import Wanted, end, good, issue
from steelyard.web.site.demonstration import fill
from steelyard.web.trail.models import Event
from tests.bureau.small_bureau import bureau, load
from tests.bureau.test_correcting import CASES, FACTS, RULES, UNITS
from tests.lake.intake_office import shared_cage
from tests.web.api.caller import get, integrator, post
from tests.web.people import world
from tests.web.province import Province

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = bureau(tmp_path, FACTS, RULES)
    load(made, {"units.csv": UNITS, "cases1.csv": CASES})
    settings.STEELYARD = Configuration(tmp_path / "site", bureau=str(made.root), record=str(made.record), live="all")
    facts.live.cache_clear()
    monkeypatch.setattr(facts, "cage", shared_cage)
    facts.live().open()


@pytest.fixture
def published(province: Province, settings: Any, tmp_path: Path) -> Province:
    at = province.bureau
    settings.STEELYARD = Configuration(tmp_path / "site", bureau=str(at.root), record=str(at.record))
    fill(province.folder, [], timezone.now(), passwords=False)
    return province


# ---- tokens ----


def test_a_token_is_told_once_and_kept_as_a_digest() -> None:
    text = integrator()
    found = good(text, timezone.now())
    assert found is not None
    assert text.startswith("sy_")
    assert text not in str(vars(found))
    assert text not in str([event.detail for event in Event.objects.all()])


def test_a_token_ends_on_its_day_or_when_somebody_ends_it_or_its_account() -> None:
    text = integrator()
    token = good(text, timezone.now())
    assert token is not None
    assert good(text, token.until + timedelta(seconds=1)) is None
    account = Account.objects.get(pk=token.account_id)
    account.is_active = False
    account.save()
    assert good(text, timezone.now()) is None
    account.is_active = True
    account.save()
    end(token, by=world.with_role(Role.SECURITY), now=timezone.now())
    assert good(text, timezone.now()) is None
    with pytest.raises(Refused) as twice:
        end(token, by=world.with_role(Role.SECURITY), now=timezone.now())
    assert twice.value.problems[0].code == "token-over"


def wanted(**more: Any) -> Wanted:
    usual: dict[str, Any] = {"name": "x", "scopes": ["results"], "unit": world.unit("P")}
    return Wanted(**{**usual, "until": timezone.now() + timedelta(days=5), **more})


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"scopes": []}, "token-none"),
        ({"scopes": ["all"]}, "token-scope"),
        ({"until": timezone.now() + timedelta(days=400)}, "token-long"),
        ({"until": timezone.now() - timedelta(days=1)}, "token-long"),
        ({"name": "  "}, "token-name"),
        ({"scopes": ["facts"]}, "token-tables"),
        ({"tables": ["cases"]}, "token-tables"),
        ({"scopes": ["facts"], "tables": ["units"]}, "token-table"),
    ],
)
@pytest.mark.usefixtures("small")
def test_a_token_is_given_for_a_purpose_some_tables_and_until_a_day(more: dict[str, Any], code: str) -> None:
    account, security = world.with_role(Role.INTEGRATION), world.with_role(Role.SECURITY)
    with pytest.raises(Refused) as refused:
        issue(account, wanted(**more), by=security, now=timezone.now())
    assert code in [one.code for one in refused.value.problems]


def test_a_token_is_never_wider_than_its_account_and_the_register_is_for_the_whole() -> None:
    account, security = world.with_role(Role.INTEGRATION, "A"), world.with_role(Role.SECURITY)
    for scopes, unit, code in (("results", "B1", "token-wider"), ("register", "A", "token-whole")):
        with pytest.raises(Refused) as refused:
            issue(account, wanted(scopes=[scopes], unit=world.unit(unit)), by=security, now=timezone.now())
        assert [one.code for one in refused.value.problems] == [code]


def test_only_an_account_of_a_system_gets_one_and_only_from_the_security_administrator() -> None:
    office, system, now = world.with_role(Role.OFFICE), world.with_role(Role.SYSTEM), timezone.now()
    with pytest.raises(Refused) as person:
        issue(office, wanted(), by=world.with_role(Role.SECURITY), now=now)
    with pytest.raises(Refused) as other:
        issue(world.with_role(Role.INTEGRATION), wanted(), by=system, now=now)
    assert (person.value.problems[0].code, other.value.problems[0].code) == ("token-account", "act-not-allowed")


@pytest.mark.parametrize("header", [None, "Bearer sy_wrong", "Basic YTpi", "Bearer "])
def test_without_a_good_token_nobody_comes_in(header: str | None) -> None:
    headers = {} if header is None else {"authorization": header}
    assert Client().get("/api/v1/versions", headers=headers).status_code == 401


def test_answers_can_be_read_by_people_who_try_a_call_by_hand() -> None:
    assert "没有有效的令牌" in Client().get("/api/v1/token").content.decode()
    assert "征管系统" in get(integrator(), "token").content.decode()


def test_somebody_who_signed_in_is_nobody_here() -> None:
    client = Client()
    world.signed_in(client, "office")
    assert client.get("/api/v1/versions").status_code == 401


def test_a_token_is_good_for_its_scopes_only() -> None:
    assert post(integrator(scopes=("results",)), "facts/cases", {"rows": [{"id": "1"}]}).status_code == 404


def test_a_token_is_good_for_its_tables_only_and_registers_are_none(small: None) -> None:  # noqa: ARG001
    token = integrator(scopes=("facts",))
    answers = [post(token, f"facts/{name}", {"rows": [{"id": "1"}]}) for name in ("units", "nothing")]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].content == answers[1].content


# ---- facts ----


def test_a_push_is_answered_with_the_scores_that_it_moved(small: None) -> None:  # noqa: ARG001
    answer = post(
        integrator(scopes=("facts",)), "facts/cases", {"rows": [{"id": "9", "unit": "B", "on": "2026-05-01"}]}
    )
    body = answer.json()  # type: ignore[attr-defined]
    assert (answer.status_code, body["accepted"], body["rejected"]) == (200, 1, 0)
    assert [(one["unit"], one["indicator"], one["points_before"], one["points_after"]) for one in body["effects"]] == [
        ("B", "", "5", "10"), ("B", "done", "5", "10"),
    ]  # fmt: skip
    assert body["effects"][1]["reason_zh"] == "实际值由 1 变为 2，得分由 5 变为 10"
    told = Event.objects.filter(act="api-facts", target="table:cases").order_by("number")
    assert [(one.detail["step"], one.detail.get("batch")) for one in told] == [("begun", None), ("done", body["batch"])]


def test_nothing_reaches_the_record_before_the_trail_has_who_sends_it(
    small: None, settings: Any, monkeypatch: pytest.MonkeyPatch  # noqa: ARG001
) -> None:  # fmt: skip
    def full(*_: Any, **__: Any) -> None:
        raise OSError("no space left")

    record, token = settings.STEELYARD.of_bureau().record, integrator(scopes=("facts",))
    before = snapshot(record).batch
    monkeypatch.setattr(facts, "record", full)
    answer = post(token, "facts/cases", {"rows": [{"id": "9", "unit": "B", "on": "2026-05-01"}]})
    assert answer.status_code == 500
    assert snapshot(record).batch == before


def test_a_row_that_does_not_fit_is_counted_and_told_where(small: None) -> None:  # noqa: ARG001
    rows = [{"id": "9", "unit": "B", "on": "2026-05-01"}, {"id": "10", "unit": "B", "on": "2026-02-30"}]
    body = post(integrator(scopes=("facts",)), "facts/cases", {"rows": rows}).json()  # type: ignore[attr-defined]
    assert (body["accepted"], body["rejected"]) == (1, 1)
    (one,) = body["rejects"]
    assert (one["place"], one["text"]) == ("rows[1].on", one["zh"])


def test_a_bad_push_is_refused_with_every_reason_in_both_languages(small: None) -> None:  # noqa: ARG001
    answer = post(integrator(scopes=("facts",)), "facts/cases", {"rows": [{"colour": "red", "size": "2"}]})
    body = answer.json()  # type: ignore[attr-defined]
    assert answer.status_code == 422
    assert [one["code"] for one in body["problems"]] == ["push-column-unknown"] * 2
    assert all(one["zh"] and one["en"] for one in body["problems"])


@pytest.mark.parametrize(
    "body", ["", "[]", '{"rows": []}', '{"rows": [{"id": 1}]}', '{"rows": [[]]}', "{", '{"rows": null}']
)
def test_what_is_no_push_is_told_so(small: None, body: str) -> None:  # noqa: ARG001
    assert post(integrator(scopes=("facts",)), "facts/cases", body).status_code in (400, 422)


# ---- results ----


def test_results_are_those_of_the_pages(published: Province) -> None:
    token = integrator(Unit.objects.get(parent=None))
    (version,) = get(token, "versions").json()
    assert version["digest"] in (published.folder / "run.json").read_text("utf-8")
    units = get(token, f"versions/{version['id']}/units").json()
    lines = published.views.lines
    assert {one["code"]: (one["total"], one["place"]) for one in units} == {
        code: (str(line.total), line.place.place) for code, line in lines.items()
    }
    code = units[0]["code"]
    sheet = get(token, f"versions/{version['id']}/units/{code}").json()
    assert sheet["unit"] == units[0]
    assert [one["points"] for one in sheet["indicators"]] == [
        str(row.points) for row in published.views.unit(code).indicators
    ]


def test_a_system_of_one_city_reads_nothing_of_another(published: Province) -> None:  # noqa: ARG001
    top = Unit.objects.get(parent=None)
    one, other = list(top.children.all())[:2]
    token = integrator(one)
    (version,) = get(token, "versions").json()
    levels = {row["level"] for row in get(token, "organisation/units").json()["rows"]}
    assert levels >= {"city", "county", "branch"}, "as the register says"
    seen = {row["code"] for row in get(token, f"versions/{version['id']}/units").json()}
    paths = dict(Unit.objects.values_list("code", "path"))
    assert seen
    assert all(paths[code].startswith(one.path) for code in seen)
    foreign = next(code for code, path in paths.items() if path.startswith(other.path) and path != other.path)
    known = get(token, f"versions/{version['id']}/units/{foreign}")
    unknown = get(token, f"versions/{version['id']}/units/nobody")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (404, unknown.content)


def test_personal_results_go_to_who_may_have_them_and_name_their_run(published: Province) -> None:
    top = Unit.objects.get(parent=None)
    token = integrator(top)
    (version,) = get(token, "versions").json()
    row = published.views.persons()[0]
    (found,) = get(token, f"versions/{version['id']}/persons/{row['person']}").json()
    assert (found["person"], found["total"], found["digest"]) == (row["person"], str(row["total"]), version["digest"])
    bare = integrator(top, ("results",))
    assert get(bare, f"versions/{version['id']}/persons/{row['person']}").status_code == 404


def test_the_document_describes_every_address() -> None:
    document = Client().get("/api/v1/openapi.json").json()
    assert {path.removeprefix("/api/v1/") for path in document["paths"]} == {
        "token", "organisation/units", "organisation/persons", "organisation/imports", "organisation/imports/{key}",
        "organisation/imports/{key}/apply", "facts/{table}", "versions", "versions/{version}/units",
        "versions/{version}/units/{code}", "versions/{version}/persons/{person}", "uses", "uses/{use}",
        "prompts", "prompts/done",
    }  # fmt: skip
