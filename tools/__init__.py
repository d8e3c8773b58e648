"""Scripts around the house: set-up and generated pages. Nothing in the product imports them."""
