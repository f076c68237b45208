"""Parametric families of tasks, a file per topic."""
