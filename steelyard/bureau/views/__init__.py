"""What pages show of a run, kept beside it as data: every sheet, the whole at a glance, every indicator, everybody."""
