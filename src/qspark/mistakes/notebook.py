"""Jupyter notebooks as one program: code cells in order, magics out of the way.

Each line of a cell is one line of the program, so places can be given by cell and line, and a
changed program can be put back into its cells.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from qspark.mistakes.source import SourceError

_MARK = "# %% qspark cell {}"
_MAGIC = re.compile(r"^(\s*)([%!?].*|[\w.]+\?{1,2}\s*)$")
_ASSIGNED = re.compile(r"^(\s*)([\w, ]+=\s*)([%!].*)$")
_KEPT = re.compile(r"^(\s*)(?:[\w, ]+=\s*)?(?:pass|None)  # qspark magic: (.*)$")
_CELL_MAGIC = re.compile(r"^%%\w.*\n?", re.M)
_OTHER_LANGUAGE = re.compile(r"^\s*%%(?!time|timeit|capture|prun)\w+")


@dataclass
class Notebook:
    """A notebook and the program that its code cells make."""

    content: dict[str, Any]
    program: str
    cells: list[int]  # the numbers of the cells of the program, in order
    starts: list[int]  # the line of the program on which each of them starts

    def place(self, line: int) -> tuple[int, int]:
        """The cell (from 1, all cells counted) and the line in it of a line of the program."""
        at = max((i for i, start in enumerate(self.starts) if start <= line), default=0)
        if not self.starts:
            return 1, line
        return self.cells[at] + 1, line - self.starts[at] + 1

    def with_program(self, program: str) -> str:
        """The notebook's text with another program in its cells; all else as it was."""
        parts = re.split(r"^# %% qspark cell \d+\n", program, flags=re.M)
        if parts and parts[0].strip():  # imports that were put above the first cell
            parts[1] = parts[0] + parts[1]
        for number, part in zip(self.cells, parts[1:], strict=True):
            lines = [_unhidden(line) for line in part.split("\n")]
            text = _magic_first("\n".join(lines).removesuffix("\n"))
            cell = self.content["cells"][number]
            if text != _text(cell):
                whole = text.splitlines(keepends=True)
                cell["source"] = whole if isinstance(cell["source"], list) else text
        return json.dumps(self.content, indent=1, ensure_ascii=False) + "\n"


def read_notebook(text: str, name: str) -> Notebook:
    """The notebook in a JSON text. Raises SourceError."""
    try:
        content = json.loads(text)
        cells = content["cells"]
        code = [
            (number, _text(cell))
            for number, cell in enumerate(cells)
            if cell["cell_type"] == "code" and not _OTHER_LANGUAGE.match(_text(cell))
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SourceError(
            f"{name} is not a Jupyter notebook: give a .ipynb file of format 4"
        ) from error
    lines: list[str] = []
    starts = []
    for number, source in code:
        lines.append(_MARK.format(number))
        starts.append(len(lines) + 1)
        lines += [_hidden(line) for line in source.split("\n")]
    program = "\n".join(lines) + "\n"
    return Notebook(content, program, [number for number, _ in code], starts)


def _magic_first(text: str) -> str:
    """A cell whose `%%` magic is the first line again, above imports that were added."""
    magic = _CELL_MAGIC.search(text)
    if magic is None or not text[: magic.start()].strip():
        return text
    return magic[0] + text[: magic.start()] + text[magic.end() :]


def _text(cell: dict[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _hidden(line: str) -> str:
    """A line without magic: what IPython alone understands becomes a `pass`."""
    if found := _ASSIGNED.match(line):
        return f"{found[1]}{found[2]}None  # qspark magic: {found[2]}{found[3]}"
    if found := _MAGIC.match(line):
        return f"{found[1]}pass  # qspark magic: {found[2]}"
    return line


def _unhidden(line: str) -> str:
    found = _KEPT.match(line)
    return f"{found[1]}{found[2]}" if found else line
