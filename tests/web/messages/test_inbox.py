"""The inbox: one's own messages, what is unread on every page, nothing that is closed to its reader."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from steelyard.reports.sheet import Words
from steelyard.web.messages import reading
from steelyard.web.messages.models import Message
from steelyard.web.people.models import GrantState
from steelyard.web.trail.models import Event
from tests.web.messages.acts import TRIAL, message
from tests.web.people.world import account, sign_in, with_role

pytestmark = pytest.mark.django_db


def text(client: Client, address: str = "/messages") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_somebody_reads_his_own_messages_and_nobody_elses(client: Client) -> None:
    sign_in(client, account("li"))
    assert "还没有消息" in text(client)
    other = message(account("wang"), words=Words("王的事", "of Wang"))
    message(account("li"), words=Words("李的事", "of Li"))
    page = text(client)
    assert ("李的事" in page, "王的事" in page) == (True, False)
    assert client.post(f"/messages/{other.pk}/open").status_code == 404
    assert Message.objects.get(pk=other.pk).read_at is None
    client.cookies["django_language"] = "en"
    assert "of Li" in text(client)


def test_every_page_tells_how_many_are_unread_until_they_are_opened(client: Client) -> None:
    sign_in(client, account("li"))
    one = message(account("li"), "/own")
    message(account("li"), key="two")
    assert '<span class="count">2</span>' in text(client, "/own")
    answer = client.post(f"/messages/{one.pk}/open")
    assert (answer.status_code, answer["Location"]) == (302, "/own")
    assert '<span class="count">1</span>' in text(client, "/")
    one.refresh_from_db()
    assert one.read_at is not None
    assert not one.outside
    client.post(f"/messages/{one.pk}/open")
    assert list(Event.objects.filter(act="message-open").values_list("target", flat=True)) == [f"message:{one.pk}"]


def test_counting_what_is_unread_is_one_bounded_look_at_an_index(client: Client) -> None:
    li = sign_in(client, account("li"))
    now = timezone.now()
    Message.objects.bulk_create(
        Message(account=li, kind=TRIAL, key=str(n), zh="事", en="it", address="/", at=now) for n in range(250)
    )
    assert "99+" in text(client, "/own")
    with CaptureQueriesContext(connection) as asked:
        assert reading.unread(li) == reading.SHOWN + 1
    (query,) = asked.captured_queries
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
        assert "told_unread" in str(cursor.fetchall())


def test_what_is_closed_to_its_reader_by_now_is_not_shown(client: Client) -> None:
    unit = sign_in(client, with_role("system", None))
    one = message(unit, "/accounts", words=Words("有一个账号要处理", "an account waits"))
    message(unit, "/no-such-page", key="gone", words=Words("页面已经没有了", "the page is gone"))
    message(unit, "/accounts/987654", key="absent", words=Words("账号不存在", "no such account"))
    page = text(client)
    assert ("有一个账号要处理" in page, "页面已经没有了" in page, "账号不存在" in page) == (True, False, False)
    unit.grants.update(state=GrantState.ENDED)
    page = text(client)
    assert "有一个账号要处理" not in page
    assert "内容不再显示" in page
    assert client.post(f"/messages/{one.pk}/open")["Location"] == "/messages"
    assert "有一个账号要处理" not in text(client)


def test_messages_are_chosen_by_kind_and_marked_as_read_up_to_what_was_shown(client: Client) -> None:
    li = sign_in(client, account("li"))
    first = message(li, words=Words("甲事", "a"))
    other = Message.objects.create(account=li, kind="older-kind", key="k", zh="乙事", en="b", address="/",
                                   at=timezone.now())  # fmt: skip
    page = text(client, "/messages?kind=trial")
    assert ("甲事" in page, "乙事" in page) == (True, False)
    later = message(li, key="later", words=Words("丙事", "c"))
    client.post("/messages/read", {"kind": "trial", "last": other.pk})
    unread = set(Message.objects.filter(read_at=None).values_list("pk", flat=True))
    assert unread == {other.pk, later.pk}
    page = text(client, "/messages?unread=1")
    assert ("甲事" in page, "乙事" in page, "丙事" in page) == (False, True, True)
    assert "没有这样的消息" in text(client, "/messages?unread=1&kind=nothing")
    client.post("/messages/read", {"kind": "", "last": later.pk})
    assert not Message.objects.filter(read_at=None).exists()
    assert Message.objects.get(pk=first.pk).read_at is not None


@pytest.mark.parametrize("last", ["", "abc", "-1", "9" * 40, "１"])
def test_what_is_no_number_marks_nothing(client: Client, last: str) -> None:
    one = message(sign_in(client, account("li")))
    client.post("/messages/read", {"last": last})
    assert Message.objects.get(pk=one.pk).read_at is None


def test_words_of_a_message_are_text_and_nothing_else(client: Client) -> None:
    message(sign_in(client, account("li")), words=Words("<script>alert(1)</script>", "<b>x</b>"))
    assert "<script>alert(1)" not in text(client)


def test_a_visitor_has_no_inbox(client: Client) -> None:
    answer: Any = client.get("/messages")
    assert answer["Location"].startswith("/login")
