"""工作日历 as one of the texts that the library keeps: adding to it, and noticing what it lacks."""
