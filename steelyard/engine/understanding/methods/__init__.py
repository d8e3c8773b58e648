"""The sentence of each scoring method, read back."""
