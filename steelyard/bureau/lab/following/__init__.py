"""下一年: a plan drafted from what this year showed, with its targets and marks."""
