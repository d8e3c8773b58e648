"""A rule as fields to fill and numbers to drag, and back to its text."""
