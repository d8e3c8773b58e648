"""What happens in the course of time: progress without luck, measures that work or do not, tasks that will be late."""
