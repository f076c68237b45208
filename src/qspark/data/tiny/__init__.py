"""The tiny world: small tasks in short words, which the embedded model of `qspark run` can learn."""
