"""Channels by which messages leave the site: only those that site.toml declares, each to its own host and no other."""
