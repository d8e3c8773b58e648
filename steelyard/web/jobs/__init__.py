"""Long work: claimed from a table by whoever is free, with progress, cancellation and a lease."""
