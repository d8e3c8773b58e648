"""How pages look: layout, numbers, charts, icons. Knows nothing of performance."""
