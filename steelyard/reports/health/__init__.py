"""绩效体检报告: a document of claims whose sentences are printed by one grammar, and its forms on paper."""
