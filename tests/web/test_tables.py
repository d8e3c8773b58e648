"""What the models say and what a site gets are the same tables."""

from __future__ import annotations

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_migrations_lack_nothing_that_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
