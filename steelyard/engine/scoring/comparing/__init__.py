"""The value against something: a target, a baseline, its own past, its peers."""
