"""``[ldap]`` and ``[oidc]`` of site.toml: what they may say, and everything that is wrong with them at once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from steelyard.engine.problems import Refused
from steelyard.web.configuration import create, read
from tests.web.people.outside import certificate

LDAP = {"url": "ldaps://ldap.tax.cn", "base": "dc=tax,dc=cn", "account": "cn=s,dc=tax,dc=cn", "secret": "ldap.key"}
OIDC = {"issuer": "https://sso.tax.cn/realm", "client": "steelyard", "secret": "oidc.key"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("ldap.key", "oidc.key"):
        (tmp_path / name).write_text("secret\n")
        (tmp_path / name).chmod(0o600)
    return tmp_path


def refused(home: Path, **settings: Any) -> list[tuple[str, str]]:
    """Codes and places."""
    (home / "site.toml").unlink(missing_ok=True)
    with pytest.raises(Refused) as found:
        create(home, **settings)
    for problem in found.value.problems:
        assert problem.text("zh") != problem.text("en")
    return [(problem.code, str(problem.params["name"])) for problem in found.value.problems]


def test_what_was_written_is_read(home: Path) -> None:
    certificate(home)
    ldap = {**LDAP, "authority": "cert.pem", "seconds": 3, "matches": "person", "attribute": "employeeNumber"}
    made = create(home, port=8700, ldap=ldap, oidc={**OIDC, "second": ["mfa"], "name": "省局门户"})
    assert made == read(home)
    assert made.ldap is not None
    assert made.oidc is not None
    assert (made.ldap.host, made.ldap.port, made.ldap.tls, made.ldap.seconds) == ("ldap.tax.cn", 636, True, 3)
    assert made.ldap.authority == home / "cert.pem"
    assert (made.oidc.second, made.oidc.secret) == (("mfa",), home / "oidc.key")


def test_the_examples_of_the_manual_are_read(home: Path) -> None:
    certificate(home).rename(home / "bureau-ca.pem")
    examples = re.findall(r"```toml\n(.*?)```", Path("docs/how-to/log-in.md").read_text("utf8"), re.DOTALL)
    assert len(examples) == 2
    (home / "site.toml").write_text("\n".join(examples), "utf8")
    made = read(home)
    assert made.ldap is not None
    assert made.oidc is not None
    assert made.oidc.second == ("mfa", "otp")


def test_nothing_said_means_local_passwords_only(tmp_path: Path) -> None:
    made = create(tmp_path)
    assert (made.ldap, made.oidc) == (None, None)


@pytest.mark.parametrize("url", ["ldap://ldap.tax.cn", "ldap://10.0.0.1:389", "ldap://127.0.0.1.evil.cn"])
def test_passwords_go_over_no_network_unencrypted(home: Path, url: str) -> None:
    assert refused(home, ldap={**LDAP, "url": url}) == [("identity-plain", "[ldap] url")]
    made = create(home / "b", ldap={**LDAP, "url": url, "starttls": True, "secret": "../ldap.key"}).ldap
    assert made is not None
    assert not made.plain


@pytest.mark.parametrize("url", ["ldap://127.0.0.1:1389", "ldap://localhost", "ldap://[::1]:389"])
def test_on_this_machine_they_may(home: Path, url: str) -> None:
    made = create(home, ldap={**LDAP, "url": url}, oidc={**OIDC, "issuer": "http://localhost:9000"})
    assert made.ldap is not None
    assert made.ldap.plain


@pytest.mark.parametrize(
    ("table", "wrong", "code"),
    [
        ("ldap", {"url": "https://ldap.tax.cn"}, "identity-setting"),
        ("ldap", {"url": "ldaps://"}, "identity-setting"),
        ("ldap", {"url": "ldaps://a:b"}, "identity-setting"),
        ("ldap", {"url": "ldaps://ldap..tax.cn"}, "identity-setting"),
        ("ldap", {"url": "ldaps://u:p@a"}, "identity-setting"),
        ("ldap", {"url": "ldaps://a/dc=tax"}, "identity-setting"),
        ("ldap", {"starttls": True}, "identity-setting"),
        ("ldap", {"seconds": 0}, "identity-setting"),
        ("ldap", {"seconds": "5"}, "identity-setting"),
        ("ldap", {"matches": "name"}, "identity-setting"),
        ("ldap", {"account": ""}, "identity-setting"),
        ("ldap", {"filter": "(uid=x)"}, "identity-filter"),
        ("ldap", {"filter": "(uid={username}"}, "identity-filter"),
        ("ldap", {"filter": "uid={username}"}, "identity-filter"),
        ("ldap", {"filter": "(&(uid={username})(!(&(a=b)(|(c=d)(e=f)))))"}, "identity-filter"),
        ("ldap", {"secret": "nowhere.key"}, "identity-file"),
        ("ldap", {"authority": "ldap.key"}, "identity-file"),
        ("ldap", {"colour": "red"}, "identity-unknown"),
        ("oidc", {"issuer": "http://sso.tax.cn"}, "identity-plain"),
        ("oidc", {"issuer": "sso.tax.cn"}, "identity-setting"),
        ("oidc", {"issuer": "https://sso.tax.cn?x=1"}, "identity-setting"),
        ("oidc", {"scope": "profile"}, "identity-setting"),
        ("oidc", {"second": "mfa"}, "identity-setting"),
        ("oidc", {"leeway": 3600}, "identity-setting"),
        ("oidc", {"secret": "nowhere.key"}, "identity-file"),
    ],
)
def test_what_does_not_fit_is_said_with_its_place(home: Path, table: str, wrong: dict[str, Any], code: str) -> None:
    usual = LDAP if table == "ldap" else OIDC
    found = refused(home, **{table: {**usual, **wrong}})
    place = "url" if "starttls" in wrong else next(iter(wrong))
    assert found == [(code, f"[{table}] {place}")]


def test_everything_is_said_at_once(home: Path) -> None:
    (home / "oidc.key").chmod(0o640)
    found = refused(home, port="x", ldap={"url": "ldap://far"}, oidc={**OIDC, "scope": "x"})
    assert sorted(found) == sorted([
        ("site-setting", "port"), ("identity-missing", "[ldap] base"), ("identity-missing", "[ldap] account"),
        ("identity-missing", "[ldap] secret"), ("identity-plain", "[ldap] url"), ("identity-setting", "[oidc] scope"),
        ("identity-open", "[oidc] secret"),
    ])  # fmt: skip
    assert refused(home, ldap="ldaps://x")[0] == ("identity-setting", "[ldap]")
