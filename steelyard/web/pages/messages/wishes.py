"""消息提醒: by which channels one wants to be told outside the site, when not, and in which language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.channels.naming import Outside
from steelyard.web.look.reading import language
from steelyard.web.messages.models import Preference
from steelyard.web.messages.outside.choosing import Wanted, choose
from steelyard.web.messages.outside.wishing import Wish
from steelyard.web.pages.answering import me
from steelyard.web.people.asking import permitted
from steelyard.web.people.login.forms import Plain
from steelyard.web.people.login.sealing import unseal

LANGUAGES = (("zh-hans", "中文"), ("en", "English"))


def clock() -> forms.TimeField:
    return forms.TimeField(required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))


class Wishes(Plain):
    LABELS = {  # noqa: RUF012
        "channels": Words("用哪些通道提醒我（一个不选就只在站内）", "By which channels (none: inside the site only)"),
        "mail": Words("邮箱地址", "Mailbox"),
        "mobile": Words("手机号", "Mobile number"),
        "quiet_from": Words("免打扰自", "Quiet from"),
        "quiet_to": Words("免打扰至", "Quiet until"),
        "most": Words("每天最多几次", "At most a day"),
        "language": Words("用哪种语言", "Language"),
    }
    channels = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    mail = forms.CharField(max_length=254, required=False, widget=forms.EmailInput({"autocomplete": "email"}))
    mobile = forms.CharField(max_length=20, required=False, widget=forms.TextInput({"autocomplete": "tel"}))
    quiet_from, quiet_to = clock(), clock()
    most = forms.IntegerField(required=False, min_value=1)
    language = forms.ChoiceField(choices=LANGUAGES)

    def __init__(self, outside: Outside, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of: Any = self.fields
        of["channels"].choices = [(one.name, one.words.of(language())) for one in outside.channels]
        first, last = (f"{one:%H:%M}" for one in outside.quiet)
        words = Words(f"不填：按全站的 {first}–{last}", f"empty: as the whole site, {first}–{last}")
        of["quiet_to"].help_text = words.of(language())
        most = Words(f"不填：{outside.most} 次；最多 {outside.most} 次", f"empty: {outside.most}, which is the most")
        of["most"].help_text = most.of(language())


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("own-messages")
def own(request: HttpRequest) -> HttpResponse:
    outside = settings.STEELYARD.messages
    if outside is None:
        return render(request, "messages/own.html", {"form": None})
    chosen = Preference.objects.filter(account=me(request)).first()
    form = Wishes(outside, request.POST or None, initial=_initial(request, outside, chosen))
    if request.method == "POST" and form.is_valid():
        try:
            choose(Wanted(**form.cleaned_data), by=me(request), now=timezone.now())
            return redirect("own-messages")
        except Refused as refused:
            for problem in refused.problems:
                place = problem.place.file
                form.add_error(place if place in form.fields else None, problem.text(language()))
    context = {"form": form, "outside": outside, "chosen": chosen}
    return render(request, "messages/own.html", context, status=422 if form.errors else 200)


def _initial(request: HttpRequest, outside: Outside, chosen: Preference | None) -> dict[str, Any]:
    account = me(request)
    found: dict[str, Any] = {
        "channels": [one.name for one in Wish(account, chosen, outside).channels],
        "language": "en" if account.language.startswith("en") else "zh-hans",
    }
    if chosen is not None:
        own = {
            "mail": unseal(chosen.mail) if chosen.mail else "",
            "mobile": unseal(chosen.mobile) if chosen.mobile else "",
        }
        found |= {**own, "quiet_from": chosen.quiet_from, "quiet_to": chosen.quiet_to, "most": chosen.most}
    return found
