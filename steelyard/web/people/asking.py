"""Who asks, and the door in front of every view."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from steelyard.web.people.deciding import NOWHERE, Held, Target, decide, in_force
from steelyard.web.people.models import Account

Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Given], HttpResponse]


class Asker:
    """An account on one day, with the roles that it has on that day."""

    def __init__(self, account: Account, today: date) -> None:
        self.account, self.today = account, today
        grants = account.grants.select_related("unit").all() if account.is_active else ()
        self.held = tuple(
            Held(grant.role, grant.unit.path, account.person)
            for grant in grants
            if in_force(grant.since, grant.until, today)
        )

    def may(self, name: str, target: Target = NOWHERE) -> bool:
        return decide(self.held, name, target) is not None

    def role(self, name: str, target: Target = NOWHERE) -> str:
        """The role by which it may; empty if it may not."""
        held = decide(self.held, name, target)
        return "" if held is None else held.role


def asker(request: HttpRequest) -> Asker:
    """Whoever asks, found out once a request."""
    found = getattr(request, "asker", None)
    if found is None:
        found = Asker(cast(Account, request.user), timezone.localdate())
        request.asker = found  # type: ignore[attr-defined]
    return cast(Asker, found)


def permitted(name: str, find: Callable[..., Target] | None = None) -> Callable[[View[Given]], View[Given]]:
    """In front of every view: only who may ask for the address goes in; to others it looks as if nothing were there.

    ``find`` gives the target from the view's own arguments; it raises `Http404` for what does not exist.
    """

    def guarded(view: View[Given]) -> View[Given]:
        @wraps(view)
        def asked(request: HttpRequest, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            target = NOWHERE if find is None else find(*args, **kwargs)
            if not asker(request).may(name, target):
                raise Http404
            return view(request, *args, **kwargs)

        asked.permission = name  # type: ignore[attr-defined]  # read by the test of the policy
        return cast("View[Given]", asked)

    return guarded
