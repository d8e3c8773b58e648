"""Rules in words, and what words say about each other."""
