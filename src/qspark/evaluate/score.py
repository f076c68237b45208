"""Scoring answers that already exist: judge each, then sum up. Needs no model and no torch.

References go first (`judge_references`): a task whose own reference fails here cannot be scored
here. An answer to it that fails as well is `infra`, `env/reference-broken`, with the true reason.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qspark.evaluate.figures import figures
from qspark.tasks.pins import compare, faulty_test
from qspark.tasks.samples import Sample
from qspark.tasks.suites import Suite
from qspark.tasks.task import DIFFICULTIES
from qspark.verify.extract import Extraction, extract
from qspark.verify.judge import Limits, job_from
from qspark.verify.limits import MOST, limits_by_task
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

BROKEN = "env/reference-broken"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class References:
    """What became of references here, by task id: their verdicts, and limits for the answers."""

    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    limits: Mapping[str, Limits] = field(default_factory=dict)

    def fault(self, task_id: str) -> str:
        """Why a task's reference fails here; empty where it passes or was not judged."""
        verdict = self.verdicts.get(task_id)
        if verdict is None or verdict.passed:
            return ""
        return _reason(verdict)

    def is_strong(self, task_id: str) -> bool:
        """Whether a task's answers have no need of a weak verdict: its reference has none."""
        return task_id in self.verdicts and self.verdicts[task_id].integrity == "strong"


def judge_references(
    suite: Suite,
    samples: Sequence[Sample],
    pool: JudgePool,
    stand_in: bool = True,
    progress: Progress | None = None,
) -> References:
    """Judge the references of the tasks that have samples (found again in the pool's cache)."""
    asked = {sample.task_id for sample in samples}
    wanted = [task for task in suite.tasks if task.task_id in asked]
    limits, verdicts = limits_by_task(wanted, pool, stand_in=stand_in, progress=progress)
    return References(verdicts, limits)


def score_samples(
    suite: Suite,
    samples: Sequence[Sample],
    pool: JudgePool,
    references: References | None = None,
    stand_in: bool = True,
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """One row per sample, in their order, its own fields kept.

    A row has task_id, sample, completion (as it was said), program (None where the answer has no
    code), rule (how it was found), passed, verdict (a Verdict's fields), reference_fault and
    test_fault (why the task's reference fails here, or its test refuses right answers; or empty).
    """
    tasks = suite.by_id()
    taken = [extract(tasks[sample.task_id], sample.text) for sample in samples]
    known = references or References()
    jobs = [
        job_from(
            tasks[sample.task_id],
            extraction,
            known.limits.get(sample.task_id),
            known.is_strong(sample.task_id),
            stand_in,
        )
        for sample, extraction in zip(samples, taken, strict=True)
    ]
    verdicts = pool.judge(jobs, progress)
    return [
        _row(sample, extraction, verdict, known.fault(sample.task_id))
        for sample, extraction, verdict in zip(samples, taken, verdicts, strict=True)
    ]


def score_canonical(
    suite: Suite, pool: JudgePool, stand_in: bool = True, progress: Progress | None = None
) -> list[dict[str, Any]]:
    """The same rows for the suite's own solutions: what this environment can score."""
    taken = [Extraction(task.program(task.canonical_solution), "canonical") for task in suite.tasks]
    jobs = [
        job_from(task, extraction, MOST, stand_in=stand_in)
        for task, extraction in zip(suite.tasks, taken, strict=True)
    ]
    verdicts = pool.judge(jobs, progress)
    return [
        _row(
            Sample(task.task_id, 0, task.canonical_solution),
            extraction,
            verdict,
            "" if verdict.passed else _reason(verdict),
        )
        for task, extraction, verdict in zip(suite.tasks, taken, verdicts, strict=True)
    ]


def _reason(verdict: Verdict) -> str:
    return ": ".join(filter(None, (verdict.category or verdict.status, verdict.message)))


def _row(sample: Sample, taken: Extraction, verdict: Verdict, fault: str) -> dict[str, Any]:
    if fault and verdict.status == "fail":
        said = "" if taken.rule == "canonical" else f"; this answer: {_reason(verdict)}"
        message = f"the task's own reference fails here: {fault}{said}"
        changed = {"status": "infra", "category": BROKEN, "message": message}
        verdict = verdict.model_copy(update=changed)
    return {
        **sample.extra,
        "task_id": sample.task_id,
        "sample": sample.sample,
        "completion": sample.text,
        "program": taken.program,
        "rule": taken.rule,
        "passed": verdict.passed,
        "verdict": verdict.model_dump(mode="json"),
        "reference_fault": fault,
        "test_fault": faulty_test(sample.task_id),
    }


def summarise_scores(suite: Suite, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The score of one run over a suite.

    `figures` has the score three times (see `figures`); `pass_at_1` and `ci95` are the first: over
    all tasks that have samples, where what could not be judged (`infra`) has not passed. `total`
    and `passed` count samples; `unanswered` the suite's tasks without one; `passed_weakly` the
    passes that were judged in one process with their test; `stood_in` the samples that used the
    stand-in for IBM's service; `tasks_as_published` says how the suite compares with what is known
    of the published one.
    """
    difficulty = {task.task_id: task.difficulty for task in suite.tasks}
    by_difficulty = {}
    for name in DIFFICULTIES:
        passed = [row["passed"] for row in rows if difficulty[row["task_id"]] == name]
        if passed:
            by_difficulty[name] = {"total": len(passed), "passed": sum(passed)}
    categories = Counter(row["verdict"]["category"] for row in rows if not row["passed"])
    three = figures(rows)
    return {
        "suite": suite.name,
        "suite_sha256": suite.sha256,
        "total": len(rows),
        "passed": sum(row["passed"] for row in rows),
        "infra": sum(row["verdict"]["status"] == "infra" for row in rows),
        "passed_weakly": sum(row["verdict"]["integrity"] == "weak" for row in rows),
        "stood_in": sum(row["verdict"]["stand_in"] for row in rows),
        "unanswered": len(set(difficulty) - {row["task_id"] for row in rows}),
        "pass_at_1": three["all"]["pass_at_1"],
        "ci95": three["all"]["ci95"],
        "figures": three,
        "by_difficulty": by_difficulty,
        "by_category": dict(categories.most_common()),
        "references_failing": list(
            dict.fromkeys(row["task_id"] for row in rows if row["reference_fault"])
        ),
        "reference_faults": {
            row["task_id"]: row["reference_fault"] for row in rows if row["reference_fault"]
        },
        "tasks_as_published": compare(suite.tasks).model_dump(mode="json"),
    }
