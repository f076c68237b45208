"""The folder for lm-evaluation-harness's --include_path."""
