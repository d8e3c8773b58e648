"""自动匹配: which duties carry an indicator, proposed from words and clauses that both share (C13)."""
