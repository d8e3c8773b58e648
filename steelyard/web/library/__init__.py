"""指标库 and the rules around it, each with every version that it ever had."""
