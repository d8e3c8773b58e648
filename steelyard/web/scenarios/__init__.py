"""情景: several changed rules kept together under a name, to be compared before any of them becomes a draft."""
