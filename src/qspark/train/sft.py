"""Supervised fine-tuning: the first stage, from random weights or from a given model.

The rows are answers as an untrained model would give them: mostly right, and wrong in the ways that real
models are wrong, so that the base model has something to unlearn.
"""

from pathlib import Path
from typing import Any

from torch import Tensor
from transformers import Trainer, TrainingArguments

from qspark.config import Profile
from qspark.data.build import load_tasks
from qspark.runs import read_jsonl
from qspark.tasks.prompts import render
from qspark.train.common import (
    Journal,
    Progress,
    arguments,
    encode_row,
    pad_rows,
    seed_everything,
    train,
    with_lora,
)
from qspark.train.logprobs import answer_logprobs
from qspark.train.models import load, scratch_model, train_tokenizer


class SftTrainer(Trainer):
    """Mean negative log-likelihood of the answers' tokens over the whole accumulated batch."""

    loss_is_scaled_for_ga = True

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Tensor:
        """The loss of one micro batch: summed over its tokens, over the tokens of all micro batches."""
        sums, counts = answer_logprobs(self.accelerator.unwrap_model(model), **inputs)
        total = counts.sum() if num_items_in_batch is None else num_items_in_batch
        return -sums.sum() / total * self.accelerator.num_processes


def run_sft(profile: Profile, data: Path, folder: Path, progress: Progress) -> None:
    """Train the base model from `data` (a finished data stage) into folder/model."""
    seed_everything(profile)
    tasks = {task.task_id: task for task in load_tasks(data / "tasks.jsonl")}
    rows = read_jsonl(data / "sft.jsonl")
    if profile.model.name == "scratch":
        texts = [text for row in rows for text in (tasks[row["task_id"]].prompt, row["answer"])]
        tokenizer = train_tokenizer(texts, profile.model.scratch.vocab_size)
        model = scratch_model(profile.model.scratch, tokenizer, profile.seed)
    else:
        model, tokenizer = load(profile.model.name, profile.model)
        model = with_lora(model, profile.model)
    encoded = [
        encode_row(
            tokenizer,
            render(tasks[row["task_id"]], tokenizer),
            row["answer"],
            profile.sft.max_length,
        )
        for row in rows
    ]
    trainer = SftTrainer(
        model=model,
        args=TrainingArguments(**arguments(profile, profile.sft, folder)),
        train_dataset=[row for row in encoded if row],  # type: ignore[arg-type]
        data_collator=lambda batch: pad_rows(batch, tokenizer.pad_token_id),
        processing_class=tokenizer,
        callbacks=[Journal(folder / "log.jsonl", progress)],
    )
    train(trainer, tokenizer, folder)
