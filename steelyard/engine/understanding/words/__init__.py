"""Words and formulas: pieces of a text, the names that it uses, and the trees that it tells."""
