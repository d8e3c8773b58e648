"""People day by day: the slow twin of `engine.persons`, which walks through every day of a period."""
