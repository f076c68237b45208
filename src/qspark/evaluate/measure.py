"""Measure one model on a set of tasks: generate, judge, keep the rows."""

from collections.abc import Callable
from pathlib import Path

from qspark.config import Profile
from qspark.data.tiny.build import limits_of, load_tasks
from qspark.evaluate.generate import generate
from qspark.runs import write_jsonl
from qspark.train.models import load
from qspark.verify.extract import extract
from qspark.verify.judge import job_for
from qspark.verify.pool import JudgePool

Progress = Callable[[str, int, int], None]


def measure(
    profile: Profile,
    suite: Path,
    source: Path,
    folder: Path,
    pool: JudgePool,
    progress: Progress | None = None,
) -> None:
    """Measure the model in `source` on the tasks in `suite`; rows go to folder/results.jsonl.

    A row is {task_id, sample, mode, text, finish_reason, program, passed, verdict}.
    """
    tasks = load_tasks(suite)
    model, tokenizer = load(source, profile.model)
    answers = generate(
        model,
        tokenizer,
        tasks,
        profile.evaluate,
        profile.seed,
        folder / "samples.jsonl",
        (lambda done, total: progress("generate", done, total)) if progress else None,
    )
    by_id = {task.task_id: task for task in tasks}
    limits = limits_of(profile)
    jobs = [
        job_for(by_id[row["task_id"]], row["text"], limits, strong_only=True) for row in answers
    ]
    verdicts = pool.judge(
        jobs, (lambda done, total: progress("judge", done, total)) if progress else None
    )
    write_jsonl(
        folder / "results.jsonl",
        (
            {
                **row,
                "program": extract(by_id[row["task_id"]], row["text"]).program,
                "passed": verdict.passed,
                "verdict": verdict.model_dump(mode="json"),
            }
            for row, verdict in zip(answers, verdicts, strict=True)
        ),
    )
