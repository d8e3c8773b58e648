"""个人绩效: people weighed by what their units reached, by exact day shares, and by their own indicators."""
