"""What the server is handed."""

from __future__ import annotations

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.web.site.settings")

site = get_asgi_application()

from django.conf import settings  # noqa: E402  settings are there once the site is

from steelyard.web.api.envelope.bounding import App, Bounded  # noqa: E402
from steelyard.web.cycles.data.receiving import MOST  # noqa: E402
from steelyard.web.site.warming import beforehand  # noqa: E402

if settings.STANDS:
    beforehand()
application = Bounded(cast(App, site), settings.DATA_UPLOAD_MAX_MEMORY_SIZE, MOST)
