"""推进会的页面: meetings with their packs, and the ledger of what they decided."""
