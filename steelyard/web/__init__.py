"""The site: what the engine knows, in a browser, for everybody whom it concerns and nobody else."""
