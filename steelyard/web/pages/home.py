"""首页: where everybody begins, with what waits for them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from steelyard.web.people.asking import permitted


@permitted("home")
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/home.html")
