"""What is known of published tasks: the content that each should have, and tests that are faulty.

`pins.json` has the sha256 of tasks by id and form (`completion`, `instruction`), as far as they
were at hand when it was made: HumanEval whole, a part of Qiskit HumanEval. `faulty_tests.json` has
a reason for each task whose test is known to refuse right answers.
"""

import json
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict

from qspark.tasks.task import Task


class Pins(BaseModel):
    """How a suite's tasks compare with the published ones that are known.

    `known` counts the tasks that are as they were; `moved` are the ids of those that are not;
    `not_pinned` counts the others. A suite of which nothing is known is another suite altogether.
    """

    model_config = ConfigDict(frozen=True)

    known: int
    moved: tuple[str, ...]
    not_pinned: int

    def sentence(self) -> str:
        """What is to be said of it; empty for a suite of which nothing is known."""
        if not self.known and not self.moved:
            return ""
        parts = [f"{self.known} tasks are as published"]
        if self.moved:
            parts.append(f"{len(self.moved)} differ: {', '.join(self.moved)}")
        if self.not_pinned:
            parts.append(f"not pinned: {self.not_pinned} tasks")
        return "; ".join(parts)


def compare(tasks: Iterable[Task]) -> Pins:
    """Compare tasks with the pinned ones of the same id and form."""
    pinned = _data("pins.json")
    known, moved, not_pinned = 0, [], 0
    for task in tasks:
        expected = pinned.get(task.task_id, {}).get(task.form)
        if expected is None:
            not_pinned += 1
        elif expected == task.sha256:
            known += 1
        else:
            moved.append(task.task_id)
    return Pins(known=known, moved=tuple(moved), not_pinned=not_pinned)


def faulty_test(task_id: str) -> str:
    """Why a task's test refuses right answers; empty where no such fault is known."""
    return _data("faulty_tests.json").get(task_id, "")


@cache
def _data(name: str) -> dict[str, Any]:
    return json.loads(resources.files("qspark.tasks").joinpath(name).read_text())
