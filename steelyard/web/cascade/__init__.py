"""任务分解: what a plan asks of units is handed down to their posts, confirmed or returned, and traced up again."""
