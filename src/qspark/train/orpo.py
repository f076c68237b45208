"""ORPO (arXiv 2403.07691): one loss that teaches the chosen answer and turns away from the rejected one.

    log P(y) = mean over the answer's tokens of log p(token)
    odds(y)  = P(y) / (1 - P(y))
    loss     = -log P(chosen) - weight * log sigmoid(log odds(chosen) - log odds(rejected))

The likelihood term is taken over the chosen answer only, not over the prompt, and log-probabilities are
computed in chunks (`logprobs`), so that the full logits never exist.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import Trainer, TrainerCallback, TrainingArguments

from qspark.config import Profile
from qspark.data.lessons import preferences
from qspark.errors import QSparkError
from qspark.tasks.prompts import render
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
from qspark.train.models import load_to_train


def log_odds(logp: Tensor) -> Tensor:
    """log(P / (1 - P)) from log P < 0, any shape. Exact near P = 1, where 1 - P would lose all digits."""
    return logp - torch.log(-torch.expm1(logp))


def orpo_terms(chosen: Tensor, rejected: Tensor) -> tuple[Tensor, Tensor]:
    """The two terms of the loss, each [pairs], from length-averaged log-probabilities [pairs].

    Returns the negative log-likelihood of the chosen answers and the odds-ratio term
    -log sigmoid(log odds(chosen) - log odds(rejected)).
    """
    top = -1e-6  # P = 1 exactly has infinite odds; an answer that certain has nothing left to learn
    ratio = log_odds(chosen.clamp(max=top)) - log_odds(rejected.clamp(max=top))
    return -chosen, -torch.nn.functional.logsigmoid(ratio)


class OrpoTrainer(Trainer):
    """ORPO on `transformers.Trainer`, for a model that `score_answers` has prepared.

    Every micro batch holds the same number of whole pairs, so the mean over micro batches and processes
    is the mean over pairs.
    """

    loss_is_scaled_for_ga = False

    def __init__(self, *args: Any, weight: float, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.weight = weight
        self._seen: list[Tensor] = []

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Tensor:
        """The mean loss of the pairs in one micro batch: chosen rows first, then rejected ones."""
        sums, counts = model(**inputs)
        chosen, rejected = (sums / counts).chunk(2)
        nll, odds = orpo_terms(chosen, rejected)
        seen = (nll, odds, (chosen > rejected).float(), chosen - rejected)
        self._seen.append(torch.stack([value.detach().mean() for value in seen]))
        return (nll + self.weight * odds).mean()

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Add the means of both terms, of how often chosen is likelier, and by how much, in nats a token."""
        if self._seen and "loss" in logs:
            means = self.accelerator.reduce(torch.stack(self._seen).mean(dim=0), "mean")
            names = ("nll", "odds_loss", "reward_accuracy", "margin")
            logs |= dict(zip(names, means.tolist(), strict=True))  # type: ignore[union-attr]
            self._seen = []
        super().log(logs, start_time)


def run_orpo(
    profile: Profile,
    data: Path,
    start: str | Path,
    folder: Path,
    progress: Progress,
    callbacks: Sequence[TrainerCallback] = (),
) -> None:
    """Train from the model in `start` on the pairs in `data` (see `data.lessons`) into folder/model."""
    seed_everything(profile)
    model, tokenizer = load_to_train(start, profile.model)
    score_answers(model)
    pairs = []
    for pair in preferences(data):
        prompt = render(pair.task, tokenizer)
        chosen, rejected = (
            encode_row(tokenizer, prompt, answer, profile.orpo.max_length)
            for answer in (pair.chosen, pair.rejected)
        )
        if chosen and rejected:
            pairs.append({"chosen": chosen, "rejected": rejected})
    if not pairs:
        raise QSparkError(
            f"no pair in {data} fits into {profile.orpo.max_length} tokens: raise max_length in [orpo]"
        )
    rng = random.Random(f"{profile.seed}/orpo")

    def collate(batch: list[dict[str, Any]]) -> dict[str, Tensor]:
        rows = [pair["chosen"] for pair in batch] + [pair["rejected"] for pair in batch]
        return pad_rows(rows, tokenizer.pad_token_id)  # type: ignore[arg-type]

    trainer = OrpoTrainer(
        model=model,
        args=TrainingArguments(
            **arguments(profile, profile.orpo, folder), train_sampling_strategy="sequential"
        ),
        train_dataset=passes(pairs, profile.orpo.steps * rows_per_step(profile.orpo), rng),  # type: ignore[arg-type]
        data_collator=collate,
        processing_class=tokenizer,
        callbacks=[Journal(folder / "log.jsonl", progress), *callbacks],
        weight=profile.orpo.weight,
    )
    train(trainer, tokenizer, folder)
