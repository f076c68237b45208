"""Each task's limits from what its own reference needs here."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from qspark.tasks.task import Task
from qspark.verify.judge import Job, Limits, reference_job
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

MOST = Limits(cpu_seconds=300, wall_seconds=1200)
_FACTOR = 5
_WALL = 3


def limits_by_task(
    tasks: Sequence[Task],
    pool: JudgePool,
    least: Limits | None = None,
    stand_in: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[dict[str, Limits], dict[str, Verdict]]:
    """Limits for the answers to each task, and the verdicts of the references, by task id.

    A reference runs under generous limits (300 s of CPU). An answer gets five times what the
    reference took, doubled up from `least` so that small differences between runs do not change
    the limit and with it the key of cached verdicts; a reference that fails leaves `least`.
    """
    least = least or Limits()
    jobs = [reference_job(task, replace(least, **_most(least)), stand_in) for task in tasks]
    verdicts = pool.judge(jobs, progress)
    limits = {}
    for task, job, verdict in zip(tasks, jobs, verdicts, strict=True):
        known = isinstance(job, Job) and verdict.passed
        limits[task.task_id] = limits_after(verdict.cpu_seconds if known else 0.0, least)
    references = {task.task_id: verdict for task, verdict in zip(tasks, verdicts, strict=True)}
    return limits, references


def limits_after(reference_seconds: float, least: Limits) -> Limits:
    """Limits for answers to a task whose reference took this many CPU seconds."""
    cpu = least.cpu_seconds
    while cpu < _FACTOR * reference_seconds:
        cpu *= 2
    return replace(least, cpu_seconds=cpu, wall_seconds=max(least.wall_seconds, _WALL * cpu))


def _most(least: Limits) -> dict[str, float]:
    return {
        "cpu_seconds": max(MOST.cpu_seconds, least.cpu_seconds),
        "wall_seconds": max(MOST.wall_seconds, least.wall_seconds),
    }
