"""The site's settings with kinds of work that only tests know."""

from steelyard.web.site.settings import *  # noqa: F403
from steelyard.web.site.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.web.jobs.trial_app.Trial"]
