"""What pages show of a plan in the making: how it differs, what it asks of a unit, what it adds up to."""
