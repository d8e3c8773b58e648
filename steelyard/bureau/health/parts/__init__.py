"""The parts of a health check: each turns figures of one unit into claims, in the order in which they are read."""
