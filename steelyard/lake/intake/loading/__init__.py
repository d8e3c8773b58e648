"""What happens inside the cage: one file, from its bytes to typed Parquet and a count of every row."""
