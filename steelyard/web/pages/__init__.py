"""What people see: no tables, only pages over what they may see."""
