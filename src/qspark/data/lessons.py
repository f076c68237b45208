"""What trainers read, from either kind of data: a dataset that was built, or the tiny world's data stage.

            built dataset (Parquet)        tiny world (JSONL)
answers     sft/train                      sft.jsonl, mistakes and all
pairs       pairs/train                    pairs.jsonl
prompts     rl/train                       rl.jsonl
watched     some of rl/test                watch.jsonl; python.jsonl as a guard
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from qspark.config import Dataset
from qspark.data.rows import task_of
from qspark.data.store import is_dataset, read_rows
from qspark.errors import QSparkError
from qspark.runs import read_jsonl
from qspark.tasks.suites import load_suite
from qspark.tasks.task import Task


@dataclass(frozen=True)
class Preference:
    """A task with an answer that passes its test and one that was seen to fail it."""

    task: Task
    chosen: str
    rejected: str


def answers(data: Path) -> list[tuple[Task, str]]:
    """Tasks and what a model is to answer. Raises QSparkError for a folder that holds no data."""
    if is_dataset(data):
        tasks = _built(data)
        return [
            (tasks[row["task_id"]], row["completion"]) for row in read_rows(data, "sft", "train")
        ]
    tasks = _by_id(_tiny(data, "tasks"))
    return [(tasks[row["task_id"]], row["answer"]) for row in read_jsonl(data / "sft.jsonl")]


def preferences(data: Path) -> list[Preference]:
    """The pairs of the training split. Raises QSparkError for a folder that holds no data."""
    if is_dataset(data):
        tasks, rows = _built(data), read_rows(data, "pairs", "train")
    else:
        tasks, rows = _by_id(_tiny(data, "tasks")), read_jsonl(data / "pairs.jsonl")
    return [Preference(tasks[row["task_id"]], row["chosen"], row["rejected"]) for row in rows]


def prompts(data: Path) -> list[Task]:
    """The tasks for reinforcement learning. Raises QSparkError for a folder that holds no data."""
    if is_dataset(data):
        tasks = _built(data)
        return [tasks[row["task_id"]] for row in read_rows(data, "rl", "train")]
    return _tiny(data, "rl")


def watched(data: Path, settings: Dataset | None, seed: int) -> dict[str, list[Task]]:
    """Named sets of tasks that are answered during training; the first one chooses the best model.

    None of them is trained on. From a built dataset, `settings.heldout` tasks of its test split, the
    same for a seed; and the suite in `settings.guard`, if there is one, as "guard". Sets without
    tasks are left out. Raises QSparkError, and SuiteError for the guard.
    """
    if is_dataset(data):
        tasks = [task_of(r) for r in read_rows(data, "tasks", "test") if r["judged_apart"]]
        tasks.sort(key=lambda task: task.task_id)
        wanted = settings.heldout if settings else len(tasks)
        found = {"heldout": random.Random(f"{seed}/watched").sample(tasks, min(wanted, len(tasks)))}
    else:
        _tiny(data, "tasks")
        names = [name for name in ("watch", "python") if (data / f"{name}.jsonl").exists()]
        found = {name: _tiny(data, name) for name in names}
    if settings and settings.guard:
        found["guard"] = list(load_suite(settings.guard).tasks)
    return {name: tasks for name, tasks in found.items() if tasks}


def _built(data: Path) -> dict[str, Task]:
    return _by_id([task_of(row) for row in read_rows(data, "tasks", "train")])


def _tiny(data: Path, name: str) -> list[Task]:
    path = data / f"{name}.jsonl"
    if not path.is_file():
        raise QSparkError(
            f"{data} holds no data to train on: give the folder of `qspark data build`, or the data "
            "folder of a `qspark run`"
        )
    try:
        return [Task.model_validate(row) for row in read_jsonl(path)]
    except ValidationError as error:
        raise QSparkError(f"{path} holds a row that is no task: build the data again") from error


def _by_id(tasks: Sequence[Task]) -> dict[str, Task]:
    return {task.task_id: task for task in tasks}
