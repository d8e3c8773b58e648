"""Scans as SQL for DuckDB or Spark, built as trees: rule text never becomes SQL text."""
