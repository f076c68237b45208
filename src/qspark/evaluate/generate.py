"""Generate answers with a model from a folder or the hub: one greedy, and n sampled, per task.

Work is done in fixed batches with a seed each, and a batch's rows are appended when it is complete, so a
generation that was killed goes on with the missing batches and ends with the same answers.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from qspark.config import Evaluate
from qspark.runs import append_jsonl, read_jsonl
from qspark.tasks.prompts import render
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
    ordered = sorted(tasks, key=lambda task: (len(task.prompt), task.task_id))
    batches = [
        (mode, ordered[start : start + size])
        for mode, size in (
            ("greedy", settings.batch_size),
            ("sampled", max(settings.batch_size // settings.samples, 1)),
        )
        for start in range(0, len(ordered), size)
    ]
    done = {(row["mode"], row["task_id"], row["sample"]): row for row in read_jsonl(out)}
    model.eval()
    for number, (mode, batch) in enumerate(batches):
        samples = settings.samples if mode == "sampled" else 1
        keys = [(mode, task.task_id, sample) for task in batch for sample in range(samples)]
        missing = [key for key in keys if key not in done]
        if missing:
            prompts = [render(task, tokenizer) for task in batch]
            torch.manual_seed(_seed(seed, mode, number))
            answers = _answers(model, tokenizer, prompts, samples, settings, mode == "sampled")
            new = {
                key: {
                    "task_id": key[1],
                    "sample": key[2],
                    "mode": mode,
                    "text": text,
                    "finish_reason": reason,
                }
                for key, (text, reason) in zip(keys, answers, strict=True)
            }
            append_jsonl(out, [new[key] for key in missing])
            done |= {key: new[key] for key in missing}
        if progress:
            progress(number + 1, len(batches))
    return [
        done[mode, task.task_id, sample]
        for mode, samples in (("greedy", 1), ("sampled", settings.samples))
        for task in tasks
        for sample in range(samples)
    ]


def _seed(seed: int, mode: str, number: int) -> int:
    digest = hashlib.sha256(f"{seed}/{mode}/{number}".encode()).digest()
    return int.from_bytes(digest[:4])


def _answers(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[str],
    samples: int,
    settings: Evaluate,
    sampled: bool,
) -> list[tuple[str, str]]:
    """`samples` answers to each prompt in order, each with its finish reason, "stop" or "length"."""
    inputs = tokenizer(
        list(prompts),
        return_tensors="pt",
        padding=True,
        padding_side="left",
        add_special_tokens=False,
        return_token_type_ids=False,
    ).to(model.device)
    choice: dict[str, Any] = {"do_sample": False}
    if sampled:
        choice = {
            "do_sample": True,
            "temperature": settings.temperature,
            "top_p": settings.top_p,
            "top_k": 0,
            "num_return_sequences": samples,
        }
    with torch.no_grad():
        output = model.generate(  # pyright: ignore[reportCallIssue]
            **inputs,
            **choice,
            max_new_tokens=settings.max_new_tokens,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
    new = output[:, inputs["input_ids"].shape[1] :]
    ended = (new == tokenizer.eos_token_id).any(dim=1).tolist()
    texts = tokenizer.batch_decode(new, skip_special_tokens=True)
    return [(text, "stop" if end else "length") for text, end in zip(texts, ended, strict=True)]
