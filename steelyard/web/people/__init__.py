"""Who may see and do what: accounts, roles with a scope and dates, delegation, and the one function that decides."""
