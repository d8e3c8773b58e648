"""A personnel system synchronises the organisation: shown, then applied by whoever may, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from steelyard.web.people.models import Person, RegisterImport, Unit
from steelyard.web.people.registering import sending
from steelyard.web.trail.models import Event
from tests.web.api.caller import get, integrator, post
from tests.web.people.world import account, grant, sign_in, with_role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
RULES = Path(__file__).resolve().parents[3] / "examples" / "province"
SCOPES = ("organisation", "register", "register-apply")


def unit(code: str, parent: str, level: str = "county", until: str = "") -> dict[str, str]:
    return {"code": code, "name": f"{code}税务局", "level": level, "parent": parent, "valid_from": "2018-07-01",
            "valid_to": until}  # fmt: skip


FIRST: dict[str, list[dict[str, str]]] = {
    "units": [unit("P", "", "province"), unit("A", "P", "city"), unit("A1", "A"), unit("A2", "A")],
    "posts": [{"code": "J1", "unit": "A1", "name": "管理员"}, {"code": "J2", "unit": "A2", "name": "管理员"}],
    "persons": [{"code": "n1", "name": "李一"}, {"code": "n2", "name": "王二"}],
    "holdings": [
        {"person": "n1", "post": "J1", "from": "2020-01-01", "share": "1.0000"},
        {"person": "n2", "post": "J2", "from": "2020-01-01", "share": "1.0000"},
    ],
}
MOVE = {
    "holdings": [
        {"person": "n1", "post": "J1", "from": "2020-01-01", "to": "2026-06-30", "share": "1.0000"},
        {"person": "n1", "post": "J2", "from": "2026-07-01", "share": "1.0000"},
    ]
}
MERGER = {
    "units": [unit("A1", "A", until="2026-06-30")],
    "successions": [{"from_unit": "A1", "to_unit": "A2", "on": "2026-07-01", "share": "1.0000"}],
    **MOVE,
}


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    settings.STEELYARD = replace(
        settings.STEELYARD, home=tmp_path / "site", bureau=str(RULES), record=str(tmp_path / "record")
    )
    return tmp_path


def sent(token: str, tables: Any, day: str = "2026-07-01", **more: Any) -> Any:
    return post(token, "organisation/imports", {"day": day, "tables": tables, **more})


@pytest.fixture
def token() -> str:
    """Of a system over the whole of a bureau that is there already."""
    token = integrator("P", SCOPES)
    applied(sent(token, FIRST).json()["key"])
    return token


def applied(key: str) -> None:
    client = Client()
    sign_in(client, with_role("system", None))
    assert client.post(f"/organisation/imports/{key}").status_code == 302
    assert RegisterImport.objects.get(key=key).applied_at is not None


def test_the_first_register_is_shown_and_waits_for_a_human_being() -> None:
    token = integrator("P", SCOPES)
    answer = sent(token, FIRST)
    body = answer.json()
    assert (answer.status_code, body["state"], body["small"]) == (200, "waiting", False)
    assert [one["code"] for one in body["changes"]["new"]] == ["A", "A1", "A2"]
    assert body["changes"]["counts"]["come"] == 2
    refused = post(token, f"organisation/imports/{body['key']}/apply", {"digest": body["digest"]})
    assert [one["code"] for one in refused.json()["problems"]] == ["register-large"]
    assert not Person.objects.exists()
    applied(body["key"])
    assert Unit.objects.get(code="A1").path == "/P/A/A1/"
    assert get(token, f"organisation/imports/{body['key']}").json()["state"] == "applied"


def test_who_waits_is_on_the_administrators_pages_and_can_be_refused() -> None:
    key = sent(integrator("P", SCOPES), FIRST).json()["key"]
    client = Client()
    sign_in(client, with_role("system", None))
    for page in ("/", "/organisation"):
        assert f"/organisation/imports/{key}" in client.get(page).content.decode(), page
    assert "征管系统" in client.get(f"/organisation/imports/{key}").content.decode()
    client.post(f"/organisation/imports/{key}/refuse", {"reason": "未经审批"})
    assert Event.objects.latest("number").detail["reason"] == "未经审批"
    assert not Unit.objects.filter(code="A1").exists()
    again = sent(integrator("P", SCOPES), FIRST).json()
    assert (again["key"], again["state"]) == (key, "refused")


def test_a_small_move_of_persons_is_applied_by_the_token_that_may(token: str) -> None:
    to = account("li", person="n1")
    held = grant(to, "unit", Unit.objects.get(code="A1"))
    body = sent(token, MOVE).json()
    assert body["small"]
    assert [(one["person"], one["unit_before"], one["unit_after"]) for one in body["changes"]["transferred"]] == [
        ("n1", "A1", "A2")
    ]
    assert Person.objects.get(code="n1").unit_id == "A1"
    done = post(token, f"organisation/imports/{body['key']}/apply", {"digest": body["digest"]}).json()
    assert done["state"] == "applied"
    assert Person.objects.get(code="n1").unit_id == "A2"
    held.refresh_from_db()
    assert held.state == "ended"
    acts = [one.act for one in Event.objects.order_by("number")][-4:]
    assert acts == ["organisation-upload", "organisation-apply", "grant-end", "register-bring"]
    assert Event.objects.filter(act="organisation-apply").latest("number").detail["token"]


def test_many_small_steps_are_a_large_one(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "FEW", 1)
    first = sent(token, MOVE).json()
    assert post(token, f"organisation/imports/{first['key']}/apply", {"digest": first["digest"]}).status_code == 200
    second = sent(token, {"holdings": [{"person": "n2", "post": "J2", "from": "2020-01-01", "to": "2026-06-30",
                                        "share": "1.0000"}]}).json()  # fmt: skip
    assert (second["changes"]["counts"]["transferred"], second["small"]) == (1, False)
    answer = post(token, f"organisation/imports/{second['key']}/apply", {"digest": second["digest"]})
    assert [one["code"] for one in answer.json()["problems"]] == ["register-large"]


def test_a_merger_is_told_and_never_applied_by_a_token(token: str) -> None:
    body = sent(token, MERGER).json()
    assert (body["changes"]["ended"], body["small"]) == (["A1"], False)
    answer = post(token, f"organisation/imports/{body['key']}/apply", {"digest": body["digest"]})
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (422, "register-large")
    assert Unit.objects.get(code="A1").ended is None


def test_the_same_again_is_the_same_import_before_and_after_it_was_applied(token: str) -> None:
    first, second = sent(token, MOVE).json(), sent(token, MOVE).json()
    assert first == second
    post(token, f"organisation/imports/{first['key']}/apply", {"digest": first["digest"]})
    third = sent(token, MOVE).json()
    assert (third["key"], third["state"]) == (first["key"], "applied")
    assert RegisterImport.objects.count() == 2


def test_what_changed_since_it_was_shown_is_not_applied(token: str) -> None:
    shown = sent(token, MOVE).json()
    other = sent(token, {"units": [unit("A9", "A")]}).json()
    applied(other["key"])
    answers = [post(token, f"organisation/imports/{shown['key']}/apply", {"digest": one}) for one in
               ("0" * 64, shown["digest"])]  # fmt: skip
    assert [one.json()["problems"][0]["code"] if one.status_code == 422 else "done" for one in answers] == [
        "register-digest", "done",
    ]  # fmt: skip
    stale = sent(token, {"units": [{**unit("A2", "A"), "name": "另名"}]}).json()
    applied(sent(token, {"units": [{**unit("A2", "A"), "name": "又一名"}]}).json()["key"])
    client = Client()
    sign_in(client, with_role("system", None))
    client.post(f"/organisation/imports/{stale['key']}")
    assert Unit.objects.get(code="A2").name == "又一名"


def test_a_whole_list_names_what_it_lacks_and_ends_nothing(token: str) -> None:
    body = sent(token, {"units": FIRST["units"][:3]}, whole=True).json()
    assert body["missing"] == {"units": ["A2"]}
    assert body["changes"]["ended"] == []


@pytest.mark.parametrize(
    ("tables", "code", "place"),
    [
        ({"service": [{"id": "1"}]}, "register-name", "tables.service"),
        ({"units": []}, "push-empty", "tables.units"),
        ({"units": [{"colour": "red"}]}, "push-column-unknown", "tables.units[0].colour"),
        ({"units": [{"code": "X", "机构代码": "Y"}]}, "push-column-twice", "tables.units[0].code"),
        ({"units": [unit("P", "", "province"), unit("Q", "P", "moon")]}, "import-row", "tables.units[1]"),
        ({"units": [{**unit("P", "", "province"), "valid_from": "2018-02-30"}]}, "import-row", "tables.units[0]"),
        ({"units": [unit("P", "", "province"), unit("p", "P")]}, "register-alike", ""),
    ],
)
def test_a_wrong_register_is_refused_whole_with_the_place_in_what_was_sent(
    home: Path, tables: Any, code: str, place: str
) -> None:
    answer = sent(integrator("P", SCOPES), tables)
    assert answer.status_code == 422
    assert (code, place) in [(one["code"], one["place"]) for one in answer.json()["problems"]], answer.json()
    assert not RegisterImport.objects.exists()
    assert not (home / "record").exists()


def test_units_and_persons_are_read_page_by_page_within_the_token(token: str) -> None:
    first = get(token, "organisation/units?size=3").json()
    assert (first["count"], first["pages"], [one["code"] for one in first["rows"]]) == (4, 2, ["P", "A", "A1"])
    assert [one["code"] for one in get(token, "organisation/units?size=3&page=2").json()["rows"]] == ["A2"]
    narrow = integrator(Unit.objects.get(code="A1"), ("organisation",))
    assert [one["code"] for one in get(narrow, "organisation/units").json()["rows"]] == ["A1"]
    assert [one["person"] for one in get(narrow, "organisation/persons").json()["rows"]] == ["n1"]
    assert get(token, "organisation/units?page=9").status_code == 404
    assert get(token, "organisation/units?size=5000").status_code == 422


def test_the_register_is_for_tokens_over_the_whole_and_only_for_ones_own_imports(token: str) -> None:
    key = sent(token, MOVE).json()["key"]
    reading = integrator("P", ("organisation",))
    assert sent(reading, MOVE).status_code == 404
    submitting = integrator("P", ("register",))
    body = get(submitting, f"organisation/imports/{key}").json()
    assert post(submitting, f"organisation/imports/{key}/apply", {"digest": body["digest"]}).status_code == 404
    by_hand = RegisterImport.objects.get(key=key)
    by_hand.token = None
    by_hand.save()
    assert get(token, f"organisation/imports/{key}").status_code == 404
