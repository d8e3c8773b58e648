"""Coming and going."""

from __future__ import annotations

from django.urls import path

from steelyard.web.people.elsewhere import provided
from steelyard.web.people.login import own, views

urlpatterns = [
    path("login", views.sign_in, name="login"),
    path("login/second", views.second, name="login-second"),
    path("login/provider", provided.go, name="login-provider"),
    path("login/provider/back", provided.back, name="login-provider-back"),
    path("logout", views.sign_out, name="logout"),
    path("prove", views.prove, name="prove"),
    path("invited/<str:token>", views.invited, name="invited"),
    path("language", views.language, name="language"),
    path("own/password", own.password, name="own-password"),
    path("own/second", own.second, name="own-second"),
]
