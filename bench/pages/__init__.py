"""How long pages take at the size of a province."""
