"""The forms of administration; their words in both languages."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from steelyard.reports.sheet import Words
from steelyard.web.look.reading import language
from steelyard.web.pages.administration.words import WAYS
from steelyard.web.people.elsewhere.ways import usable
from steelyard.web.people.login.forms import Plain
from steelyard.web.people.models import Account, Grant, Person, Unit, Way
from steelyard.web.people.roles import DELEGABLE, ENGLISH, Role

NOBODY = Words("没有这样的账号；请按用户名填写", "there is no such account; write its user name")
NOWHERE = Words("没有这个单位；请填机构代码", "there is no such unit; write its code")


def day(required: bool = True) -> forms.DateField:
    return forms.DateField(required=required, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


def role_choices(roles: Any = tuple(Role)) -> list[tuple[str, str]]:
    return [(role, Role(role).label if language() == "zh" else ENGLISH[Role(role)]) for role in Role if role in roles]


class NewAccount(Plain):
    LABELS = {  # noqa: RUF012
        "username": Words("用户名", "User name"),
        "name": Words("姓名", "Name"),
        "person": Words("人员代码（可空）", "Code of the person (may be empty)"),
        "way": Words("登录方式", "Way of signing in"),
    }
    username = forms.CharField(max_length=40)
    name = forms.CharField(max_length=100)
    person = forms.CharField(max_length=40, required=False)
    way = forms.ChoiceField(initial=Way.PASSWORD)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Where site.toml sets up no other way, nobody is asked."""
        super().__init__(*args, **kwargs)
        ways = usable()
        if len(ways) == 1:
            del self.fields["way"]
        else:
            cast(forms.ChoiceField, self.fields["way"]).choices = [(one, WAYS[one].of(language())) for one in ways]

    def clean_person(self) -> str:
        code = str(self.cleaned_data["person"]).strip()
        if code and not Person.objects.filter(code=code).exists():
            words = Words("登记册里没有这个人员代码", "the register has no person with this code")
            raise forms.ValidationError(words.of(language()))
        return code


class _Scope(Plain):
    """To whom, where, and for how long."""

    def clean_account(self) -> Account:
        found = Account.objects.filter(username=self.cleaned_data["account"].strip()).first()
        if found is None:
            raise forms.ValidationError(NOBODY.of(language()))
        return found

    def clean_unit(self) -> Unit | None:
        code = str(self.cleaned_data["unit"]).strip()
        found = Unit.objects.filter(code=code).first()
        if code and found is None:
            raise forms.ValidationError(NOWHERE.of(language()))
        return found


SCOPE = {
    "account": Words("账号（用户名）", "Account (user name)"),
    "unit": Words("单位（机构代码）", "Unit (code)"),
    "since": Words("开始日期", "First day"),
    "until": Words("最后一日（可空）", "Last day (may be empty)"),
    "reason": Words("依据或理由", "Reason or document"),
}


class NewGrant(_Scope):
    LABELS = {**SCOPE, "role": Words("角色", "Role")}  # noqa: RUF012
    account = forms.CharField(max_length=150)
    role = forms.ChoiceField()
    unit = forms.CharField(max_length=40, required=False)
    since, until = day(), day(required=False)
    reason = forms.CharField(max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices()  # type: ignore[attr-defined]


class NewDelegation(_Scope):
    LABELS = {  # noqa: RUF012
        **SCOPE,
        "grant": Words("交出的角色", "Role that is lent"),
        "account": Words("代理人（用户名）", "To whom (user name)"),
        "until": Words("最后一日", "Last day"),
    }
    grant = forms.ModelChoiceField(Grant.objects.none())
    account = forms.CharField(max_length=150)
    unit = forms.CharField(max_length=40)
    since, until = day(), day()
    reason = forms.CharField(max_length=300)

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = account.grants.filter(state="confirmed", delegated_from=None, role__in=DELEGABLE)
        choice: Any = self.fields["grant"]
        choice.queryset = mine.select_related("unit")
        choice.label_from_instance = lambda one: f"{dict(role_choices())[one.role]} · {one.unit}"


class Searched(Plain):
    LABELS = {  # noqa: RUF012
        "actor": Words("谁", "Who"),
        "act": Words("做了什么", "Act"),
        "target": Words("对什么", "On what"),
        "since": Words("自", "From"),
        "until": Words("至", "To"),
    }
    actor = forms.CharField(max_length=150, required=False)
    act = forms.CharField(max_length=60, required=False)
    target = forms.CharField(max_length=200, required=False)
    since, until = day(required=False), day(required=False)
