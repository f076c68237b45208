"""Suites of tasks: Qiskit HumanEval, HumanEval, and QSpark's own.

A suite is the name of a published one, a file (see `rows`), or a folder: a run's, for its held-out
tasks, or a dataset's, for its test split. A row is a QSpark Task, or has the fields of Qiskit
HumanEval (task_id, prompt, canonical_solution, test, entry_point, difficulty_scale) or of HumanEval
(the same without a difficulty).
"""

import ast
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qspark.errors import SuiteError
from qspark.tasks.hub import PUBLISHED, download, split_files
from qspark.tasks.rows import read_rows
from qspark.tasks.syntax import parse
from qspark.tasks.task import Task

_FIELDS = ("task_id", "prompt", "canonical_solution", "test", "entry_point")
_HELD_OUT = ("data/heldout.jsonl", "heldout.jsonl", "tasks/test.parquet")


@dataclass(frozen=True)
class Suite:
    """Tasks in the order of their file; `sha256` is over the hashes of the tasks in that order."""

    name: str
    path: Path
    tasks: tuple[Task, ...]
    sha256: str

    def by_id(self) -> dict[str, Task]:
        """The tasks by their ids."""
        return {task.task_id: task for task in self.tasks}


def load_suite(source: str) -> Suite:
    """Read a suite: a published one by its name, else what is at a path.

    Raises SuiteError, and MissingExtraError where a package for it is missing.
    """
    name, files = _files(source)
    tasks: dict[str, Task] = {}
    for path in files:
        for place, row in read_rows(path):
            task = _task(row, name, f"{path}, {place}")
            if task.task_id in tasks:
                raise SuiteError(
                    f"{path}, {place}: the task_id {task.task_id!r} occurs twice: remove one of "
                    f"them"
                )
            tasks[task.task_id] = task
    if not tasks:
        raise SuiteError(
            f"{files[0]} holds no tasks: give a file with one task per line or array item"
        )
    digest = hashlib.sha256("\n".join(task.sha256 for task in tasks.values()).encode())
    return Suite(name, files[0], tuple(tasks.values()), digest.hexdigest())


def _files(source: str) -> tuple[str, list[Path]]:
    """A suite's name, and the files that its tasks are in."""
    if source in PUBLISHED:
        return source, download(source)
    path = Path(source)
    if path.is_dir():
        held_out = [path / place for place in _HELD_OUT if (path / place).is_file()]
        return path.resolve().name, held_out[:1] or split_files(path)
    if not path.exists():
        raise SuiteError(
            f"there is no suite {source!r}: give one of {', '.join(PUBLISHED)}, or give the path of "
            f"a JSON, JSONL or Parquet file of tasks"
        )
    name = path.name.removesuffix(".gz")
    for ending in (".jsonl", ".json", ".parquet"):
        name = name.removesuffix(ending)
    return name, [path]


def choose(suite: Suite, task_ids: Sequence[str], limit: int | None) -> tuple[Task, ...]:
    """The tasks with these ids (none: all), and of them the first `limit`. Raises SuiteError."""
    known = suite.by_id()
    for task_id in task_ids:
        if task_id not in known:
            raise SuiteError(
                f"no task {task_id!r} in {suite.path}: its ids look like {suite.tasks[0].task_id!r}"
            )
    chosen = [task for task in suite.tasks if not task_ids or task.task_id in task_ids]
    return tuple(chosen[:limit])


def _task(row: dict[str, Any], suite: str, where: str) -> Task:
    for name in _FIELDS:
        if not isinstance(row.get(name), str):
            state = "is not text" if name in row else "is missing"
            raise SuiteError(f"{where}: the field '{name}' {state}: every task needs it")
    if "form" in row:  # a task of QSpark's own; what else a dataset knows of it are annotations
        rest = {name: value for name, value in row.items() if name not in Task.model_fields}
        fields = {name: value for name, value in row.items() if name in Task.model_fields}
        fields["annotations"] = {**fields.get("annotations", {}), **rest}
    else:
        difficulty = row.get("difficulty_scale", "unrated")
        fields = {name: row[name] for name in _FIELDS} | {
            "suite": suite,
            "form": _form(row["prompt"], row["canonical_solution"], row["entry_point"]),
            "test": _without_call(row["test"]),
            "difficulty": "advanced" if difficulty == "difficult" else difficulty,
            "needs": ("credentials",) if _needs_account(row) else (),
        }
    try:
        return Task.model_validate(fields)
    except ValidationError as error:
        fault = error.errors()[0]
        name = ".".join(map(str, fault["loc"]))
        raise SuiteError(f"{where}: the field '{name}' is wrong ({fault['msg']})") from error


def _needs_account(row: dict[str, Any]) -> bool:
    return any("QiskitRuntimeService" in row[name] for name in ("canonical_solution", "test"))


def _form(prompt: str, solution: str, entry_point: str) -> str:
    """`completion` when the solution goes on where the prompt stops, else `instruction`."""
    continues = entry_point in _top_level(prompt + solution)
    return "completion" if continues and entry_point not in _top_level(solution) else "instruction"


def _top_level(source: str) -> set[str]:
    """Names of functions and classes that a source text defines; none when it is not Python."""
    tree = parse(source)
    return {
        statement.name
        for statement in (tree.body if tree else [])
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }


def _without_call(test: str) -> str:
    """The test without a call of `check` at its end: the judge alone calls it."""
    tree = parse(test)
    if tree is None or not tree.body:
        return test
    last = tree.body[-1]
    if (
        isinstance(last, ast.Expr)
        and isinstance(last.value, ast.Call)
        and isinstance(last.value.func, ast.Name)
        and last.value.func.id == "check"
    ):
        return "\n".join(test.split("\n")[: last.lineno - 1]) + "\n"
    return test
