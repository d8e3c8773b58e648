"""What site.toml may say of channels, and what it is told where that does not fit."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from steelyard.engine.problems import Refused
from steelyard.web.channels.naming import Mail, Outside, Sms, Wecom
from steelyard.web.configuration import FILE, read

GOOD = """
[messages]
site = "https://perf.bureau.example/"
most = 2
quiet = "20:00-07:00"

[messages.mail]
url = "smtps://smtp.bureau.example"
account = "steelyard"
sender = "no-reply@bureau.example"
secret = "channel.key"
domain = "bureau.example"
everybody = true
inside = true

[messages.wecom]
url = "https://qyapi.weixin.qq.com"
account = "corp"
agent = 1000002
secret = "channel.key"
matches = "person"

[messages.sms]
url = "https://sms.bureau.example/send"
secret = "channel.key"
template = '{"to": "$to", "text": "$text"}'
"""


def outside(home: Path, text: str) -> Outside | None:
    (home / FILE).write_text(text)
    key = home / "channel.key"
    key.write_text("key")
    key.chmod(0o600)
    return read(home).messages


def test_channels_are_read_as_they_are_written(tmp_path: Path) -> None:
    found = outside(tmp_path, GOOD)
    assert found is not None
    mail, wecom, sms = found.channels
    assert (found.site, found.most, found.gather) == ("https://perf.bureau.example", 2, 30)
    assert found.quiet == (time(20), time(7))
    assert isinstance(mail, Mail)
    assert isinstance(wecom, Wecom)
    assert isinstance(sms, Sms)
    assert (mail.host, mail.port, mail.tls, wecom.port) == ("smtp.bureau.example", 465, True, 443)
    assert mail.key() == "key"
    assert outside(tmp_path, "") is None


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('site = "https://perf.bureau.example/"\n', "", "site"),
        ('"https://perf.bureau.example/"', '"perf.bureau.example"', "site"),
        ("most = 2", "most = 0", "most"),
        ("most = 2", "most = true", "most"),
        ('"20:00-07:00"', '"8pm"', "quiet"),
        ("most = 2", "many = 2", "many"),
        ("[messages.sms]", "[messages.pigeon]", "pigeon"),
        ("smtps://", "smtp://", "smtps://"),
        ("smtps://smtp.bureau.example", "smtps://smtp.bureau.example/in", "url"),
        ("https://qyapi", "http://qyapi", "https://"),
        ("https://qyapi.weixin.qq.com", "https://user:pass@qyapi.weixin.qq.com", "url"),
        ("https://qyapi.weixin.qq.com", "file:///etc/passwd", "url"),
        ("agent = 1000002\n", "", "agent"),
        ("agent = 1000002", 'agent = "x"', "agent"),
        ('domain = "bureau.example"\n', "", "domain"),
        ("no-reply@bureau.example", "no reply", "sender"),
        ('"$text"', '"text"', "template"),
        ('\'{"to"', '\'["to"', "template"),
        ('secret = "channel.key"\ntemplate', 'secret = "none.key"\ntemplate', "secret"),
        ('matches = "person"', 'matches = "phone"', "matches"),
        ('matches = "person"', "seconds = 99", "seconds"),
    ],
)
def test_what_does_not_fit_is_told_with_its_name(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in GOOD
    with pytest.raises(Refused) as refused:
        outside(tmp_path, GOOD.replace(before, after, 1))
    assert said in " ".join(one.line("en") + one.line("zh") for one in refused.value.problems)


def test_everything_that_does_not_fit_is_told_at_once(tmp_path: Path) -> None:
    wrong = GOOD.replace("most = 2", "most = 99").replace("smtps://", "ftp://").replace("agent = 1000002", "")
    with pytest.raises(Refused) as refused:
        outside(tmp_path, wrong)
    codes = sorted(one.code for one in refused.value.problems)
    assert codes == ["identity-missing", "identity-setting", "messages-setting"]
    with pytest.raises(Refused) as refused:
        outside(tmp_path, GOOD.replace("most = 2", "many = 2"))
    assert [one.code for one in refused.value.problems] == ["messages-unknown"]


def test_a_key_that_others_can_read_is_no_key(tmp_path: Path) -> None:
    outside(tmp_path, GOOD)
    (tmp_path / "channel.key").chmod(0o644)
    with pytest.raises(Refused, match="chmod 600"):
        read(tmp_path)


def test_messages_are_a_table(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="messages"):
        outside(tmp_path, "messages = true\n")
