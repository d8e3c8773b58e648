"""Jobs are tried on both databases."""

from tests.web.databases import both as both
