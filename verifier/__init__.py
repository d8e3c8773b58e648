"""Re-weighs a proof without trusting the program that wrote it."""
