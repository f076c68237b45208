"""Reading and writing the files that are checked and mended.

Encoding, byte order mark, line endings and mode bits stay as they are; a file is replaced whole or
not at all.
"""

import io
import os
import stat
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qspark.errors import QSparkError
from qspark.mistakes.notebook import Notebook, read_notebook
from qspark.mistakes.source import LONGEST, SourceError

_SKIPPED = {".git", ".venv", "venv", "node_modules", "__pycache__", ".ipynb_checkpoints", ".tox"}


@dataclass
class Document:
    """A file, or standard input, as a program; `notebook` where it is one."""

    name: str
    path: Path | None
    program: str
    encoding: str = "utf-8"
    notebook: Notebook | None = None

    def write(self, program: str) -> None:
        """Put a changed program in the place of the file."""
        assert self.path is not None
        text = self.notebook.with_program(program) if self.notebook else program
        target = self.path.resolve()
        beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        try:
            with beside.open("wb") as stream:
                stream.write(text.encode(self.encoding))
                stream.flush()
                os.fsync(stream.fileno())
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def read_document(path: Path) -> Document:
    """Read a Python file or notebook. Raises SourceError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read ({error.strerror}): give a readable file"
        ) from error
    return decoded(data, str(path), path)


def decoded(data: bytes, name: str, path: Path | None = None) -> Document:
    """A document from its bytes. Raises SourceError."""
    if len(data) > 4 * LONGEST:
        raise SourceError(
            f"{name} is too long to check ({len(data):,} bytes): split it into files of at most "
            f"{LONGEST:,} characters"
        )
    if b"\0" in data:
        raise SourceError(f"{name} is a binary file: give Python source or a notebook")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise SourceError(f"{name} is not text in a known encoding: save it as UTF-8") from error
    if name.endswith(".ipynb") or (path is None and text.lstrip().startswith('{"cells"')):
        notebook = read_notebook(text, name)
        return Document(name, path, notebook.program, encoding, notebook)
    return Document(name, path, text, encoding)


def documents(places: Sequence[Path]) -> Iterator[Path]:
    """The files to read: those named, and the Python files and notebooks in folders named."""
    for place in places:
        if place.is_dir():
            for path in sorted([*place.rglob("*.py"), *place.rglob("*.ipynb")]):
                waits = path.exists() and not path.is_file()  # a pipe, or a folder of that name
                if not waits and not _SKIPPED & set(path.relative_to(place).parts):
                    yield path
        elif place.exists():
            yield place
        else:
            raise QSparkError(f"there is no file or folder {place}: give one that exists, or -")
