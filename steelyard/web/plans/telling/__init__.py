"""Who is told what of plans in the making."""
