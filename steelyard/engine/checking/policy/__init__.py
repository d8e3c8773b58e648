"""Policy: what may be computed and still must not be assessed so. Each finding cites its clause and can be waived."""
