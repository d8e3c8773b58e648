"""Addresses of messages."""

from __future__ import annotations

from django.urls import path

from steelyard.web.pages.messages import inbox

urlpatterns = [
    path("messages", inbox.inbox, name="messages"),
    path("messages/read", inbox.read, name="messages-read"),
    path("messages/<int:pk>/open", inbox.opened, name="message-open"),
]
