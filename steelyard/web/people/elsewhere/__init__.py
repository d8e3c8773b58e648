"""Signing in by what a directory or a provider says: which accounts do, and the way there and back."""
