"""任务分解 on pages: handed down, confirmed or returned, traced, signed."""
