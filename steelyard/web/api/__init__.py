"""For other systems: facts in, results out, with tokens of their own. No tables."""
