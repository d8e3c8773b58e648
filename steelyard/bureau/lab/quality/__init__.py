"""指标质量: cards of indicators with evidence by class and period, criteria, and verdicts."""
