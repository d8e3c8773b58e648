"""What the permission matrix asks for of prompts."""

from __future__ import annotations

from steelyard.web.people.deciding import Target
from steelyard.web.people.models import Token
from steelyard.web.prompts.models import Prompt
from tests.web.people.targets import ABSENT, Aimed, target
from tests.web.people.world import NOW, unit


def kept(code: str, number: str = "办件一", officer: str = "") -> Prompt:
    """One that was asked for, in a unit."""
    told = {"post": "综合受理岗", "duty": "receiving", "item": "accept", "officer": officer, "at": NOW}
    key = {"unit": unit(code), "process": "行政许可", "step": "受理", "object": number, "received": NOW}
    return Prompt.objects.get_or_create(**key, defaults={**told, "token": Token.objects.first()})[0]


@target("prompt")
def prompts() -> list[Aimed]:
    one = kept("A1", officer="n-A1")
    return [Aimed({"pk": one.pk}, Target(path=one.unit.path, person="n-A1"), absent={"pk": ABSENT})]


@target("prompt-try")
def tried() -> list[Aimed]:
    return [Aimed({"unit": "A1"}, Target(path=unit("A1").path), absent={"unit": "nowhere"})]


@target("prompt-ask")
def asked() -> list[Aimed]:
    query = "?process=a&step=b&post=c&received=2026-07-01T09:00"
    return [Aimed({"unit": "A1"}, Target(path=unit("A1").path), absent={"unit": "nowhere"}, query=query)]
