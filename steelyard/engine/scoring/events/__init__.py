"""What happened is counted: deductions, bonuses, checklists, lateness."""
