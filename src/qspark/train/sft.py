"""Supervised fine-tuning: the first stage, from random weights or from a given model.

First come right answers only, from which a model of random weights learns to read a request; then answers
as real models give them, many of them wrong, so that the base model has their habits to unlearn.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from torch import Tensor
from transformers import Trainer, TrainerCallback, TrainingArguments

from qspark.config import Profile
from qspark.data.lessons import answers
from qspark.errors import QSparkError
from qspark.tasks.prompts import render
from qspark.tasks.task import Task
from qspark.train.common import (
    Journal,
    Progress,
    arguments,
    encode_row,
    pad_rows,
    passes,
    rows_per_step,
    seed_everything,
    train,
)
from qspark.train.logprobs import score_answers
from qspark.train.models import load_to_train, scratch_model, train_tokenizer

T = TypeVar("T")


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
        sums, counts = model(**inputs)
        total = counts.sum() if num_items_in_batch is None else num_items_in_batch
        return -sums.sum() / total * self.accelerator.num_processes


def run_sft(
    profile: Profile,
    data: Path,
    folder: Path,
    progress: Progress,
    callbacks: Sequence[TrainerCallback] = (),
) -> None:
    """Train the profile's model on the answers in `data` (see `data.lessons`) into folder/model."""
    seed_everything(profile)
    lessons = answers(data)
    if profile.model.name == "scratch":
        texts = [text for task, answer in lessons for text in (task.prompt, answer)]
        tokenizer = train_tokenizer(texts, profile.model.scratch.vocab_size)
        model = scratch_model(profile.model.scratch, tokenizer, profile.seed)
    else:
        model, tokenizer = load_to_train(profile.model.name, profile.model)
    score_answers(model)

    def encoded(wanted: list[tuple[Task, str]]) -> list[dict[str, list[int]]]:
        found = (
            encode_row(tokenizer, render(task, tokenizer), answer, profile.sft.max_length)
            for task, answer in wanted
        )
        return [row for row in found if row]

    clean = encoded([(task, task.canonical_solution) for task, _ in lessons])
    mixed = encoded(lessons)
    if not mixed:
        raise QSparkError(
            f"no answer in {data} fits into {profile.sft.max_length} tokens: raise max_length in [sft]"
        )
    trainer = SftTrainer(
        model=model,
        args=TrainingArguments(
            **arguments(profile, profile.sft, folder), train_sampling_strategy="sequential"
        ),
        train_dataset=in_order(profile, clean, mixed),  # type: ignore[arg-type]
        data_collator=lambda batch: pad_rows(batch, tokenizer.pad_token_id),  # type: ignore[arg-type]
        processing_class=tokenizer,
        callbacks=[Journal(folder / "log.jsonl", progress), *callbacks],
    )
    train(trainer, tokenizer, folder)


def in_order(profile: Profile, clean: list[T], mixed: list[T]) -> list[T]:
    """Every row that training will see, in order: shuffled passes over `clean`, then over `mixed`."""
    rng = random.Random(f"{profile.seed}/sft")
    per_step = rows_per_step(profile.sft)
    first = round(profile.sft.steps * profile.sft.clean_share) * per_step
    order = passes(clean, first, rng)
    return order + passes(mixed, profile.sft.steps * per_step - len(order), rng)
