"""Published numbers held against something else: proofs, replays, recounts, sources that must agree."""
