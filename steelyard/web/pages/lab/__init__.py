"""指标质量: which indicators of a published run to keep, mend and retire, why, and what follows from it."""
