"""What other tools read and run: files in their conventions, an Inspect task, an lm-eval task."""
