"""Suites and judged answers made by hand, as files and as objects."""

import json
from pathlib import Path

from qspark.evaluate.scored import Scored
from qspark.tasks.suites import Suite
from qspark.tasks.task import Task
from qspark.verify.verdict import Verdict

DIFFICULTIES = ("basic", "intermediate", "advanced")


def make_task(number: int, difficulty: str = "basic", topics: tuple[str, ...] = ()) -> Task:
    return Task(
        task_id=f"t/{number}",
        suite="toy",
        form="completion",
        prompt=f'def f{number}():\n    """Answer."""\n',
        entry_point=f"f{number}",
        canonical_solution=f"    return {number}\n",
        test=f"def check(c):\n    assert c() == {number}\n",
        difficulty=difficulty,
        annotations={"topics": list(topics)} if topics else {},
    )


def make_suite(tasks: list[Task], name: str = "toy", sha256: str = "ab" * 32) -> Suite:
    return Suite(name, Path("toy.json"), tuple(tasks), sha256)


def make_row(task: Task, outcome: str, sample: int = 0, **more: object) -> dict:
    """An outcome is "pass", "weak", "infra", or a failure's category."""
    program = task.prompt + task.canonical_solution
    if outcome in ("pass", "weak"):
        integrity = "weak" if outcome == "weak" else "strong"
        verdict = Verdict(status="pass", stage="done", integrity=integrity)
    elif outcome == "infra":
        verdict = Verdict(status="infra", stage="run", category="infra/sandbox", message="fork")
    else:
        message = f"AssertionError: {outcome} in /home/someone/site-packages/qiskit/x.py"
        verdict = Verdict(status="fail", stage="check", category=outcome, message=message)
    return {
        "task_id": task.task_id,
        "sample": sample,
        "completion": task.canonical_solution,
        "program": program,
        "rule": "text/body",
        "passed": verdict.passed,
        "verdict": verdict.model_dump(mode="json"),
        **more,
    }


def make_scored(name: str, tasks: list[Task], outcomes: list[str], **suite: str) -> Scored:
    """One answer per task; None leaves a task unanswered."""
    rows = [make_row(t, o) for t, o in zip(tasks, outcomes, strict=True) if o is not None]
    return Scored(name, make_suite(tasks, **suite), rows, {}, {})


def write_results(path: Path, rows: list[dict]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def write_suite(path: Path, tasks: list[Task]) -> Path:
    path.write_text(json.dumps([task.model_dump(mode="json") for task in tasks]))
    return path
