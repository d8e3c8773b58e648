"""Tables that people read: bands, points on a line, reference values, combinations of conditions."""
