"""The quality lab on the command line: verdicts on indicators, candidates for new ones, and a draft for next year."""
