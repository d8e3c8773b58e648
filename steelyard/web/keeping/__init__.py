"""保管: what a site needs to be there tomorrow as well: backup, restore, and a look at what is unsafe. No tables."""
