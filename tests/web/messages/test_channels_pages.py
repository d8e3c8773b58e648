"""Pages of channels: how one wants to be told, how channels are doing, and trying one."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from steelyard.engine.problems import Refused
from steelyard.web.messages.models import Delivery, Letter, Line, Preference, State
from steelyard.web.messages.outside.choosing import Wanted, choose
from steelyard.web.messages.outside.trying import try_channel
from steelyard.web.people.models import Account
from steelyard.web.trail.models import Event
from tests.web.messages.acts import declare
from tests.web.people.world import account, sign_in, with_role

pytestmark = pytest.mark.django_db
CHOICE = {
    "channels": ["webhook", "sms"],
    "mobile": "13800001111",
    "quiet_from": "20:00",
    "quiet_to": "09:00",
    "most": "1",
}


@pytest.fixture
def channels(settings: Any) -> None:
    settings.STEELYARD = settings.STEELYARD  # so that it is put back
    declare()


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.usefixtures("channels")
def test_what_somebody_chooses_is_kept_sealed_and_shown_to_him_alone(client: Client) -> None:
    li = sign_in(client, account("li"))
    assert client.post("/own/messages", {**CHOICE, "language": "en"}).status_code == 302
    chosen = Preference.objects.get(account=li)
    assert (chosen.channels, chosen.most, chosen.quiet_from.hour if chosen.quiet_from else 0) == (
        ["webhook", "sms"],
        1,
        20,
    )
    assert "13800001111" not in chosen.mobile
    assert Account.objects.get(pk=li.pk).language == "en"
    assert 'value="13800001111"' in text(client, "/own/messages")
    event = Event.objects.get(act="own-messages")
    assert "13800001111" not in str(event.detail)
    assert event.detail == {"channels": ["webhook", "sms"]}
    client.post("/own/messages", {"channels": [], "language": "zh-hans"})
    assert Preference.objects.get(account=li).channels == []
    other = Client()
    sign_in(other, account("wang"))
    assert "13800001111" not in text(other, "/own/messages")


WRONG = [
    ({"mobile": ""}, "wish-address"),
    ({"mobile": "13800001111<script>"}, "wish-mobile"),
    ({"mail": "li@b.example\r\nBcc: all@b.example"}, "wish-mail"),
    ({"quiet_to": None}, "wish-quiet"),
    ({"most": 99}, "wish-most"),
    ({"channels": ["pigeon"]}, "wish-channel"),
]


@pytest.mark.usefixtures("channels")
@pytest.mark.parametrize(("more", "code"), WRONG)
def test_what_does_not_fit_is_said_and_nothing_is_kept(more: Any, code: str) -> None:
    given: Any = {"channels": ["sms"], "mobile": "13800001111", "quiet_from": time(20), "quiet_to": time(9), **more}
    with pytest.raises(Refused) as refused:
        choose(Wanted(**given), by=account("li"), now=timezone.now())
    assert [one.code for one in refused.value.problems] == [code]
    assert not Preference.objects.exists()


@pytest.mark.usefixtures("channels")
def test_a_form_that_does_not_fit_is_shown_again_with_the_reason(client: Client) -> None:
    sign_in(client, account("li"))
    for more, said in (({"mobile": ""}, "选了短信，请填写手机号"), ({"most": "99"}, "每天 1 至 3 次"),
                       ({"quiet_to": ""}, "免打扰时段"), ({"channels": ["pigeon"]}, "pigeon")):  # fmt: skip
        answer = client.post("/own/messages", {**CHOICE, "language": "zh-hans", **more})
        assert answer.status_code == 422
        assert said in answer.content.decode()


def test_without_channels_nothing_is_chosen_and_nothing_tried() -> None:
    with pytest.raises(Refused) as refused:
        choose(Wanted(), by=account("li"), now=timezone.now())
    assert [one.code for one in refused.value.problems] == ["wish-nowhere"]
    with pytest.raises(Refused) as refused:
        try_channel("mail", by=with_role("system", None), now=timezone.now())
    assert [one.code for one in refused.value.problems] == ["channel-unknown"]


@pytest.mark.usefixtures("channels")
def test_a_trial_needs_an_address_and_the_last_one_to_be_over() -> None:
    chief, codes = with_role("system", None), []
    try_channel("webhook", by=chief, now=timezone.now())
    for name in ("webhook", "sms"):
        with pytest.raises(Refused) as refused:
            try_channel(name, by=chief, now=timezone.now())
        codes += [one.code for one in refused.value.problems]
    assert codes == ["channel-under-way", "channel-no-address"]


def test_a_site_without_channels_says_so(client: Client) -> None:
    sign_in(client, account("li"))
    assert "本站只在站内发消息" in text(client, "/own/messages")
    assert client.post("/own/messages", CHOICE).status_code == 200
    chief = Client()
    sign_in(chief, with_role("system", None))
    assert "没有声明站外通道" in text(chief, "/messages/channels")
    client.cookies["django_language"] = "en"
    assert "inside only" in text(client, "/own/messages")


@pytest.mark.usefixtures("channels")
def test_an_administrator_tries_a_channel_and_reads_what_became_of_letters(client: Client) -> None:
    chief = sign_in(client, with_role("system", None))
    page = text(client, "/messages/channels")
    assert ("还没有用过" in page, "127.0.0.1" in page, "没有发送记录" in page) == (True, True, True)
    client.post("/messages/channels/webhook/try")
    client.post("/messages/channels/webhook/try")
    assert Delivery.objects.count() == 1, "one at a time"
    client.post("/messages/channels/sms/try")
    assert "请先在“我的账号 › 消息提醒”里填写手机号" in text(client, "/messages/channels")
    client.post("/messages/channels/pigeon/try")
    assert Delivery.objects.get().letter.account == chief
    li = account("li")
    letter = Letter.objects.create(account=li, day=timezone.localdate(), number=1, many=7, kinds={"appeal-waits": 7},
                                   at=timezone.now())  # fmt: skip
    Delivery.objects.create(letter=letter, channel="webhook", due=timezone.now(), state=State.GIVEN_UP,
                            problem="SMTP 550", ended=timezone.now())  # fmt: skip
    Line.objects.create(name="webhook", failures=4, problem="没有及时应答 no answer in time")
    page = text(client, "/messages/channels")
    assert all(one in page for one in ("连续 4 次失败", "没有及时应答", "SMTP 550", "用户li", "试发"))
    assert "申诉待办" not in page
    assert "SMTP 550" not in text(client, "/messages/channels?state=waiting")
    assert "没有发送记录" in text(client, "/messages/channels?channel=sms")


def test_only_the_system_administrator_sees_who_was_told(client: Client) -> None:
    for role in ("office", "security", "records", "auditor"):
        sign_in(client, with_role(role, "P" if role in ("office", "auditor") else None))
        assert client.get("/messages/channels").status_code == 404
