"""From totals to places, segments and lists. Never by row order: equal is equal unless a criterion says otherwise."""
