"""规则库: taken in from the folder as it was written, changed by two persons, weighed by from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site

from steelyard.bureau.folder import texts
from steelyard.engine.model.book import read_book
from steelyard.engine.problems import Refused
from steelyard.web.configuration import Configuration
from steelyard.web.cycles.runs.choosing import choices
from steelyard.web.library.considering import Wanted, considered
from steelyard.web.library.models import Edition, Rule, State, Version
from steelyard.web.library.rules import bureau, edition, in_force
from steelyard.web.library.taking import take_up
from steelyard.web.library.writing import adopt, retire, target_of, write
from steelyard.web.people.asking import Asker
from steelyard.web.people.login.sealing import seal
from steelyard.web.people.models import Account, Unit
from steelyard.web.trail.models import Event
from tests.bureau import small_bureau
from tests.bureau.test_correcting import FACTS, RULES
from tests.web.databases import at_once
from tests.web.people.world import KEY, NOW, account, grant, unit, with_role

PROVINCE = Path(__file__).parents[3] / "examples" / "province"
DONE = RULES.split("---")[0].strip("\n")
MENDED = DONE.replace("target: 2", "target: 3  # 上半年已达到")


def colleague() -> Account:
    """Another person of the same office."""
    who = account("colleague", second=seal(KEY))
    grant(who, "office", unit("P"))
    return who


def change(code: str, text: str, reason: str, base: int, by: Account) -> Version:
    return write(Wanted(text, Rule.objects.get(address=code), base), reason, by=by, now=NOW)


def add(text: str, by: Account) -> Version:
    return write(Wanted(text), "补充", by=by, now=NOW)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_until_rules_are_taken_in_the_files_are_in_force(office: Account) -> None:
    assert (edition(), in_force()) == (0, [])
    assert sorted(bureau().book().indicators) == ["done"]
    assert [one.plan for one in choices(bureau())] == ["all"]
    assert take_up(by=office, now=NOW) == 3
    assert [(one.kind, one.code, one.name, one.state, one.current) for one in Rule.objects.all()] == [
        ("book", "small", "小局", "in_force", 1), ("indicator", "done", "办结", "in_force", 1),
        ("plan", "all", "全部", "in_force", 1),
    ]  # fmt: skip
    first = Version.objects.get(rule__code="done")
    assert first.text == "# 办案\n\n" + DONE + "\n"
    assert (first.origin, first.made_by) == ("rules/rules.yaml", office)
    assert bureau().book() == site.STEELYARD.of_bureau().book()
    assert Event.objects.get(act="library-take").detail == {"rules": 3, "edition": 1}


def test_a_folder_is_taken_in_once_and_only_by_the_office(office: Account) -> None:
    take_up(by=office, now=NOW)
    with pytest.raises(Refused) as again:
        take_up(by=office, now=NOW)
    with pytest.raises(Refused) as other:
        take_up(by=with_role("unit", "A1"), now=NOW)
    assert (codes(again), codes(other)) == (["library-there"], ["act-not-allowed"])
    assert Version.objects.count() == 3


def test_a_folder_that_is_not_sound_is_not_taken_in(office: Account) -> None:
    (site.STEELYARD.of_bureau().root / "rules" / "more.yaml").write_text("indicator: Bad id\n", "utf-8")
    with pytest.raises(Refused):
        take_up(by=office, now=NOW)
    assert not Rule.objects.exists()


def test_one_person_writes_and_another_adopts(office: Account) -> None:
    take_up(by=office, now=NOW)
    files = choices(bureau())
    written = change("done", MENDED, "目标提高", 1, office)
    assert (written.number, bureau().book().indicators["done"].target) == (2, _target("2"))
    with pytest.raises(Refused) as alone:
        adopt({"done": 2}, by=office, now=NOW)
    assert codes(alone) == ["act-on-oneself"]
    (rule,) = adopt({"done": 2}, by=colleague(), now=NOW)
    assert (rule.current, rule.state, edition()) == (2, State.IN_FORCE, 2)
    assert bureau().book().indicators["done"].target == _target("3")
    assert choices(bureau()) == files
    assert Version.objects.get(rule=rule, number=1).text.endswith(DONE + "\n"), "what it said before stays"
    assert Event.objects.get(act="rule-adopt").detail == {"version": 2, "before": 1, "edition": 2}


def test_what_was_taken_in_is_put_back_by_another_than_who_took_it_in(office: Account) -> None:
    take_up(by=office, now=NOW)
    change("done", MENDED, "目标提高", 1, colleague())
    adopt({"done": 2}, by=office, now=NOW)
    with pytest.raises(Refused) as alone:
        adopt({"done": 1}, by=office, now=NOW)
    assert codes(alone) == ["act-on-oneself"]
    assert adopt({"done": 1}, by=colleague(), now=NOW)[0].current == 1


def _target(value: str) -> Any:
    texts = [("book", small_bureau.BOOK), ("done", DONE.replace("target: 2", f"target: {value}"))]
    return read_book(texts).indicators["done"].target


@pytest.mark.parametrize(
    ("text", "code", "base", "reason", "wanted"),
    [
        (MENDED, "done", 1, " ", ["rule-reason"]),
        (MENDED, "none", 0, "已有的编号", ["rule-there"]),
        (MENDED.replace("done", "other", 1), "done", 1, "目标提高", ["rule-renamed"]),
        ("\n# 办案\n\n" + DONE + "\n\n", "done", 1, "没有改", ["rule-same"]),
        (MENDED + "\n---\n" + MENDED.replace("done", "other", 1), "done", 1, "两条", ["rule-one"]),
        ("无", "done", 1, "不是规则", ["rule-one"]),
        ("a: 1", "", 0, "不是规则", ["document-kind"]),
        (DONE.replace("count(cases)", "count(none)"), "done", 1, "写错的表", ["expression-unknown-table"]),
        (MENDED.replace("name: 办结", "name: " + "办" * 201), "done", 1, "名称太长", ["rule-long"]),
        (MENDED, "done", 9, "没看过第一版", ["rule-meanwhile"]),
    ],
)
def test_what_cannot_be_kept_says_why(
    office: Account, text: str, code: str, base: int, reason: str, wanted: list[str]
) -> None:
    take_up(by=office, now=NOW)
    with pytest.raises(Refused) as refused:
        write(Wanted(text, Rule.objects.filter(address=code).first(), base), reason, by=office, now=NOW)
    assert codes(refused) == wanted
    assert (Version.objects.count(), edition()) == (3, 1)
    assert not Event.objects.filter(act="rule-write").exists()


def test_a_new_indicator_weighs_nobody_until_it_is_adopted(office: Account) -> None:
    take_up(by=office, now=NOW)
    fresh = DONE.replace("done", "closed", 1).replace("办结", "结案")
    add(fresh, office)
    assert Rule.objects.get(code="closed").state == State.DRAFT
    assert sorted(bureau().book().indicators) == ["done"]
    adopt({"closed": 1}, by=colleague(), now=NOW)
    assert sorted(bureau().book().indicators) == ["closed", "done"]


def test_what_a_plan_names_is_not_retired_and_what_none_names_is(office: Account) -> None:
    take_up(by=office, now=NOW)
    with pytest.raises(Refused) as refused:
        retire("done", "考不出差异", by=office, now=NOW)
    assert codes(refused) == ["unknown-indicator"]
    add(DONE.replace("done", "closed", 1), office)
    adopt({"closed": 1}, by=colleague(), now=NOW)
    retire("closed", "考不出差异", by=office, now=NOW + timedelta(days=1))
    assert sorted(bureau().book().indicators) == ["done"]
    with pytest.raises(Refused) as again:
        retire("closed", "考不出差异", by=office, now=NOW)
    assert codes(again) == ["rule-not-in-force"]


def test_a_plan_is_put_in_force_by_the_leading_group_alone(office: Account) -> None:
    take_up(by=office, now=NOW)
    plan = Version.objects.get(rule__code="all").text
    change("all", plan.replace("name: 全部", "name: 全体"), "改名", 1, office)
    with pytest.raises(Refused) as refused:
        adopt({"all": 2}, by=colleague(), now=NOW)
    assert codes(refused) == ["act-not-allowed"]
    assert adopt({"all": 2}, by=with_role("group"), now=NOW)[0].name == "全体"
    with pytest.raises(Refused) as other:
        change("done", MENDED, "目标提高", 1, with_role("group"))
    assert codes(other) == ["act-not-allowed"]


def test_who_stands_in_for_the_writer_does_not_adopt_what_he_wrote(office: Account) -> None:
    take_up(by=office, now=NOW)
    change("done", MENDED, "目标提高", 1, office)
    deputy = account("deputy", second=seal(KEY))
    grant(deputy, "office", unit("P"), delegated_from=office.grants.get())
    with pytest.raises(Refused) as refused:
        adopt({"done": 2}, by=deputy, now=NOW)
    assert codes(refused) == ["act-on-oneself"]


def test_who_lent_the_role_does_not_adopt_what_was_written_for_him(office: Account) -> None:
    take_up(by=office, now=NOW)
    deputy = account("deputy", second=seal(KEY))
    grant(deputy, "office", unit("P"), delegated_from=office.grants.get())
    change("done", MENDED, "目标提高", 1, deputy)
    with pytest.raises(Refused) as refused:
        adopt({"done": 2}, by=office, now=NOW)
    assert codes(refused) == ["act-on-oneself"]


def test_a_version_that_is_not_there_or_in_force_already_is_not_adopted(office: Account) -> None:
    take_up(by=office, now=NOW)
    for code, number, wanted in (("done", 1, "rule-version"), ("done", 9, "rule-version"), ("no", 1, "rule-unknown")):
        with pytest.raises(Refused) as refused:
            adopt({code: number}, by=office, now=NOW)
        assert codes(refused) == [wanted]
    with pytest.raises(Refused) as nothing:
        adopt({}, by=office, now=NOW)
    assert codes(nothing) == ["rule-none"]


def test_warnings_of_what_is_considered_are_told_and_nothing_is_kept(office: Account) -> None:
    take_up(by=office, now=NOW)
    found = considered([Wanted(DONE.replace("done", "closed", 1))])
    assert (found.errors, Rule.objects.count()) == (0, 3)


@pytest.mark.django_db(databases=[])
def test_of_two_who_change_the_same_version_one_is_told(both: Configuration, tmp_path: Path, settings: Any) -> None:
    made = small_bureau.bureau(tmp_path, FACTS, RULES)
    settings.STEELYARD = replace(both, bureau=str(made.root), record=str(made.record))
    one, other = with_role("office"), colleague()
    take_up(by=one, now=NOW)

    def mend(text: str, by: Account) -> str:
        try:
            change("done", text, "同时修改", 1, by)
        except Refused as refused:
            return refused.problems[0].code
        return "done"

    told = at_once(lambda: mend(MENDED, one), lambda: mend(DONE.replace("target: 2", "target: 5"), other))
    assert sorted(told) == ["done", "rule-meanwhile"]
    assert Version.objects.filter(rule__code="done").count() == 2
    assert Edition.objects.get().number == 1


def test_the_province_is_taken_in_word_by_word(office: Account, settings: Any) -> None:
    settings.STEELYARD = replace(site.STEELYARD, bureau=str(PROVINCE))
    before = site.STEELYARD.of_bureau().book()
    count = take_up(by=office, now=NOW)
    nouns = (before.indicators, before.plans, before.persons, before.documents, before.duties, before.tasks)
    assert count == 2 + sum(len(of) for of in nouns), "conventions and calendar, and every rule"
    assert bureau().book() == before
    written = "".join(text for _, text in texts(PROVINCE / "rules"))
    assert all(text.strip("\n") in written for _, text in in_force())


@pytest.mark.django_db
def test_a_bureau_that_took_the_place_of_another_is_the_top_and_its_office_acts() -> None:
    """机构改革：原来的省局已撤销，代码排在前面。"""
    Unit.objects.create(code="0", name="原省税务局", path="/0/", ended=NOW.date())
    office = with_role("office")
    assert target_of(None).path == "/P/"
    assert Asker(office, NOW.date()).may("making-new", target_of(None))
    Unit.objects.update(ended=NOW.date())
    assert target_of(None).path, "whoever looks back still finds one"
