"""Meaning: rules that can be computed, and that a careful colleague would still question."""
