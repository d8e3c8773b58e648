"""Who answers the engine's SQL: DuckDB in this process, or a Spark cluster. Same digits whoever answers."""
