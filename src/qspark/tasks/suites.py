"""Suites of tasks: Qiskit HumanEval, HumanEval, and QSpark's own.

A suite is a JSON array or JSON lines, plain or gzipped. A row is a QSpark Task, or has the fields
of Qiskit HumanEval (task_id, prompt, canonical_solution, test, entry_point, difficulty_scale) or
of HumanEval (the same without a difficulty).
"""

import ast
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qspark.errors import SuiteError
from qspark.tasks.syntax import parse
from qspark.tasks.task import Task

_FIELDS = ("task_id", "prompt", "canonical_solution", "test", "entry_point")
_PUBLISHED = {
    "qiskit-humaneval": "Qiskit/qiskit_humaneval",
    "qiskit-humaneval-hard": "Qiskit/qiskit_humaneval_hard",
    "humaneval": "openai/openai_humaneval",
}


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
    """Read the suite in a file. Raises SuiteError."""
    path = Path(source)
    if not path.is_file():
        raise SuiteError(_missing(source))
    name = path.name.removesuffix(".gz")
    name = name.removesuffix(".jsonl").removesuffix(".json")
    tasks: dict[str, Task] = {}
    for place, row in read_rows(path):
        task = _task(row, name, f"{path}, {place}")
        if task.task_id in tasks:
            raise SuiteError(
                f"{path}, {place}: the task_id {task.task_id!r} occurs twice: remove one of them"
            )
        tasks[task.task_id] = task
    if not tasks:
        raise SuiteError(f"{path} holds no tasks: give a file with one task per line or array item")
    digest = hashlib.sha256("\n".join(task.sha256 for task in tasks.values()).encode())
    return Suite(name, path, tuple(tasks.values()), digest.hexdigest())


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


def _missing(source: str) -> str:
    if source in _PUBLISHED:
        return (
            f"the suite {source} is not read from the hub: download {_PUBLISHED[source]} from "
            f"Hugging Face and give the path of the JSON or JSONL file"
        )
    return f"there is no suite {source!r}: give the path of a JSON or JSONL file of tasks"


def read_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of a file, each with its place in words. Raises SuiteError."""
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode()
    except (OSError, EOFError, zlib.error) as error:
        raise SuiteError(f"{path} cannot be read ({error}): give a readable file") from error
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path} is not UTF-8 text: give a JSON or JSONL file") from error
    if text.lstrip().startswith("["):
        rows = _parsed(text, f"{path}")
        numbered = [(f"item {number}", row) for number, row in enumerate(rows, 1)]
    else:
        numbered = [
            (f"line {number}", _parsed(line, f"{path}, line {number}"))
            for number, line in enumerate(text.split("\n"), 1)
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


def _task(row: dict[str, Any], suite: str, where: str) -> Task:
    for name in _FIELDS:
        if not isinstance(row.get(name), str):
            state = "is not text" if name in row else "is missing"
            raise SuiteError(f"{where}: the field '{name}' {state}: every task needs it")
    if "form" in row:
        fields = row
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
