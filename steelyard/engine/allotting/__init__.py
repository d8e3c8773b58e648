"""分值分配: points of a personal plan divided over the indicators that a person carries, to the last digit."""
