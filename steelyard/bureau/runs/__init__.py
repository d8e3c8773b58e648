"""A run: who is assessed, on which facts, with what result, and the same again years later."""
