"""Every promise of speed beside its alternative, measured in one run: ``python -m bench``."""
