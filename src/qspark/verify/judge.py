"""What to judge: a program, its test, and the limits it runs under."""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property

from qspark.tasks.syntax import fault
from qspark.tasks.task import Task
from qspark.verify.extract import Extraction, extract
from qspark.verify.verdict import Verdict


@dataclass(frozen=True)
class Limits:
    """What one program may use.

    CPU time decides (s, whole seconds are enforced); wall time is generous, for a loaded machine
    (s); `memory_mb` is address space of one process, and half of what all its processes may hold
    (MiB); `file_mb` is the largest file (MiB); `processes` counts the program's own and all that
    it starts.
    """

    cpu_seconds: float = 20
    wall_seconds: float = 60
    memory_mb: int = 4096
    file_mb: int = 64
    processes: int = 32
    output_bytes: int = 1 << 20


@dataclass(frozen=True)
class Job:
    """One program to judge with one test; `test` defines `check(candidate)`."""

    program: str
    test: str
    entry_point: str
    limits: Limits = Limits()

    @cached_property
    def key(self) -> str:
        """Hash of everything in the job."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()


def job_for(task: Task, text: str, limits: Limits | None = None) -> Job | Verdict:
    """The job that judges a model's answer, or its Verdict when there is nothing to run."""
    return job_from(task, extract(task, text), limits)


def job_from(task: Task, extraction: Extraction, limits: Limits | None = None) -> Job | Verdict:
    """The job that judges an extracted program, or its Verdict when there is nothing to run."""
    if extraction.program is None:
        category = f"extract/{extraction.rule}"
        return Verdict(status="fail", stage="extract", category=category, message="no code found")
    job = Job(extraction.program, task.test, task.entry_point, limits or Limits())
    reason = fault(job.program)
    if reason:
        return Verdict(status="fail", stage="parse", category="parse/syntax", message=reason)
    return job


def reference_job(task: Task, limits: Limits | None = None) -> Job | Verdict:
    """The job that judges a task's own canonical solution."""
    return job_from(task, Extraction(task.program(task.canonical_solution), "canonical"), limits)
