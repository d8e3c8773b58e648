"""情景的页面: several sets of changed rules side by side, and each with its effect and history."""
