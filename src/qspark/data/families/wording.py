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


def indented(text: str, by: int = 1) -> str:
    """The lines of a text, `by` steps to the right, with a line feed at the end of each."""
    return "".join(f"{'    ' * by}{line}\n" for line in text.splitlines())


def moved_right(text: str, width: int) -> str:
    """The lines of a text, `width` blanks to the right but for empty ones, each with a line feed."""
    return "".join(" " * width + line + "\n" if line else "\n" for line in text.splitlines())


def sorted_imports(lines: list[str]) -> str:
    """The lines once each, with names of the same module joined."""
    modules: dict[str, set[str]] = {}
    plain = []
    for line in lines:
        module, _, names = line.partition(" import ")
        if names:
            modules.setdefault(module, set()).update(names.split(", "))
        else:
            plain.append(line)
    return "\n".join(
        sorted(set(plain))
        + [f"{m} import {', '.join(sorted(modules[m]))}" for m in sorted(modules)]
    )
