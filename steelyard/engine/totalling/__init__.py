"""Scans answered without SQL, from columns of numbers: several times as fast as a database, to the same digit."""
