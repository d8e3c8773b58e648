"""Which tasks are most likely to be late, told each working morning."""
