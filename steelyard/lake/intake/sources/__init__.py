"""Files as chunks of text cells. Runs inside the cage only; nothing here knows what a column means."""
