"""推进会: a review meeting's pack made from the numbers of the site, and what became of what meetings decided."""
