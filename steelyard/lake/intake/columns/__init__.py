"""Text cells into typed columns by one strict grammar, the same at every door. Whole arrays at a time."""
