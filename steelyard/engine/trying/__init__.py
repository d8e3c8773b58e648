"""Spec cases: small tables in, expected scores out. They are tests, examples and the manual at once."""
