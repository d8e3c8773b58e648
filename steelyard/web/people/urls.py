"""Coming and going."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

urlpatterns = [
    path("login", LoginView.as_view(template_name="people/login.html"), name="login"),
    path("logout", LogoutView.as_view(), name="logout"),
]
