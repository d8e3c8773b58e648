"""Where other systems come in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from steelyard.engine.problems import Place, Problem
from steelyard.web.api.envelope.answering import answer
from steelyard.web.api.interface import api
from steelyard.web.look.kept import nul_in_address
from steelyard.web.look.reading import language

View = Callable[..., HttpResponse]


@csrf_exempt
def missing(request: HttpRequest) -> HttpResponse:
    del request
    return answer([Problem("api-missing")], language())


def _told(view: View) -> View:
    """An address with NUL, and a method that it does not take, are told in the same shape as everything else."""

    @wraps(view)
    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if nul_in_address(request):
            return answer([Problem("api-nul", Place("address"))], language())
        found = view(request, *args, **kwargs)
        if not isinstance(found, HttpResponseNotAllowed):
            return found
        said = {"method": request.method, "allowed": found["Allow"]}
        told = answer([Problem("api-method", params=said)], language())
        told["Allow"] = found["Allow"]
        return told

    return asked


def _patterns() -> list[URLPattern]:
    found = [one for one in api.urls[0] if isinstance(one, URLPattern)]
    for one in found:
        one.callback = _told(missing if one.name == "api-root" else one.callback)
    return [*found, re_path("", missing, name="missing")]


urlpatterns = [path("api/v1/", (_patterns(), *api.urls[1:]))]
