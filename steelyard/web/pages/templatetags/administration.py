"""Tags of the pages of administration."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from steelyard.web.look.templatetags.look import both
from steelyard.web.look.templatetags.pieces import badge, status
from steelyard.web.pages.administration.words import OUTCOMES, act_words, role_words, state_words
from steelyard.web.people.models import Grant
from steelyard.web.people.roles import SENSITIVE
from steelyard.web.trail.models import Event

register = template.Library()


@register.simple_tag
def role_badge(role: str) -> SafeString:
    """Roles that score or administer stand out."""
    return badge(role_words(role), kind="" if role in SENSITIVE else "grey")


@register.filter
def in_words(event: Event) -> str:
    return both(act_words(event))


@register.filter
def role_name(role: str) -> str:
    return both(role_words(role))


@register.simple_tag
def grant_state(grant: Grant) -> SafeString:
    kind, words = state_words(grant)
    return status(kind, words)


@register.simple_tag
def outcome(event: Event) -> SafeString:
    kind, words = OUTCOMES[event.outcome]
    return status(kind, words)
