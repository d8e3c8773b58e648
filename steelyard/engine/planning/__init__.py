"""Which aggregates share a scan, which sums each needs, and the numbers of every cell once the sums are there."""
