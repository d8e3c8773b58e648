"""Bad requests are answered with the place, the reason and what to do, in the language asked for; never a traceback."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from steelyard.bureau import live
from steelyard.lake.record.durable import only_writer
from steelyard.web.api import facts
from steelyard.web.api.envelope import answering
from steelyard.web.people.models import Unit
from steelyard.web.people.roles import Role
from tests.web.api.caller import get, integrator, post
from tests.web.api.test_api import small as small
from tests.web.people import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small")]
PUSH = "facts/cases"


def told(answer: Any) -> list[tuple[str, str]]:
    return [(one["code"], one["place"]) for one in answer.json()["problems"]]


@pytest.mark.parametrize(
    ("body", "status", "code", "place"),
    [
        ("{", 400, "api-json", "body:1:2"),
        ('{"rows": [}', 400, "api-json", "body:1:11"),
        (b'{"rows": "\xff"}', 400, "api-json", "body"),
        (b'{"rows": [{"id": "\\ud800"}]}', 400, "api-json", "body"),
        ("[" * 100_000, 400, "api-json", "body"),
        ("", 422, "api-field-missing", "body"),
        ("[]", 422, "api-kind", "body"),
        ("{}", 422, "api-field-missing", "rows"),
        ('{"rows": null}', 422, "api-kind", "rows"),
        ('{"rows": []}', 422, "api-few", "rows"),
        ('{"rows": [[]]}', 422, "api-kind", "rows[0]"),
        ('{"rows": [{"id": "1"}], "more": 1}', 422, "api-field-unknown", "more"),
        ('{"rows": [{"id": "1"}], "rows": []}', 422, "api-field-twice", "rows"),
        ('{"rows": [{}, {"id": "1", "id": "2"}]}', 422, "api-field-twice", "rows[1].id"),
        ('{"rows": [{"id": 0.1}]}', 422, "api-not-text", "rows[0].id"),
        ('{"rows": [{"id": 1e999}]}', 422, "api-not-text", "rows[0].id"),
        ('{"rows": [{"id": NaN}]}', 422, "api-not-text", "rows[0].id"),
        ('{"rows": [{"id": 7}]}', 422, "api-not-text", "rows[0].id"),
        ('{"rows": [{"id": ' + "9" * 5000 + "}]}", 422, "api-not-text", "rows[0].id"),
        ('{"rows": [{"id": true}]}', 422, "api-not-text", "rows[0].id"),
        ('{"rows": [{"id": null}]}', 422, "api-not-text", "rows[0].id"),
        ('{"rows": [{"id": "' + "x" * 10_001 + '"}]}', 422, "api-long", "rows[0].id"),
        ('{"rows": [{"colour": "red"}]}', 422, "push-column-unknown", "rows[0].colour"),
        ('{"rows": [{"id": "1", "编号": "2"}]}', 422, "push-column-twice", "rows[0].id"),
    ],
)
def test_a_bad_push_is_told_where_and_why(body: Any, status: int, code: str, place: str) -> None:
    answer = post(integrator(scopes=("facts",)), PUSH, body)
    assert (answer.status_code, told(answer)[0]) == (status, (code, place))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le"])
def test_json_in_another_encoding_is_refused_and_hides_no_nul(encoding: str) -> None:
    for text in ('{"rows": [{"id": "1"}]}', '{"rows": [{"id\\u0000": "1"}]}', '{"rows": [{"id": "\\ud800"}]}'):
        answer = Client().post(
            f"/api/v1/{PUSH}", text.encode(encoding), "application/json",
            headers={"authorization": f"Bearer {integrator(scopes=('facts',))}"},
        )  # fmt: skip
        assert (answer.status_code, told(answer)[0][0]) == (400, "api-json")


def test_the_root_of_the_api_is_missing_like_anything_else() -> None:
    answer = get(integrator(), "")
    assert (answer.status_code, told(answer)) == (404, [("api-missing", "")])


def test_a_push_that_does_not_get_its_turn_is_told_to_come_again_and_not_where_the_record_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "PATIENCE", 0.1)
    record = settings.STEELYARD.of_bureau().record
    with only_writer(record):
        answer = post(integrator(scopes=("facts",)), PUSH, {"rows": [{"id": "9", "unit": "B", "on": "2026-05-01"}]})
    assert (answer.status_code, told(answer)) == (503, [("api-busy", "")])
    assert str(record) not in answer.content.decode()


def test_too_many_rows_and_too_many_bytes_are_refused() -> None:
    token = integrator(scopes=("facts",))
    many = post(token, PUSH, {"rows": [{"id": "1"}] * 10_001})
    assert told(many) == [("api-many", "rows")]
    large = post(token, PUSH, " " * (17 << 20))
    assert (large.status_code, told(large)) == (413, [("api-large", "")])


@pytest.mark.parametrize(("asked", "field"), [("zh-CN", "zh"), ("en", "en"), ("fr", "zh"), (None, "zh")])
def test_the_words_are_in_the_language_asked_for(asked: str | None, field: str) -> None:
    headers = {} if asked is None else {"accept-language": asked}
    for path, token in (("token", "sy_no"), ("nothing", "sy_no")):
        answer = Client().get(f"/api/v1/{path}", headers={"authorization": f"Bearer {token}", **headers})
        (one,) = answer.json()["problems"]
        assert one["code"] in ("api-token", "api-missing")
        assert one["text"] == one[field]
        assert one["zh"] != one["en"]


def test_what_is_not_there_looks_alike_whatever_the_reason() -> None:
    token = integrator(scopes=("facts",))
    paths = ["nothing", "versions/1/units", "versions/x", "organisation/imports/0", "facts/units", "facts/none"]
    answers = {(one.status_code, one.content) for one in (get(token, path) for path in paths)}
    assert len(answers) == 1
    assert answers.pop()[0] == 404


def test_a_method_that_is_not_taken_is_told_with_those_that_are() -> None:
    answer = Client().delete("/api/v1/token")
    assert (answer.status_code, told(answer), answer["Allow"]) == (405, [("api-method", "")], "GET")


def test_a_crash_is_no_traceback_and_not_half_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> None:
        raise ZeroDivisionError("secret of the inside")

    monkeypatch.setattr(facts, "live", breaks)
    answer = post(integrator(scopes=("facts",)), PUSH, {"rows": [{"id": "9", "unit": "B", "on": "2026-05-01"}]})
    assert (answer.status_code, told(answer)) == (500, [("api-broken", "")])
    assert b"secret" not in answer.content


def test_every_refusal_has_words_and_a_status() -> None:
    assert set(answering.STATUS.values()) == {400, 401, 404, 405, 413, 500, 503}


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("organisation/units?page=0", ("api-number", "page")),
        ("organisation/units?size=1001", ("api-number", "size")),
        ("organisation/persons?page=many", ("api-number", "page")),
    ],
)
def test_a_wrong_page_is_told_with_its_bounds(path: str, problem: tuple[str, str]) -> None:
    assert told(get(integrator(scopes=("organisation",)), path)) == [problem]


def test_a_day_that_is_none_is_told() -> None:
    sent = {"day": "tomorrow", "tables": {"units": [{"code": "A"}]}}
    assert told(post(integrator(scopes=("register",)), "organisation/imports", sent)) == [("api-date", "day")]


def test_what_the_document_refuses_in_some_other_way_is_told_as_well() -> None:
    unknown = {"type": "something_new", "loc": ("body", "sent", "day"), "input": "x"}
    assert [one.code for one in answering.unfit([unknown])] == ["api-value"]


def test_rows_of_no_unit_are_for_tokens_over_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    world.unit("A")
    table = facts.pushable()["cases"].model_copy(update={"unit": None})
    monkeypatch.setattr(facts, "pushable", lambda: {"cases": table})
    answer = post(integrator("A", ("facts",)), PUSH, {"rows": [{"id": "8", "unit": "A", "on": "2026-05-01"}]})
    assert told(answer) == [("push-no-unit", "")]


# ---- a token for a part of the organisation ----


def of_a() -> str:
    """A token for facts of A, where there is B as well."""
    world.unit("A")
    Unit.objects.create(code="B", name="乙", path="/P/B/", parent_id="P")
    return integrator("A", ("facts",))


def test_a_token_of_one_unit_brings_no_facts_of_another_nor_replaces_them() -> None:
    """3 is a row of B: nobody of A takes it over."""
    token = of_a()
    own = post(token, PUSH, {"rows": [{"id": "8", "unit": "A", "on": "2026-05-01"}]})
    assert own.json()["accepted"] == 1
    foreign, absent = (post(token, PUSH, {"rows": [{"id": "8", "unit": unit, "on": "2026-05-01"}]}) for unit in "BZ")
    assert told(foreign) == told(absent) == [("push-unit", "rows[0].unit")]
    taken = post(token, PUSH, {"rows": [{"id": "3", "unit": "A", "on": "2026-05-01"}]})
    assert told(taken) == [("push-key", "rows[0].id")]


@pytest.mark.parametrize(
    ("way", "written"), [({"trim": True}, "3 "), ({"rewrite": [{"pattern": "N(.*)", "into": r"\1"}]}, "N3")]
)
def test_a_key_of_others_is_theirs_however_it_is_written(
    way: dict[str, Any], written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = facts.pushable()["cases"]
    loose = type(table.columns["id"]).model_validate({**table.columns["id"].model_dump(), **way})
    table = table.model_copy(update={"columns": {**table.columns, "id": loose}})
    monkeypatch.setattr(facts, "pushable", lambda: {"cases": table})
    taken = post(of_a(), PUSH, {"rows": [{"id": written, "unit": "A", "on": "2026-05-01"}]})
    assert told(taken) == [("push-key", "rows[0].id")]


# ---- every scope against every operation ----

OPERATIONS = {
    ("get", "facts/cases"): "facts", ("post", PUSH): "facts", ("get", "versions"): "results",
    ("get", "organisation/units"): "organisation", ("get", "organisation/persons"): "organisation",
    ("post", "organisation/imports"): "register",
}  # fmt: skip
GOOD = {PUSH: {"rows": [{"colour": "red"}]}, "organisation/imports": {"day": "2026-01-01", "tables": {"x": [{}]}}}
SCOPES = ("facts", "results", "persons", "organisation", "register", "register-apply")


@pytest.mark.parametrize(("operation", "scope"), list(itertools.product(OPERATIONS, SCOPES)))
def test_an_operation_is_there_for_tokens_of_its_scope_and_for_no_other(operation: tuple[str, str], scope: str) -> None:
    world.unit("P")
    method, path = operation
    token = integrator(scopes=(scope,))
    answer = get(token, path) if method == "get" else post(token, path, GOOD[path])
    assert (answer.status_code != 404) == (OPERATIONS[operation] == scope)


def test_a_role_that_was_taken_back_leaves_the_token_with_nothing() -> None:
    token = integrator(scopes=("facts",))
    assert get(token, "token").status_code == 200
    world.with_role(Role.INTEGRATION).grants.update(state="ended")
    assert [get(token, path).status_code for path in ("token", "facts/cases")] == [404, 404]
