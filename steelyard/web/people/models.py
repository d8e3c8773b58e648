"""Accounts, the roles they have been given, and units as of the last import of the register."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from steelyard.web.people.roles import Role


class Accounts(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """One person's. ``person``: the code in the register of officers, empty for accounts of no officer.

    ``second``: the key of the second factor, empty until it is set up. ``dormant_since``: locked for not being used.
    """

    username = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=100)
    person = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    second = models.CharField(max_length=64, blank=True)
    must_change = models.BooleanField(default=True)
    created = models.DateTimeField()

    USERNAME_FIELD = "username"
    objects = Accounts()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person",), condition=~models.Q(person=""), name="one_account_a_person"),
        )

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """机构: ``path`` is the codes from the top down, ``/`` around each, so that what lies below begins with it."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=400, db_index=True)
    class_name = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """A role over a unit and all below it, from one day to another (both included; no end: until it is taken back)."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    unit = models.ForeignKey(Unit, models.PROTECT)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="given")
    reason = models.CharField(max_length=300)
    delegated_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="delegated")
