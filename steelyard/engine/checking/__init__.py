"""Rules about rules: what a well-shaped book can still get wrong. One check, one function, one manual entry."""
