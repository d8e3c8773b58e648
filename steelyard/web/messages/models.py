"""Messages, and what of them leaves the site: letters that merge them, and each letter's way through each channel."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q

from steelyard.web.look.choosing import Choices
from steelyard.web.people.models import Account

LONGEST = 500


class Letter(models.Model):
    """What somebody is told outside the site: how many messages of which kinds wait, and never what they say.

    ``day``, ``number``: the how-manieth of its day by the calendar of the site, so that nobody gets more than the limit
    however many workers there are; no number for one that an administrator sends to try a channel.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="letters")
    day = models.DateField()
    number = models.PositiveSmallIntegerField(null=True)
    urgent = models.BooleanField(default=False)
    many = models.PositiveIntegerField()
    kinds = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("account", "day", "number"), name="one_letter_a_number"),)


class Message(models.Model):
    """Somebody is told something, once: the same ``key`` never tells the same account again.

    ``zh``, ``en``: words for this reader; ``address``: where in the site it stands, which decides by itself who may
    see it. ``outside``: not yet told outside the site; ``letter``: which letter did.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="told")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    zh = models.CharField(max_length=LONGEST)
    en = models.CharField(max_length=LONGEST)
    address = models.CharField(max_length=300)
    urgent = models.BooleanField(default=False)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    outside = models.BooleanField(default=True)
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="messages")

    class Meta:
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("account", "key"), name="told_once"),)
        indexes = (
            models.Index(fields=("account", "-id"), name="told_to"),
            models.Index(fields=("account",), condition=Q(read_at=None), name="told_unread"),
            models.Index(fields=("account",), condition=Q(outside=True), name="told_not_outside"),
        )


class State(Choices):
    WAITING = "waiting", "待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已交通道"
    UNSURE = "unsure", "不确定"
    GIVEN_UP = "given_up", "已放弃"
    NEEDLESS = "needless", "不必再发"


UNDER_WAY = (State.WAITING, State.SENDING)


class Delivery(models.Model):
    """A letter on its way through one channel. ``reference``: by which the receiver knows it again, should it come
    twice; ``due``: not before then; while it is being sent, when whoever sends it is believed to be gone."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=20)
    reference = models.UUIDField(default=uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("letter", "channel"), name="one_delivery_a_channel"),)
        indexes = (
            models.Index(fields=("channel", "due"), condition=Q(state__in=UNDER_WAY), name="deliveries_under_way"),
        )


class Preference(models.Model):
    """How somebody wants to be told outside the site. ``mail``, ``mobile``: sealed, empty if not given; ``channels``:
    None until he chose; ``quiet_from``, ``quiet_to``, ``most``: None where those of the site will do."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, related_name="preference")
    mail = models.CharField(max_length=500, blank=True)
    mobile = models.CharField(max_length=300, blank=True)
    channels = models.JSONField(null=True)
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    most = models.PositiveSmallIntegerField(null=True)
    changed_at = models.DateTimeField()


class Line(models.Model):
    """How a channel has been doing: how often in a row it failed, since when, why, and until when it is left alone."""

    name = models.CharField(max_length=20, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    good_at = models.DateTimeField(null=True)
