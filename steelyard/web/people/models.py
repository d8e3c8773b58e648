"""Accounts, the roles they have been given, and units and persons as of the last import of the register."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from steelyard.web.look.choosing import Choices
from steelyard.web.people.deciding import in_force
from steelyard.web.people.roles import Role
from steelyard.web.people.seeing import Seeing

DORMANT = timedelta(days=90)


class Way(models.TextChoices):
    """How somebody shows who he is. Two of them are other people's word; what he may do is always ours."""

    PASSWORD = "password", "本站口令"
    DIRECTORY = "directory", "单位目录"
    PROVIDER = "provider", "统一身份认证"


class Accounts(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """One person's. ``person``: the code in the register of officers, empty for accounts of no officer.

    ``second``: the sealed key of the second factor, empty until it is set up; ``second_step``: the last step of time
    whose code was used. ``epoch``: sessions of earlier epochs have ended. ``used_at``: signed in, made or woken last.
    ``clearance``: the highest label (1 to 4) of what its holder may see. ``way``: how its holder signs in; a password
    of ours is good for nothing where that is another one.
    """

    username = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=100)
    person = models.CharField(max_length=40, blank=True)
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.PASSWORD)
    is_active = models.BooleanField(default=True)
    second = models.CharField(max_length=300, blank=True)
    second_step = models.BigIntegerField(default=0)
    must_change = models.BooleanField(default=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField()
    used_at = models.DateTimeField()
    epoch = models.PositiveIntegerField(default=0)
    clearance = models.PositiveSmallIntegerField(default=3)
    language = models.CharField(max_length=10, blank=True)

    USERNAME_FIELD = "username"
    objects = Accounts()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person",), condition=~Q(person=""), name="one_account_a_person"),
            models.UniqueConstraint(Lower("username"), name="usernames_not_alike"),
        )

    def __str__(self) -> str:
        return self.name

    def dormant(self, now: datetime) -> bool:
        """Locked because nobody used it for so long."""
        return now - self.used_at > DORMANT

    def get_session_auth_hash(self) -> str:
        """Another password or another epoch, and every session that was open is over."""
        said = f"{self.password}:{self.second}:{self.epoch}"
        return salted_hmac("steelyard.web.people.session", said, algorithm="sha256").hexdigest()


class Unit(models.Model):
    """机构: ``path`` is the codes from the top down, ``/`` around each, so that what lies below begins with it.

    ``level``, ``class_name`` and ``attributes`` (numbers as text) as of the day of the last import; ``ended``: the
    first day on which it is no more. Codes never differ by capitals alone: some databases would take them for one.
    """

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=400, db_index=True)
    level = models.CharField(max_length=40, blank=True)
    class_name = models.CharField(max_length=100, blank=True)
    attributes = models.JSONField(default=dict)
    ended = models.DateField(null=True, blank=True)

    objects = Seeing["Unit"].as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(Lower("code"), name="codes_not_alike"),)

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """税务干部, as of the last import: ``unit`` and ``post`` are where most of the person's time goes, None if none."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=100)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="people")
    post = models.CharField(max_length=100, blank=True)

    objects = Seeing["Person"].as_manager()

    def __str__(self) -> str:
        return self.name


class GrantState(Choices):
    PROPOSED = "proposed", "待确认"
    CONFIRMED = "confirmed", "已生效"
    REFUSED = "refused", "已否决"
    ENDED = "ended", "已终止"


class Grant(models.Model):
    """A role over a unit and all below it, from one day to another (both included; no end: until it is taken back).

    ``given_by``: who proposed it (None: the site itself, when it was set up); ``confirmed_by``: the second person of a
    sensitive role. ``delegated_from``: the grant of which this one lends a part; it ends with that one.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=GrantState.choices, default=GrantState.CONFIRMED)
    given_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="given")
    given_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="confirmed")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="ended")
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    delegated_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="delegations")

    @property
    def path(self) -> str:
        """Of its unit; nothing lies below what has no unit."""
        return "" if self.unit is None else self.unit.path

    def holds(self, today: date) -> bool:
        """Whether it gives its role on a day; a delegation only while what it was lent from does, too."""
        lent = self.delegated_from
        return (
            self.state == GrantState.CONFIRMED
            and in_force(self.since, self.until, today)
            and (lent is None or (lent.account.is_active and lent.holds(today)))
        )


class Visit(models.Model):
    """A session of somebody: it can be seen and ended by its owner. ``device``: what the browser calls itself."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="visits")
    began = models.DateTimeField()
    seen = models.DateTimeField()
    address = models.CharField(max_length=45)
    device = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)


class Attempt(models.Model):
    """Somebody tried a password or a second factor. ``name``: a digest of what was typed, which may be a password;
    ``device``: the known device it came from. It counts as failed until it has succeeded."""

    name = models.CharField(max_length=64)
    device = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=45)
    at = models.DateTimeField()
    succeeded = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=("name", "device", "at")), models.Index(fields=("address", "at")))


class OldPassword(models.Model):
    """A password that an account had, so that it does not come back."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="old_passwords")
    password = models.CharField(max_length=128)
    at = models.DateTimeField()


class RecoveryCode(models.Model):
    """Stands in for the second factor, once."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)


class Invitation(models.Model):
    """A link that sets a password, once, before ``until``. ``digest``: of the token, which only its reader knows."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class Token(models.Model):
    """What another system shows instead of signing in. ``digest``: of the token, which is shown once; ``scopes``: what
    it may be used for, ``tables``: which facts it may push, ``unit``: for which part of the organisation; never more
    than the account may. It opens no session."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    tables = models.JSONField(default=list)
    unit = models.ForeignKey(Unit, models.PROTECT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)


class RegisterImport(models.Model):
    """Register files that were uploaded and shown, and then applied, refused, or left. ``key``: part of the address and
    name of the folder; ``digest``: of the changes that were shown, which are the ones that may be applied.

    ``token``: by which a system sent them; ``content``: the digest of what it sent, so that the same again is the same
    import; ``moved``: how many persons a token moved by applying it, for its limit of a day.
    """

    key = models.CharField(max_length=32, unique=True)
    made_by = models.ForeignKey(Account, models.PROTECT)
    made_at = models.DateTimeField()
    day = models.DateField()
    digest = models.CharField(max_length=64)
    token = models.ForeignKey(Token, models.PROTECT, null=True, blank=True)
    content = models.CharField(max_length=64, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    moved = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("content", "digest"),
                condition=Q(applied_at=None, refused_at=None) & ~Q(content=""),
                name="one_open_import_a_content",
            ),
        )

    @property
    def open(self) -> bool:
        return self.applied_at is None and self.refused_at is None
