"""督办任务的页面: the list, one task with all its steps, assigning one, and what is mine."""
