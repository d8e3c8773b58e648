"""What holds of one person from request to request, found out once: tests that send thousands of requests as the same
person, and undo each, spend half of their time on asking who that is.

Only what reads is spared it: whoever sends a form is found in the database again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.base import Template
from django.test.utils import _TestState
from django.utils.translation import get_language

from steelyard.web.look import failing
from steelyard.web.people import asking
from steelyard.web.people.login import visiting


@contextmanager
def known() -> Iterator[None]:
    """As long as this lasts, the one who asks stays who he is, with the roles that he has; and what he is told where
    nothing is for him is written out once for each address by name: the page knows no more of what was asked for."""
    found, lost = dict[Any, Any](), dict[Any, tuple[bytes, dict[str, str]]]()
    given, home, goes_on, said = asking.Asker._given, asking._home, visiting._goes_on, failing._said
    get_user = visiting.Backend.get_user

    def once(key: tuple[Any, ...], find: Any) -> Any:
        if key not in found:
            found[key] = find()
        return found[key]

    def account(backend: visiting.Backend, user: int) -> Any:
        return copy(once(("account", user), lambda: get_user(backend, user)))

    def missing(request: HttpRequest, code: int, words: Any) -> HttpResponse:
        match = request.resolver_match
        key = (request.user.pk, match and match.view_name, request.method, get_language(), code, words)
        if key not in lost:
            answer = said(request, code, words)
            lost[key] = answer.content, dict(answer.headers)
            return answer
        body, headers = lost[key]
        return HttpResponse(body, status=code, headers=headers)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Template, "_render", _TestState.saved_data.template_render)  # nobody looks at contexts here
        patched.setattr(visiting.Backend, "get_user", account)
        patched.setattr(
            visiting, "_goes_on", lambda request, now: once(("visit", request.user.pk), lambda: goes_on(request, now))
        )
        patched.setattr(
            asking.Asker, "_given", lambda who, one: once(("given", one.pk, who.today), lambda: given(who, one))
        )
        patched.setattr(asking, "_home", lambda one: once(("home", one.pk), lambda: home(one)))
        patched.setattr(failing, "_said", missing)
        yield
