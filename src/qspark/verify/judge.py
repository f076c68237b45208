"""What to judge: a program, its test, and the limits it runs under."""

import ast
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from qspark.tasks.syntax import fault, names, parse
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
    """One program to judge with one test; `test` defines `check(candidate)`.

    `given` is source of the task's own that defines names which the test uses. A `trusted` program
    is judged in one process with its test, which is cheaper and gives a weak verdict only. With
    `strong_only` a value that cannot cross between two processes is a failure: for tasks whose
    reference needs no such value. With a `reference` (a whole program that defines the entry
    point) the verdict says how the program's values compare with its. With `stand_in` IBM's cloud
    service is stood in for (`stand_in.py`), where the job speaks of its library at all.
    """

    program: str
    test: str
    entry_point: str
    limits: Limits = Limits()
    given: str = ""
    trusted: bool = False
    strong_only: bool = False
    stand_in: bool = True
    reference: str = ""

    @property
    def stood_in(self) -> bool:
        """Whether the service is stood in for: wished, and the job's sources name its library."""
        texts = (self.program, self.test, self.given, self.reference)
        return self.stand_in and any("qiskit_ibm_runtime" in text for text in texts)

    @cached_property
    def key(self) -> str:
        """Hash of everything in the job."""
        content = {**asdict(self), "stand_in": self.stood_in}
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def order(self) -> dict[str, Any]:
        """What a server may know of the job."""
        return {
            "limits": asdict(self.limits),
            "trusted": self.trusted,
            "alone": self.trusted or observes_process(self.test),
            "strong_only": self.strong_only,
            "stand_in": self.stood_in,
            "compares": bool(self.reference),
        }

    @property
    def asked(self) -> dict[str, str]:
        """What only the process of the candidate may know."""
        return {"program": self.program, "entry_point": self.entry_point}

    @property
    def secret(self) -> dict[str, str]:
        """What only the process of the test may know."""
        return {
            "test": self.test, "given": self.given, "entry_point": self.entry_point,
            "reference": self.reference,
        }  # fmt: skip


# What a test says when it looks at the process that the candidate runs in, not only at its values.
_OBSERVING = frozenset({
    "redirect_stdout", "redirect_stderr", "stdout", "stderr", "patch", "MagicMock", "getsource",
    "settrace", "setprofile", "warns", "assertWarns", "catch_warnings", "addaudithook",
})  # fmt: skip


@lru_cache(maxsize=4096)
def observes_process(test: str) -> bool:
    """Whether a test needs the candidate in its own process.

    It captures output, patches, traces, or asks the service for the jobs of that process.
    """
    found = names(test)
    jobs = "QiskitRuntimeService" in found and found & {"job", "jobs"}
    return bool(jobs or found & _OBSERVING)


def given_by(task: Task) -> str:
    """Source that defines the names which the task gives to its test, without any answer.

    In completion form that is the prompt, its function left empty; in instruction form the imports
    of the canonical solution.
    """
    return _given(task.form, task.prompt, task.canonical_solution)


@lru_cache(maxsize=4096)
def _given(form: str, prompt: str, solution: str) -> str:
    if form == "completion":
        for end in ("", "\n    pass\n", "\n        pass\n"):
            text = prompt.rstrip() + end
            if parse(text) is not None:
                return text
        return ""
    tree = parse(solution)
    imports = [s for s in (tree.body if tree else []) if isinstance(s, ast.Import | ast.ImportFrom)]
    return "\n".join(map(ast.unparse, imports))


def job_for(
    task: Task,
    text: str,
    limits: Limits | None = None,
    strong_only: bool = False,
    stand_in: bool = True,
    compare: bool = False,
) -> Job | Verdict:
    """The job that judges a model's answer, or its Verdict when there is nothing to run.

    With `compare` the verdict says how its values compare with those of the task's own solution.
    """
    job = job_from(task, extract(task, text), limits, strong_only, stand_in)
    if compare and isinstance(job, Job):
        return replace(job, reference=task.program(task.canonical_solution))
    return job


def job_from(
    task: Task,
    extraction: Extraction,
    limits: Limits | None = None,
    strong_only: bool = False,
    stand_in: bool = True,
) -> Job | Verdict:
    """The job that judges an extracted program, or its Verdict when there is nothing to run."""
    if extraction.program is None:
        category = f"extract/{extraction.rule}"
        return Verdict(status="fail", stage="extract", category=category, message="no code found")
    job = Job(
        extraction.program,
        task.test,
        task.entry_point,
        limits or Limits(),
        given=given_by(task),
        strong_only=strong_only,
        stand_in=stand_in,
    )
    reason = fault(job.program)
    if reason:
        return Verdict(status="fail", stage="parse", category="parse/syntax", message=reason)
    return job


def reference_job(task: Task, limits: Limits | None = None, stand_in: bool = True) -> Job | Verdict:
    """The job that judges a task's own canonical solution."""
    canonical = Extraction(task.program(task.canonical_solution), "canonical")
    return job_from(task, canonical, limits, stand_in=stand_in)
