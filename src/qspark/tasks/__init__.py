"""What is asked: tasks, the suites that hold them, and prompts."""
