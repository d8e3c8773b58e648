"""Who asks, and the door in front of every view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec, TypedDict, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from steelyard.web.people.deciding import NOWHERE, SIGNED_IN, VISITOR, Bound, Held, Target, decide
from steelyard.web.people.duties import STRONG, duty
from steelyard.web.people.models import Account, Person, Token

Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Given], HttpResponse]


class By(TypedDict):
    """Who does something, as `trail.recording.record` wants it: ``record("act", **asker.by("act"), at=now)``."""

    actor: str
    role: str
    behalf: str


class Asker:
    """An account on one day, with the roles that it has on that day. ``home``: path of the unit where he stands.

    ``token``: shown instead of signing in: no more than it leaves of those roles, and nothing that is everybody's.
    """

    def __init__(self, account: Account | None, today: date, token: Token | None = None) -> None:
        self.account, self.today = account, today
        self.held: tuple[Held, ...] = () if token else (Held(VISITOR),)
        self.home = ""
        if account is not None and account.is_active:
            self.home = _home(account)
            given = self._given(account)
            self.held = tuple(_narrowed(given, token)) if token else (*self.held, self._holds(SIGNED_IN), *given)

    def _holds(self, role: str, path: str = "", behalf: str = "") -> Held:
        account = cast(Account, self.account)
        return Held(role, path, account.person, self.home, account.clearance, behalf)

    def _given(self, account: Account) -> list[Held]:
        grants = account.grants.filter(state="confirmed").select_related("unit")
        if any(grant.delegated_from_id for grant in grants):
            grants = grants.select_related("unit", "delegated_from__account")
        return [
            self._holds(grant.role, grant.path, grant.delegated_from.account.username if grant.delegated_from else "")
            for grant in grants
            if grant.holds(self.today)
        ]

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(one.role for one in self.held) - {VISITOR, SIGNED_IN}

    def may(self, name: str, target: Target = NOWHERE) -> bool:
        return decide(self.held, name, target) is not None

    def role(self, name: str, target: Target = NOWHERE) -> str:
        """The role by which it may; empty if it may not."""
        held = decide(self.held, name, target)
        return "" if held is None else held.role

    def by(self, name: str, target: Target = NOWHERE) -> By:
        """How the trail names who asks: the account, the role that allows it, and who lent that role."""
        held = decide(self.held, name, target)
        username = "" if self.account is None else self.account.username
        return By(actor=username, role="" if held is None else held.role, behalf="" if held is None else held.behalf)


def _narrowed(given: Iterable[Held], token: Token) -> Iterator[Held]:
    """The roles as far as the token's part of the organisation goes."""
    bound, part = Bound(frozenset(token.scopes), frozenset(token.tables)), token.unit.path
    for held in given:
        inner = max(part, held.path, key=len)
        if held.path and inner.startswith(held.path) and inner.startswith(part):
            yield replace(held, path=inner, bound=bound)


def _home(account: Account) -> str:
    person = Person.objects.filter(code=account.person).select_related("unit").first() if account.person else None
    return person.unit.path if person is not None and person.unit is not None else ""


def asker(request: HttpRequest) -> Asker:
    """Whoever asks, found out once a request."""
    found = getattr(request, "asker", None)
    if found is None:
        account = request.user if request.user.is_authenticated else None
        found = Asker(account, timezone.localdate())
        request.asker = found  # type: ignore[attr-defined]
    return cast(Asker, found)


def _due(request: HttpRequest, who: Asker) -> HttpResponse | None:
    return duty(cast(Account, who.account), who.roles, timezone.now(), strong=bool(request.session.get(STRONG)))


def permitted(
    name: str, find: Callable[..., Target] | None = None, *, before_duties: bool = False
) -> Callable[[View[Given]], View[Given]]:
    """In front of every view: only who may ask for the address goes in; to others it looks as if nothing were there.

    ``find`` gives the target from the view's own arguments; it raises `Http404` for what does not exist.
    ``before_duties``: also for those who must first change their password or set up their second factor.
    """

    def guarded(view: View[Given]) -> View[Given]:
        @wraps(view)
        def asked(request: HttpRequest, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
            who = asker(request)
            if who.account is None and not who.may(name):
                return redirect_to_login(request.get_full_path())
            first = None if before_duties or who.account is None else _due(request, who)
            if first is not None:
                return first
            target = NOWHERE if find is None else find(*args, **kwargs)
            if not who.may(name, target):
                raise Http404
            return view(request, *args, **kwargs)

        asked.permission = name  # type: ignore[attr-defined]  # read by the test of the policy
        asked.find = find  # type: ignore[attr-defined]
        asked.before_duties = before_duties  # type: ignore[attr-defined]
        return cast("View[Given]", asked)

    return guarded
