"""Who is assessed, under whom, and whose rows count for whom."""
