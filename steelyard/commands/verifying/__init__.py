"""Published numbers held against something else: proofs, replays, sources that must agree."""
