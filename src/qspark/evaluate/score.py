"""Scoring answers that already exist: judge each, then sum up. Needs no model and no torch."""

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

from qspark.evaluate.stats import wilson
from qspark.tasks.samples import Sample
from qspark.tasks.suites import Suite
from qspark.tasks.task import DIFFICULTIES
from qspark.verify.extract import Extraction, extract
from qspark.verify.judge import Limits, job_from
from qspark.verify.limits import MOST
from qspark.verify.pool import JudgePool

Progress = Callable[[int, int], None]


def score_samples(
    suite: Suite,
    samples: Sequence[Sample],
    pool: JudgePool,
    limits: Mapping[str, Limits] | None = None,
    strong_only: Container[str] = (),
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """One row per sample: task_id, sample, completion, program, rule, passed, verdict.

    `limits` are by task id (see `verify.limits`); `strong_only` are the ids of the tasks whose
    answers have no need of a weak verdict, because the reference has none. `program` is None where
    the answer has no code; `verdict` is a Verdict's fields.
    """
    tasks = suite.by_id()
    taken = [extract(tasks[sample.task_id], sample.text) for sample in samples]
    return _rows(suite, samples, taken, pool, limits or {}, strong_only, progress)


def score_canonical(
    suite: Suite, pool: JudgePool, progress: Progress | None = None
) -> list[dict[str, Any]]:
    """The same rows for the suite's own solutions: what this environment can score."""
    samples = [Sample(task.task_id, 0, task.canonical_solution) for task in suite.tasks]
    taken = [Extraction(task.program(task.canonical_solution), "canonical") for task in suite.tasks]
    limits = {task.task_id: MOST for task in suite.tasks}
    return _rows(suite, samples, taken, pool, limits, (), progress)


def _rows(
    suite: Suite,
    samples: Sequence[Sample],
    taken: Sequence[Extraction],
    pool: JudgePool,
    limits: Mapping[str, Limits],
    strong_only: Container[str],
    progress: Progress | None,
) -> list[dict[str, Any]]:
    tasks = suite.by_id()
    jobs = [
        job_from(
            tasks[sample.task_id],
            extraction,
            limits.get(sample.task_id),
            sample.task_id in strong_only,
        )
        for sample, extraction in zip(samples, taken, strict=True)
    ]
    verdicts = pool.judge(jobs, progress)
    return [
        {
            "task_id": sample.task_id,
            "sample": sample.sample,
            "completion": sample.text,
            "program": extraction.program,
            "rule": extraction.rule,
            "passed": verdict.passed,
            "verdict": verdict.model_dump(mode="json"),
        }
        for sample, extraction, verdict in zip(samples, taken, verdicts, strict=True)
    ]


def summarise_scores(suite: Suite, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The score of one run over a suite.

    `infra` verdicts leave the score: they count neither for nor against. `pass_at_1` is the mean,
    over the tasks that were scored, of the share of a task's samples that passed; `ci95` is its
    Wilson interval with the number of those tasks as n. Both are None when nothing was scored.
    `unanswered` counts the suite's tasks without a sample; `passed_weakly` the passes that were
    judged in one process with their test.
    """
    difficulty = {task.task_id: task.difficulty for task in suite.tasks}
    scored = [row for row in rows if row["verdict"]["status"] != "infra"]
    by_task: dict[str, list[bool]] = defaultdict(list)
    for row in scored:
        by_task[row["task_id"]].append(row["passed"])
    rates = [sum(passed) / len(passed) for passed in by_task.values()]
    interval = wilson(round(sum(rates)), len(rates)) if rates else None
    by_difficulty = {}
    for name in DIFFICULTIES:
        passed = [row["passed"] for row in scored if difficulty[row["task_id"]] == name]
        if passed:
            by_difficulty[name] = {"total": len(passed), "passed": sum(passed)}
    categories = Counter(row["verdict"]["category"] for row in rows if not row["passed"])
    return {
        "suite": suite.name,
        "suite_sha256": suite.sha256,
        "total": len(rows),
        "passed": sum(row["passed"] for row in rows),
        "infra": len(rows) - len(scored),
        "passed_weakly": sum(row["verdict"]["integrity"] == "weak" for row in rows),
        "unanswered": len(set(difficulty) - {row["task_id"] for row in rows}),
        "pass_at_1": sum(rates) / len(rates) if rates else None,
        "ci95": (interval.low, interval.high) if interval else None,
        "by_difficulty": by_difficulty,
        "by_category": dict(categories.most_common()),
    }
