"""方案制定: a plan on its way from the library's indicators to a text in force, ticked by several departments."""
