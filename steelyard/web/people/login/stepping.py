"""Acts that matter ask again who sits there, unless that was shown within the last ten minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from steelyard.web.people.login.visiting import proved

Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Given], HttpResponse]
FRESH = timedelta(minutes=10)


def fresh(view: View[Given]) -> View[Given]:
    """Stands below `permitted`: a page of a sensitive act, and the act itself."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        if proved(request, timezone.now(), FRESH):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('prove')}?{urlencode({'next': _back(request)})}")

    return cast("View[Given]", asked)


def _back(request: HttpRequest) -> str:
    """The page itself, or the one from which something was sent: what was typed there has to be sent again."""
    if request.method == "GET":
        return request.get_full_path()
    return safe(request, urlsplit(request.headers.get("Referer", ""))._replace(scheme="", netloc="").geturl())


def safe(request: HttpRequest, address: str) -> str:
    """Only addresses of this site; whatever else was asked for becomes the first page."""
    here = address.startswith("/") and url_has_allowed_host_and_scheme(address, {request.get_host()})
    return address if here else reverse("home")
