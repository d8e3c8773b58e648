"""What of a plan needs looking at in the course of the year: limits, signals of the newest months, targets at risk."""
