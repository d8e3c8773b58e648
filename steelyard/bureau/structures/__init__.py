"""One history, several structures: which units a run assesses, whose rows are whose, and old values seen anew."""
