"""The forms of coming in. Their words stand here in both languages; pages choose one."""

from __future__ import annotations

from typing import Any

from django import forms

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.look.reading import language


def said(words: Words) -> str:
    return words.of(language())


class Plain(forms.Form):
    """Labels from ``LABELS`` in the language of whoever reads."""

    LABELS: dict[str, Words] = {}  # noqa: RUF012  a table of words, never written to
    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in self.LABELS.items():
            if name in self.fields:
                self.fields[name].label = said(words)

    def refuse(self, refused: Refused, field: str | None = None) -> None:
        """Every problem under the field that it is about."""
        for problem in refused.problems:
            self.add_error(field, problem.text(language()))


def _password(complete: str) -> forms.CharField:
    return forms.CharField(
        max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": complete, "class": "input"})
    )


def code_field(required: bool = True) -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "inputmode": "text", "class": "input", "spellcheck": "false"}
    return forms.CharField(max_length=20, required=required, widget=forms.TextInput(attrs=attrs))


class SignIn(Plain):
    LABELS = {"username": Words("用户名", "User name"), "password": Words("口令", "Password")}  # noqa: RUF012
    username = forms.CharField(
        max_length=150, widget=forms.TextInput(attrs={"autocomplete": "username", "class": "input", "autofocus": True})
    )
    password = _password("current-password")


class Second(Plain):
    LABELS = {"code": Words("动态口令或恢复码", "Code or recovery code")}  # noqa: RUF012
    code = code_field()


class Again(Plain):
    LABELS = {  # noqa: RUF012
        "password": Words("口令", "Password"),
        "code": Words("动态口令或恢复码", "Code or recovery code"),
    }
    password = _password("current-password")
    code = code_field()


class NewPassword(Plain):
    LABELS = {"new": Words("新口令", "New password"), "repeated": Words("再写一次", "Once more")}  # noqa: RUF012
    new = _password("new-password")
    repeated = _password("new-password")

    def clean_repeated(self) -> str:
        if self.cleaned_data["repeated"] != self.cleaned_data.get("new"):
            words = Words("两次写的不一样，请重写", "the two are not the same; write both again")
            raise forms.ValidationError(said(words))
        return str(self.cleaned_data["repeated"])


class ChangePassword(NewPassword):
    LABELS = {"old": Words("现在的口令", "Present password"), **NewPassword.LABELS}  # noqa: RUF012
    old = _password("current-password")
    field_order = ("old", "new", "repeated")
