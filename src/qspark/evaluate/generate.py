"""Answers of a model that a pipeline run has trained: one greedy, and n sampled, per held-out task.

Each answer has a seed of its own and is appended when its batch is done, so a generation that was killed
goes on with what is missing and ends with the same answers.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from qspark.config import Evaluate
from qspark.evaluate.answers import Answer, Request, Sampling, seed_of
from qspark.evaluate.hf import answer_with
from qspark.runs import append_jsonl, read_jsonl
from qspark.tasks.prompts import prompt_for
from qspark.tasks.task import Task

Progress = Callable[[int, int], None]


def generate(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    tasks: Sequence[Task],
    settings: Evaluate,
    seed: int,
    out: Path,
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """Answers of a model as rows {task_id, sample, mode, text, finish_reason}, also appended to `out`.

    `mode` is "greedy" (sample 0) or "sampled" (samples 0 to n - 1 at the settings' temperature).
    """
    drawn = Sampling(settings.temperature, settings.top_p, settings.max_new_tokens)
    modes = (
        ("greedy", 1, Sampling(max_tokens=settings.max_new_tokens)),
        ("sampled", settings.samples, drawn),
    )
    done = {(row["mode"], row["task_id"], row["sample"]): row for row in read_jsonl(out)}
    total = len(tasks) * (1 + settings.samples)
    model.eval()
    for mode, samples, sampling in modes:
        missing = [
            Request(task.task_id, sample, prompt, seed_of(seed, task.task_id, sample))
            for task in tasks
            for prompt in [prompt_for(task, "trained")]
            for sample in range(samples)
            if (mode, task.task_id, sample) not in done
        ]

        def keep(came: Sequence[tuple[Request, Answer]], mode: str = mode) -> None:
            rows = [_row(request, answer, mode) for request, answer in came]
            append_jsonl(out, rows)
            done.update({(mode, row["task_id"], row["sample"]): row for row in rows})
            if progress:
                progress(len(done), total)

        answer_with(model, tokenizer, settings.batch_size, sampling, missing, keep)
    return [
        done[mode, task.task_id, sample]
        for mode, samples, _ in modes
        for task in tasks
        for sample in range(samples)
    ]


def _row(request: Request, answer: Answer, mode: str) -> dict[str, Any]:
    """A prompt that leaves no room has an empty answer, cut off."""
    return {
        "task_id": request.task_id,
        "sample": request.sample,
        "mode": mode,
        "text": answer.text,
        "finish_reason": answer.finish_reason or "length",
    }
