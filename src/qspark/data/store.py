"""A dataset's folder: Parquet files by configuration and split, written whole or not at all.

tasks/{train,test}.parquet    every task with its annotations
sft/, rl/, pairs/             views for supervised fine-tuning, reinforcement learning, preferences
measured/costs.parquet        what each reference cost here; the only file that no seed decides
card.json  audit.jsonl  README.md
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qspark.data import rows as schema
from qspark.errors import MissingExtraError, QSparkError

Row = dict[str, Any]
COLUMNS = {
    "tasks": schema.TASK_COLUMNS, "sft": schema.SFT_COLUMNS, "rl": schema.RL_COLUMNS,
    "pairs": schema.PAIR_COLUMNS, "measured": schema.COST_COLUMNS, "rates": schema.RATE_COLUMNS,
}  # fmt: skip
SPLITS = ("train", "test")


def write_rows(path: Path, kind: str, rows: Sequence[Row]) -> None:
    """Write a Parquet file with the columns of a configuration, whole or not at all."""
    pyarrow, parquet = _pyarrow()
    types = {
        schema.TEXT: pyarrow.string(), schema.LIST: pyarrow.list_(pyarrow.string()),
        schema.WHOLE: pyarrow.int64(), schema.REAL: pyarrow.float64(), schema.FLAG: pyarrow.bool_(),
    }  # fmt: skip
    fields = [(name, types[what]) for name, what in COLUMNS[kind].items()]
    table = pyarrow.Table.from_pylist(list(rows), schema=pyarrow.schema(fields))
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        parquet.write_table(table, beside, compression="zstd")
        with beside.open("rb+") as stream:
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def read_rows(folder: Path, kind: str, split: str | None = None) -> list[Row]:
    """The rows of a configuration, of one split or of all. Raises QSparkError for none or broken ones."""
    pyarrow, parquet = _pyarrow()
    files = sorted((folder / kind).glob(f"{split or '*'}.parquet"))
    if not files:
        lacks = f"has no {kind}" if is_dataset(folder) else "is no dataset"
        raise QSparkError(f"{folder} {lacks}: make one with `qspark data build --out FOLDER`")
    rows: list[Row] = []
    for file in files:
        try:
            table = parquet.read_table(file)
        except (pyarrow.ArrowException, OSError) as error:
            raise QSparkError(
                f"{file} is no whole Parquet file: build the dataset again"
            ) from error
        if missing := sorted(set(COLUMNS[kind]) - set(table.column_names)):
            raise QSparkError(f"{file} has no column {missing[0]}: build the dataset again")
        rows += table.to_pylist()
    return rows


def is_dataset(folder: Path) -> bool:
    """Whether a folder holds a dataset that was built to its end."""
    return (folder / "tasks").is_dir() and (folder / "card.json").is_file()


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError("a dataset", "data") from error
    return pyarrow, parquet
