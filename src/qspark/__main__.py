"""`python -m qspark` is the `qspark` command."""

from qspark.cli import main

main()
