"""Addresses of administration."""

from __future__ import annotations

from django.urls import path

from steelyard.web.pages.administration import accounts, grants, organisation, own, tokens, trail

urlpatterns = [
    path("own", own.own, name="own"),
    path("own/sessions", own.sessions, name="own-sessions"),
    path("own/delegate", own.delegate, name="own-delegate"),
    path("own/delegations/<int:number>/end", own.delegation_end, name="own-delegation-end"),
    path("accounts", accounts.listed, name="accounts"),
    path("accounts/new", accounts.new, name="account-new"),
    path("accounts/<int:number>", accounts.one, name="account"),
    path("accounts/<int:number>/disable", accounts.disable, name="account-disable"),
    path("accounts/<int:number>/enable", accounts.enable, name="account-enable"),
    path("accounts/<int:number>/reset", accounts.reset, name="account-reset"),
    path("accounts/<int:number>/way", accounts.way, name="account-way"),
    path("accounts/<int:number>/sessions", accounts.sessions, name="account-sessions"),
    path("accounts/<int:number>/second", accounts.second, name="account-second"),
    path("accounts/<int:number>/clearance", accounts.clearance, name="account-clearance"),
    path("grants", grants.listed, name="grants"),
    path("grants/new", grants.new, name="grant-new"),
    path("grants/<int:number>/confirm", grants.confirm, name="grant-confirm"),
    path("grants/<int:number>/refuse", grants.refuse, name="grant-refuse"),
    path("grants/<int:number>/end", grants.end, name="grant-end"),
    path("trail", trail.trail, name="trail"),
    path("trail/<int:number>", trail.event, name="trail-event"),
    path("trail/export", trail.export, name="trail-export"),
    path("trail/verify", trail.verify, name="trail-verify"),
    path("trail/checkpoints", trail.checkpoints, name="checkpoints"),
    path("trail/checkpoints/new", trail.checkpoint_new, name="checkpoint-new"),
    path("trail/checkpoints/<int:number>", trail.checkpoint, name="checkpoint"),
    path("organisation", organisation.listed, name="organisation"),
    path("organisation/register", organisation.from_register, name="organisation-bring"),
    path("organisation/upload", organisation.upload, name="organisation-upload"),
    path("organisation/imports/<str:key>", organisation.apply, name="organisation-apply"),
    path("organisation/imports/<str:key>/refuse", organisation.refuse, name="organisation-refuse"),
    path("tokens", tokens.listed, name="tokens"),
    path("tokens/new", tokens.new, name="token-new"),
    path("tokens/<int:number>/end", tokens.end, name="token-end"),
]
