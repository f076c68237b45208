"""GRPO (arXiv 2402.03300) with rewards by execution: TRL's trainer, our judge, our advantages.

Each step samples a group of completions per prompt, judges all of them in the sandbox, and moves the model
towards those that did better than their group. What was said and how it was judged is in completions.jsonl.
"""

import math
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from qspark.config import Grpo, Profile
from qspark.data.lessons import prompts
from qspark.data.tiny.build import limits_of
from qspark.tasks.prompts import render
from qspark.train.common import Journal, Progress, passes, rows_per_step, seed_everything, train
from qspark.train.curriculum import Curriculum, Uniform
from qspark.train.models import load_to_train
from qspark.train.rollouts import Rollouts
from qspark.train.scoring import Scorer
from qspark.train.trl_compat import grpo_trainer
from qspark.verify.pool import JudgePool

T = TypeVar("T")


class Watch(TrainerCallback):
    """Puts the rollouts' log right when training goes on, and logs what part of the time scoring takes.

    `scoring_share` is the time that a step stands still for verdicts, over its wall time.
    """

    def __init__(self, rollouts: Rollouts, scorer: Scorer):
        self._rollouts, self._scorer = rollouts, scorer
        self._start = self._wall = self._waited = 0.0

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Forget the completions of steps that will be done again after a kill."""
        self._rollouts.resume(state.global_step)

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Start the clock."""
        self._start = time.perf_counter()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Stop the clock."""
        self._wall += time.perf_counter() - self._start

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Add scoring's share of the steps since the last record to the record."""
        if logs is None or not self._wall:
            return
        logs["scoring_share"] = (self._scorer.waited - self._waited) / self._wall
        self._wall, self._waited = 0.0, self._scorer.waited


def run_grpo(
    profile: Profile,
    data: Path,
    start: str | Path,
    folder: Path,
    pool: JudgePool,
    progress: Progress,
    callbacks: Sequence[TrainerCallback] = (),
) -> None:
    """Train from the model in `start` on the prompts in `data` (see `data.lessons`) into folder/model."""
    seed_everything(profile)
    tasks = {task.task_id: task for task in prompts(data)}
    scorer = Scorer(pool, tasks, limits_of(profile), profile.rewards)
    scorer.warm()
    model, tokenizer = load_to_train(start, profile.model)
    rows = [{"prompt": render(task, tokenizer), "task_id": name} for name, task in tasks.items()]
    rollouts = Rollouts(
        profile.grpo,
        {row["task_id"]: row for row in rows},
        scorer,
        profile.rewards,
        chooser(profile.grpo, list(tasks), profile.seed),
        folder / "completions.jsonl",
    )
    own = [Watch(rollouts, scorer), Journal(folder / "log.jsonl", progress)]
    order = in_order(profile, rows)
    trainer = grpo_trainer(profile, model, tokenizer, order, rollouts, [*own, *callbacks], folder)
    try:
        train(trainer, tokenizer, folder)
    finally:
        scorer.close()


def in_order(profile: Profile, rows: list[T]) -> list[T]:
    """Every prompt that training will see, in order: shuffled passes over `rows`."""
    settings = profile.grpo
    batches = math.ceil(settings.steps / (settings.minibatches * settings.iterations))
    groups = rows_per_step(settings) * settings.minibatches // settings.group
    return passes(rows, batches * groups, random.Random(f"{profile.seed}/grpo"))


def chooser(settings: Grpo, names: list[str], seed: int) -> Uniform:
    """What says which of the tasks come next."""
    if settings.sampling == "curriculum":
        return Curriculum(names, seed, settings.curriculum_floor)
    return Uniform(names, seed)
