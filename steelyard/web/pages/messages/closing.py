"""Whether the page that a message leads to is open to whoever reads it now, and not only when it was written."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404
from django.urls import Resolver404, resolve

from steelyard.web.people.asking import Asker
from steelyard.web.people.deciding import NOWHERE


def opens(who: Asker, address: str) -> bool:
    """By the policy, and by nothing else: the same question that the page itself asks at its door."""
    try:
        view, args, kwargs = resolve(urlsplit(address).path)
        find = getattr(view, "find", None)
        target = NOWHERE if find is None else find(*args, **kwargs)
    except (Resolver404, Http404, ValueError):
        return False
    return who.may(getattr(view, "permission", ""), target)
