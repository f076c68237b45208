"""Measure: generate, judge, pass@k, paired differences."""
