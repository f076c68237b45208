"""Limits follow what the reference needs, in steps."""

import pytest

from qspark.tasks.task import Task
from qspark.verify.judge import Limits
from qspark.verify.limits import limits_after, limits_by_task
from qspark.verify.pool import JudgePool


@pytest.mark.parametrize(
    ("reference", "cpu"), [(0.0, 10), (1.9, 10), (2.1, 20), (7.9, 40), (8.1, 80)]
)
def test_five_times_the_reference_doubled_up(reference: float, cpu: float) -> None:
    found = limits_after(reference, Limits(cpu_seconds=10, wall_seconds=60))
    assert found == Limits(cpu_seconds=cpu, wall_seconds=max(60, 3 * cpu))


def task(name: str, solution: str) -> Task:
    return Task(
        task_id=name, suite="t", form="instruction", prompt="Give 42.", entry_point="f",
        canonical_solution=solution, test="def check(c):\n    assert c() == 42\n",
    )  # fmt: skip


def test_limits_by_task_and_the_verdicts_of_the_references(pool: JudgePool) -> None:
    busy = "import time\ndef f():\n    end = time.process_time() + 0.5\n"
    busy += "    while time.process_time() < end: pass\n    return 42\n"
    tasks = [task("quick", "def f(): return 42\n"), task("busy", busy), task("bad", "f = None\n")]
    limits, references = limits_by_task(tasks, pool, Limits(cpu_seconds=1, wall_seconds=9))
    assert [limits[t.task_id].cpu_seconds for t in tasks] == [1, 4, 1]
    assert [references[t.task_id].status for t in tasks] == ["pass", "pass", "fail"]
    assert references["quick"].integrity == "strong"
