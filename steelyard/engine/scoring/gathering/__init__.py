"""Several numbers, or several people, become one: composites, surveys, judgements, free formulas."""
