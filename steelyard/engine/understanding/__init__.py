"""Rule text read back: sentences of an 考评细则 become a draft, and what they leave open is marked, never filled in."""
