"""Every address of the site. Each has a name, and the policy says of each name who may ask for it."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("steelyard.web.people.urls")),
    path("", include("steelyard.web.pages.urls")),
    path("", include("steelyard.web.api.urls")),
]

handler400, handler403, handler404, handler500 = (
    f"steelyard.web.look.failing.{view}" for view in ("wrong", "forbidden", "missing", "broken")
)
