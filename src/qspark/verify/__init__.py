"""Is it right: extract a program, run it contained, give a Verdict."""
