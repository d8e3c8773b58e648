"""Rules as sentences of an 考评细则, made from the parameters that compute: text and score cannot drift apart."""
