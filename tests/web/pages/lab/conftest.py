"""The demonstration site, as for the pages of results."""

from __future__ import annotations

from tests.web.pages.results.conftest import site as site
