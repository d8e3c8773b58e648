"""References: every name in a rule means something, every formula gives what its place needs."""
