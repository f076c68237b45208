"""The rows of a file: a JSON array, JSON lines, either of them gzipped, or Parquet."""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qspark.errors import MissingExtraError, SuiteError

_PARQUET, _GZIP = b"PAR1", b"\x1f\x8b"


def read_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a file, each with its place in words. Raises SuiteError, MissingExtraError."""
    try:
        data = path.read_bytes()
        parquet = data[:4] == _PARQUET
        text = "" if parquet else (gzip.decompress(data) if data[:2] == _GZIP else data).decode()
    except (OSError, EOFError, zlib.error) as error:
        raise SuiteError(f"{path} cannot be read ({error}): give a readable file") from error
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path} is not UTF-8 text: give a JSON or JSONL file") from error
    if parquet:
        numbered = _parquet(path)
    elif text.lstrip("\ufeff \t\r\n").startswith("["):
        rows = _parsed(text.lstrip("\ufeff"), f"{path}")
        numbered = [(f"item {number}", row) for number, row in enumerate(rows, 1)]
    else:
        numbered = [
            (f"line {number}", _parsed(line, f"{path}, line {number}"))
            for number, line in enumerate(text.lstrip("\ufeff").split("\n"), 1)
            if line.strip()
        ]
    for place, row in numbered:
        if not isinstance(row, dict):
            raise SuiteError(f"{path}, {place} is not a JSON object: mend or remove it")
        yield place, row


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SuiteError(f"{where} is not JSON ({error}): mend or remove it") from error


def _parquet(path: Path) -> list[tuple[str, Any]]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise MissingExtraError(f"reading the Parquet file {path}", "bench") from error
    try:
        rows = parquet.read_table(path).to_pylist()
    except (ArrowException, OSError, ValueError) as error:
        first = str(error).partition("\n")[0]
        raise SuiteError(f"{path} cannot be read ({first}): give a readable file") from error
    return [(f"row {number}", row) for number, row in enumerate(rows, 1)]
