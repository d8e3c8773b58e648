"""Indicators looked at as instruments: which of them earn their place, which need mending, which can go."""
