"""What a password must be, in two profiles that contradict each other (site.toml ``passwords``).

``asvs`` (OWASP ASVS 5.0, 6.2): length instead of kinds of signs, no change without a reason. ``dengbao`` (GB/T
22239-2019, 8.1.4.1 a): four kinds of signs or a long one, changed every 90 days, the last five refused.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from steelyard.engine.problems import CATALOGUE, Problem, Refused
from steelyard.web.people.models import Account, OldPassword

CATALOGUE.add(
    {
        "password-short": (
            "口令至少 {least} 个字符；几个不相干的词连在一起，好记又难猜",
            "a password has at least {least} characters; several unrelated words are easy to keep and hard to guess",
        ),
        "password-long": (
            "口令最多 {most} 个字符",
            "a password has at most {most} characters",
        ),
        "password-common": (
            "这个口令太常见，或含有你的名字、用户名、单位或系统的名称；请换一个",
            "this password is too common, or contains your name, the bureau's or this system's; choose another one",
        ),
        "password-kinds": (
            "短于 15 个字符的口令要同时有大写字母、小写字母、数字和其他符号",
            "a password of less than 15 characters needs capitals, small letters, digits and other signs",
        ),
        "password-elsewhere": (
            "{name} 不用本站口令登录；口令请到单位目录或统一身份认证那边修改",
            "{name} signs in elsewhere; that password is changed in the directory or at the provider",
        ),
        "password-again": (
            "这是最近用过的口令；请换一个没用过的",
            "this password has been used before; choose a new one",
        ),
    }
)

LEAST = {"asvs": 12, "dengbao": 10}
MOST, LONG, REMEMBERED = 128, 15, {"asvs": 0, "dengbao": 5}
OURS = ("steelyard", "gongpingcheng", "公平秤", "password", "qwerty", "123456", "abcdef", "111111", "税务", "绩效")
_COMMON = CommonPasswordValidator()


def set_password(account: Account, password: str, profile: str, now: datetime) -> None:
    """Raises `Refused` with everything that is wrong with it. The caller saves the account, in its transaction."""
    problems = wrong(password, account, profile)
    if problems:
        raise Refused(problems)
    if account.has_usable_password():
        OldPassword.objects.create(account=account, password=account.password, at=now)
    account.set_password(password)
    account.must_change, account.changed_at = False, now


def wrong(password: str, account: Account, profile: str) -> list[Problem]:
    found = []
    if len(password) < LEAST[profile]:
        found.append(Problem("password-short", params={"least": LEAST[profile]}))
    if len(password) > MOST:
        return [Problem("password-long", params={"most": MOST})]
    if profile == "dengbao" and len(password) < LONG and _kinds(password) < 4:
        found.append(Problem("password-kinds"))
    if _common(password, account):
        found.append(Problem("password-common"))
    if not found and _used(password, account, profile):
        found.append(Problem("password-again"))
    return found


def _kinds(password: str) -> int:
    tests = (str.isupper, str.islower, str.isdigit, lambda sign: not sign.isalnum())
    return sum(any(test(sign) for sign in password) for test in tests)


def _common(password: str, account: Account) -> bool:
    """In the list of common ones, or common once the words that everybody here would think of are taken out."""
    small = password.casefold()
    try:
        _COMMON.validate(small)
    except ValidationError:
        return True
    left = small
    for word in (account.username.casefold(), account.name.casefold(), *OURS):
        left = left.replace(word, "") if len(word) > 1 else left
    return len(set(small)) < 5 or (left != small and len(left) < 8)


def _used(password: str, account: Account, profile: str) -> bool:
    old = OldPassword.objects.filter(account=account).order_by("-at").values_list("password", flat=True)
    before = [account.password] if account.has_usable_password() else []
    return any(check_password(password, one) for one in (*before, *old[: REMEMBERED[profile]]))
