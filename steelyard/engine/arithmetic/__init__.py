"""Exact numbers, many at a time. Nothing here is ever a binary float."""
