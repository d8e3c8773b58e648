"""The slow twin in plain Python: what every number means, said a second time, without SQL and without arrays."""
