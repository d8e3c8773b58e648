"""令牌: which systems may do what until when; a new one is shown once and then known to nobody here."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from steelyard.engine.problems import Refused
from steelyard.reports.sheet import Words
from steelyard.web.look.reading import language
from steelyard.web.pages.administration.accounts import ROWS
from steelyard.web.pages.administration.doing import may
from steelyard.web.pages.administration.forms import NOBODY, NOWHERE, day
from steelyard.web.pages.administration.words import SCOPES
from steelyard.web.pages.answering import done, me
from steelyard.web.people import tokens
from steelyard.web.people.asking import permitted
from steelyard.web.people.deciding import NOWHERE as ANYWHERE
from steelyard.web.people.deciding import Target
from steelyard.web.people.login.attempts import address_of
from steelyard.web.people.login.forms import Plain
from steelyard.web.people.login.stepping import fresh
from steelyard.web.people.models import Account, Token, Unit
from steelyard.web.people.tokens import Wanted

USUAL = timedelta(days=90)
SOON = timedelta(days=14)


class NewToken(Plain):
    """Nothing is chosen beforehand: what a token is not given, it cannot do."""

    LABELS = {  # noqa: RUF012
        "account": Words("账号（用户名）", "Account (user name)"),
        "name": Words("用在哪个系统", "For which system"),
        "scopes": Words("用途（只选需要的）", "What for (only what is needed)"),
        "tables": Words("可推送的数据表（用途含推送数据时）", "Tables of facts (to push facts)"),
        "unit": Words("范围：单位及其下级（机构代码）", "Part: a unit and all below it (code)"),
        "until": Words("到期日", "Last day"),
    }
    account = forms.CharField(max_length=150)
    name = forms.CharField(max_length=100)
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    tables = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    unit = forms.CharField(max_length=40)
    until = day()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here: Any = self.fields
        here["scopes"].choices = [(one, words.of(language())) for one, words in SCOPES.items()]
        here["tables"].choices = [(name, f"{table.name} {name}") for name, table in _tables().items()]

    def clean_account(self) -> Account:
        found = Account.objects.filter(username=self.cleaned_data["account"].strip()).first()
        if found is None:
            raise forms.ValidationError(NOBODY.of(language()))
        return found

    def clean_unit(self) -> Unit:
        found = Unit.objects.filter(code=self.cleaned_data["unit"].strip(), ended=None).first()
        if found is None:
            raise forms.ValidationError(NOWHERE.of(language()))
        return found

    def clean_until(self) -> datetime:
        """Its very last moment: the day counts whole."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["until"], time.max))


def _tables() -> dict[str, Any]:
    """None where declarations cannot be read: `check` tells why."""
    try:
        return dict(tokens.pushable())
    except Refused:
        return {}


@permitted("tokens")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    asked, state, now = request.GET.get("q", "").strip(), request.GET.get("state", "on"), timezone.now()
    rows = Token.objects.select_related("account", "unit", "made_by").order_by("-pk")
    if asked:
        rows = rows.filter(Q(name__icontains=asked) | Q(account__username__icontains=asked) | Q(unit=asked))
    page = Paginator(_in_state(rows, state, now), ROWS).get_page(request.GET.get("page"))
    for token in page:
        token.scope_words = [SCOPES.get(one, Words(one)) for one in token.scopes]  # type: ignore[attr-defined]
        token.over = token.ended_at is not None or token.until < now  # type: ignore[attr-defined]
        token.soon = token.until - now < SOON  # type: ignore[attr-defined]
    shown = {"page": page, "q": asked, "state": state, "may": may(request, new="token-new", end="token-end")}
    return render(request, "administration/tokens.html", shown)


def _in_state(rows: QuerySet[Token], state: str, now: datetime) -> QuerySet[Token]:
    good = Q(ended_at=None, until__gte=now)
    return rows.filter(good) if state == "on" else rows.exclude(good) if state == "off" else rows


@require_http_methods(["GET", "HEAD", "POST"])
@permitted("token-new")
@fresh
def new(request: HttpRequest) -> HttpResponse:
    """A page to fill in, and, sent, the token itself: this answer is the only place where it is ever told."""
    usual = {"account": request.GET.get("account", ""), "until": timezone.localdate() + USUAL}
    form = NewToken(request.POST if request.method == "POST" else None, initial=usual)
    if form.is_valid():
        given = dict(form.cleaned_data)
        account = given.pop("account")
        try:
            now, address = timezone.now(), address_of(request)
            token, text = tokens.issue(account, Wanted(**given), by=me(request), now=now, address=address)
            words = [SCOPES[one] for one in token.scopes]
            return render(request, "administration/token.html", {"token": token, "text": text, "scopes": words})
        except Refused as refused:
            form.refuse(refused)
    return render(request, "administration/token_new.html", {"form": form}, status=422 if form.errors else 200)


def existing(number: int) -> Target:
    if not Token.objects.filter(pk=number).exists():
        raise Http404
    return ANYWHERE


@permitted("token-end", find=existing)
@require_POST
@fresh
def end(request: HttpRequest, number: int) -> HttpResponse:
    token = get_object_or_404(Token, pk=number)
    now, address = timezone.now(), address_of(request)
    words = Words("令牌已作废", "The token has ended")
    return done(request, "tokens", lambda: tokens.end(token, by=me(request), now=now, address=address), words)
