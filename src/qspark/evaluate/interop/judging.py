"""Judging one answer at a time, for a tool that asks for it from its own threads."""

import atexit
import threading
from functools import lru_cache

from qspark.evaluate.scored import Row
from qspark.tasks.suites import load_suite
from qspark.tasks.task import Task
from qspark.verify.extract import extract
from qspark.verify.judge import Limits, job_from
from qspark.verify.limits import limits_by_task
from qspark.verify.pool import JudgePool

INSTRUCTION = (
    "Please provide a self-contained Python script that solves the following problem in a markdown "
    "code block:\n```\n{prompt}\n```"
)


class SuiteJudge:
    """Judges answers to the tasks of one suite, as `qspark judge` does; threads may share it.

    The servers start with the first answer and end with the process. A task's reference is judged
    before its first answer: it gives the limits, and says whether a weak pass is to be had.
    """

    def __init__(self, suite: str, workers: int = 2):
        self.suite = load_suite(suite)
        self._tasks = self.suite.by_id()
        self._pool = JudgePool(workers)
        self._known: dict[str, tuple[Limits, bool]] = {}
        self._lock = threading.Lock()
        atexit.register(self._pool.close)

    def judge(self, task_id: str, text: str) -> Row:
        """The row of one answer, with program, rule, passed and verdict. Raises SandboxError."""
        task = self._tasks[task_id]
        limits, strong_only = self._of(task)
        taken = extract(task, text)
        [verdict] = self._pool.judge([job_from(task, taken, limits, strong_only)])
        return {
            "task_id": task_id,
            "sample": 0,
            "completion": text,
            "program": taken.program,
            "rule": taken.rule,
            "passed": verdict.passed,
            "verdict": verdict.model_dump(mode="json"),
        }

    def _of(self, task: Task) -> tuple[Limits, bool]:
        with self._lock:
            known = self._known.get(task.task_id)
        if known is None:
            limits, references = limits_by_task([task], self._pool)
            strong = references[task.task_id].integrity == "strong"
            known = (limits[task.task_id], strong)
            with self._lock:
                self._known[task.task_id] = known
        return known


@lru_cache(maxsize=8)
def judge_of(suite: str, workers: int = 2) -> SuiteJudge:
    """The judge of a suite's file in this process. Raises SuiteError."""
    return SuiteJudge(suite, workers)


def question(task: Task) -> str:
    """The message that asks a chat model for a task (EvalPlus's words for a completion task)."""
    if task.form == "instruction":
        return task.prompt
    return INSTRUCTION.format(prompt=task.prompt.strip())
