"""The steps behind one score in words and figures, and the smallest change that would have kept the points."""
