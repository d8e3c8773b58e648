"""Addresses of messages."""

from __future__ import annotations

from django.urls import path

from steelyard.web.pages.messages import channels, inbox, wishes

urlpatterns = [
    path("messages", inbox.inbox, name="messages"),
    path("messages/read", inbox.read, name="messages-read"),
    path("messages/channels", channels.channels, name="channels"),
    path("messages/channels/<str:name>/try", channels.trying, name="channel-try"),
    path("own/messages", wishes.own, name="own-messages"),
    path("messages/<int:pk>/open", inbox.opened, name="message-open"),
]
