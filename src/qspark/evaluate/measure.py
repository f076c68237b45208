"""Measure one model on a set of tasks: generate, judge, keep the rows."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from qspark.config import Evaluate, Profile
from qspark.data.tiny.build import limits_of, load_tasks
from qspark.evaluate.answers import Answer, Request, Sampling, seed_of
from qspark.evaluate.generate import generate
from qspark.evaluate.hf import answer_with
from qspark.runs import write_jsonl
from qspark.tasks.prompts import prompt_for
from qspark.tasks.task import Task
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


def greedy(settings: Evaluate, seed: int) -> Callable[[Any, Any, Sequence[Task]], list[str]]:
    """What answers tasks greedily with a model that is being trained, one text per task."""

    def answers(model: Any, tokenizer: Any, tasks: Sequence[Task]) -> list[str]:
        said: dict[str, str] = {}

        def keep(came: Sequence[tuple[Request, Answer]]) -> None:
            said.update({request.task_id: answer.text for request, answer in came})

        requests = [
            Request(task.task_id, 0, prompt_for(task, "trained"), seed_of(seed, task.task_id, 0))
            for task in tasks
        ]
        sampling = Sampling(max_tokens=settings.max_new_tokens)
        answer_with(model, tokenizer, settings.batch_size, sampling, requests, keep)
        return [said[task.task_id] for task in tasks]

    return answers
