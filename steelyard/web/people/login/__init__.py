"""Signing in: who may, by what proof, for how long, and what happens to those who guess."""
