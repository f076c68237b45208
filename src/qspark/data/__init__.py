"""What to learn from: families of tasks, gates, preference pairs."""
