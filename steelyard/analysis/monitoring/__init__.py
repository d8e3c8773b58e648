"""Series watched as they come in: limits for few cases, signals of the newest points, chances to meet a target."""
