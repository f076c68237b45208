"""A Python source text with its tree: places of nodes in the text, and edits of the text.

Positions of `ast` are lines and UTF-8 bytes; here everything is characters from the start. Line
endings are kept as they are.
"""

import ast
import bisect
import re
import warnings
from dataclasses import dataclass, field
from functools import cached_property

from qspark.errors import QSparkError

LONGEST = 2_000_000
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_PYTHON_2 = re.compile(r"^\s*(print\s+[\"'\w]|exec\s+[\"'\w]|except\s+[\w.]+\s*,\s*\w+\s*:)", re.M)


class SourceError(QSparkError):
    """A text that cannot be read as Python; `line` is where (0: unknown)."""

    def __init__(self, sentence: str, line: int = 0):
        super().__init__(sentence)
        self.line = line


@dataclass(frozen=True)
class Edit:
    """Replace the characters from `start` to `end` by `text`."""

    start: int
    end: int
    text: str


@dataclass(eq=False)
class Source:
    """A text that parses. Raises SourceError where it does not."""

    text: str
    name: str = "<text>"
    tree: ast.Module = field(init=False)

    def __post_init__(self) -> None:
        self.tree = _parsed(self.text, self.name)

    @cached_property
    def lines(self) -> list[str]:
        """The lines with their ends."""
        found = _LINE.findall(self.text)
        return found[:-1] if found and not found[-1] else found

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line))
        return starts

    @cached_property
    def newline(self) -> str:
        """The line end that the text uses."""
        crlf = self.text.count("\r\n")
        counts = {
            "\n": self.text.count("\n") - crlf, "\r\n": crlf, "\r": self.text.count("\r") - crlf
        }  # fmt: skip
        return max(counts, key=lambda end: counts[end])

    def offset(self, line: int, column: int) -> int:
        """Characters before a position that `ast` gives (line from 1, column in bytes)."""
        start = self._starts[line - 1]
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if not text.isascii():
            column = len(text.encode()[:column].decode(errors="ignore"))
        return start + column

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both from 1."""
        line = bisect.bisect_right(self._starts, offset)
        line = min(line, max(1, len(self.lines)))
        return line, offset - self._starts[line - 1] + 1

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node starts and ends in the text."""
        assert isinstance(node, ast.expr | ast.stmt | ast.alias | ast.keyword | ast.arg)
        assert node.end_lineno is not None and node.end_col_offset is not None
        return (
            self.offset(node.lineno, node.col_offset),
            self.offset(node.end_lineno, node.end_col_offset),
        )

    def segment(self, node: ast.AST) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def indent(self, node: ast.stmt) -> str:
        """The white space before a statement, where it is the first on its line."""
        line = self.lines[node.lineno - 1]
        head = line[: len(line) - len(line.lstrip())]
        return (
            head
            if self.offset(node.lineno, node.col_offset)
            == self._starts[node.lineno - 1] + len(head)
            else ""
        )

    def stands_alone(self, node: ast.stmt) -> bool:
        """Whether nothing but a comment shares the lines of a statement."""
        start, end = self.span(node)
        first, last = self._starts[node.lineno - 1], node.end_lineno or node.lineno
        before = self.text[first:start]
        after = self.text[end : self._starts[last]]
        return not before.strip() and (not after.strip() or after.lstrip().startswith("#"))


def applied(text: str, edits: list[Edit]) -> str:
    """The text with edits that do not overlap."""
    parts, done = [], 0
    for edit in sorted(dict.fromkeys(edits), key=lambda e: (e.start, e.end)):
        parts += [text[done : edit.start], edit.text]
        done = edit.end
    return "".join([*parts, text[done:]])


def _parsed(text: str, name: str) -> ast.Module:
    if len(text) > LONGEST:
        raise SourceError(
            f"{name} is too long to check ({len(text):,} characters): split it into files of at "
            f"most {LONGEST:,}"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        line = error.lineno or 0
        if _PYTHON_2.search(text):
            raise SourceError(
                f"{name}, line {line} looks like Python 2: convert it to Python 3 first", line
            ) from error
        raise SourceError(
            f"{name}, line {line} is not Python ({error.msg}): mend the syntax first", line
        ) from error
    except (RecursionError, MemoryError) as error:
        raise SourceError(
            f"{name} is nested too deeply to check: split its longest expression"
        ) from error
    except ValueError as error:
        raise SourceError(f"{name} is not Python source ({error}): give a Python file") from error
