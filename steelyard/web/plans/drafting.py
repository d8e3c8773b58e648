"""Drafting: the head as text, and the groups into which indicators are ticked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from steelyard.engine.problems import CATALOGUE, Place, refuse
from steelyard.web.library.texts import digest, whole
from steelyard.web.people.models import Account
from steelyard.web.plans.desk import at_desk
from steelyard.web.plans.models import Group, Making
from steelyard.web.plans.text import head_checked, plain
from steelyard.web.typed import number_in

CATALOGUE.add(
    {
        "plan-head-meanwhile": (
            "您打开页面之后总则已被改过；没有保存，请对照现在的总则再改",
            "the head was changed after you had opened the page; nothing was kept, look at what it says now",
        ),
        "plan-group-name": ("请写组名（1 至 100 字）", "name the group (1 to 100 signs)"),
        "plan-group-taken": ("已有一个组叫“{name}”", "there is a group '{name}' already"),
        "plan-group-full": (
            "“{name}”里还有 {count} 项指标；请先移到别的组或取消勾选",
            "'{name}' still holds {count} indicators; move or take them back first",
        ),
        "plan-group-gone": ("这个组已不在；请刷新页面", "this group is no longer there; load the page again"),
    }
)
ROLES = ("base", "bonus", "malus")
FIELDS = ("full", "cap", "floor")


def rewrite(pk: int, head: str, seen: str, *, by: Account, now: datetime) -> Making:
    """``seen``: digest of the head that the writer saw. Raises `Refused` with every problem and its line."""
    with transaction.atomic():
        desk = at_desk(pk, "making-head", by, now)
        making = desk.making
        if seen != digest(making.head):
            raise refuse("plan-head-meanwhile")
        tree = head_checked(head, making.code)
        making.head, making.name = whole(head), plain(tree.get("name"))
        desk.changed()
        desk.told("making-head", digest=digest(head))
    return making


def group_kept(pk: int, given: Mapping[str, str], only: Sequence[str], *, by: Account, now: datetime) -> Group:
    """A new group, or ``given["group"]`` changed. Raises `Refused`, also where a number cannot be read."""
    with transaction.atomic():
        desk = at_desk(pk, "making-group", by, now)
        making, name = desk.making, given.get("name", "").strip()
        if not 0 < len(name) <= 100:
            raise refuse("plan-group-name", Place("name"))
        group = group_of(making, given["group"]) if given.get("group") else Group(making=making)
        if making.groups.filter(name=name).exclude(pk=group.pk).exists():
            raise refuse("plan-group-taken", Place("name"), name=name)
        group.place = group.place or (max((one.place for one in making.groups.all()), default=0) + 1)
        group.name, group.only = name, list(only)
        group.role = given["role"] if given.get("role") in ROLES else group.role
        for field in FIELDS:
            setattr(group, field, given.get(field, "").strip())
        group.save()
        desk.changed()
        desk.told("making-group", group=name, role=group.role, **{field: getattr(group, field) for field in FIELDS})
    return group


def group_dropped(pk: int, group: str, *, by: Account, now: datetime) -> None:
    """Raises `Refused` while an indicator stands in it."""
    with transaction.atomic():
        desk = at_desk(pk, "making-group-drop", by, now)
        found = group_of(desk.making, group)
        if count := found.picks.count():
            raise refuse("plan-group-full", name=found.name, count=count)
        name = found.name
        found.delete()
        desk.changed()
        desk.told("making-group-drop", group=name)


def group_of(making: Making, key: str) -> Group:
    found = making.groups.filter(pk=number_in(key) or 0).first()
    if found is None:
        raise refuse("plan-group-gone")
    return found
