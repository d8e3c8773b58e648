"""Questions to rules and runs: why, prove it, what if, is it sound."""
