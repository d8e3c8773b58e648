"""Rules before they weigh anybody again: what a change would do, which indicators earn their place, what comes next."""
