"""指标源: the clauses on which indicators, duties, tasks and plans rest, and what rests on each clause (C2)."""
