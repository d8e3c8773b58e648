"""任务分解: tasks handed down to units, departments, posts and persons, with nothing lost on the way (C12)."""
