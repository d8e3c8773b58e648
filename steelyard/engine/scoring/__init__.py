"""The scoring methods S1-S21. Each is data with parameters that turns into named steps and into a sentence."""
