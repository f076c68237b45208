"""A Task: what is asked, how the answer is tested, and what is known about it."""

import hashlib
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Difficulty = Literal["basic", "intermediate", "advanced", "unrated"]
Form = Literal["completion", "instruction"]

DIFFICULTIES: tuple[Difficulty, ...] = ("basic", "intermediate", "advanced", "unrated")


class Task(BaseModel):
    """One programming task.

    In `completion` form `prompt` is the start of a Python file (imports, a signature, a docstring) and
    `canonical_solution` continues it. In `instruction` form `prompt` is prose and `canonical_solution` is
    a whole file. `test` is Python source that defines `check(candidate)`; the judge calls it with the
    object named `entry_point`. The content hash `sha256` is the task's identity.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    task_id: str
    suite: str
    form: Form
    prompt: str
    entry_point: str
    canonical_solution: str
    test: str
    difficulty: Difficulty = "unrated"
    needs: tuple[str, ...] = ()
    annotations: dict[str, Any] = {}

    @property
    def sha256(self) -> str:
        """Hash of what decides a verdict: form, prompt, entry point, test (annotations do not count)."""
        content = [self.form, self.prompt, self.entry_point, self.canonical_solution, self.test]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def program(self, solution: str) -> str:
        """The runnable source for a solution that follows the task's form exactly, as references do."""
        return self.prompt + solution if self.form == "completion" else solution
