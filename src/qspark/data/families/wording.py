"""Small helpers for writing code and tests of families as text."""

from string import Template
from typing import Any


def call(head: str, *arguments: str) -> str:
    """A call on one line, or with a line per argument where that is too long."""
    line = f"{head}({', '.join(arguments)})"
    return line if len(line) <= 84 else f"{head}(\n    " + ",\n    ".join(arguments) + ",\n)"


def fill(text: str, **values: Any) -> str:
    """`text` with `$name` replaced: for tests full of braces. Raises KeyError for a missing name."""
    return Template(text).substitute(values)
