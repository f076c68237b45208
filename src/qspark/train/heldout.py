"""Held-out tasks during training: the best checkpoint by pass@1, early stop, a guard on general ability.

After a checkpoint is written, the model answers every watched task greedily and the answers are judged.
A row per set of tasks goes to heldout.jsonl: {step, set, passed, total, infra, pass_at_1}. The first set
chooses the best checkpoint, whose model is kept in folder/best; the others are reported beside it. The
model that training starts from is measured too, as step 0, but never chosen.

An evaluation follows its checkpoint, so a run that is killed in between makes it up when it goes on, and
no row is ever ahead of the newest checkpoint.
"""

import shutil
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from accelerate.utils import broadcast_object_list
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from qspark.config_stages import Optimise
from qspark.runs import append_jsonl, read_jsonl, write_jsonl
from qspark.tasks.task import Task
from qspark.train.files import model_files
from qspark.verify.judge import Limits, job_for
from qspark.verify.pool import JudgePool

# (model, tokenizer, tasks) to one greedy answer per task, in their order.
Answer = Callable[[Any, Any, Sequence[Task]], list[str]]


class HeldOut(TrainerCallback):
    """Watches named sets of tasks while a model is trained in `folder`; goes after the Journal.

    All processes answer (the weights of one may be shared out over them), the first one judges and
    writes. Infra verdicts count as not passed and are shown.
    """

    def __init__(
        self,
        settings: Optimise,
        sets: Mapping[str, Sequence[Task]],
        answer: Answer,
        pool: JudgePool,
        limits: Limits,
        folder: Path,
    ):
        self._settings, self._sets, self._answer = settings, sets, answer
        self._pool, self._limits, self._folder = pool, limits, folder
        self._new: dict[str, float] = {}

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What has been measured so far."""
        return read_jsonl(self._folder / "heldout.jsonl")

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Forget what will be done again after a kill; make up what the kill cut off."""
        done = [row for row in self.rows if row["step"] <= state.global_step]
        measured = {row["set"] for row in done if row["step"] == state.global_step}
        missing = self._due(state) and measured != set(self._sets)
        if missing:
            done = [row for row in done if row["step"] < state.global_step]
        if state.is_world_process_zero:
            write_jsonl(self._folder / "heldout.jsonl", done)
            if best_step(done, self._first) is None:
                shutil.rmtree(self._folder / "best", ignore_errors=True)
        if missing:
            self._evaluate(args, state, control, **kwargs)
        else:
            self._maybe_stop(control, broadcast_object_list([done])[0])

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Evaluate the checkpoint that was just written, if it is one of those to be evaluated."""
        if self._due(state):
            self._evaluate(args, state, control, **kwargs)

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Add the newest shares to the next record, for trackers and the screen."""
        if logs is not None and self._new:
            logs.update(self._new)
            self._new = {}

    def _due(self, state: TrainerState) -> bool:
        every = state.global_step % self._settings.eval_steps == 0
        return every or state.global_step >= state.max_steps

    @property
    def _first(self) -> str:
        return next(iter(self._sets))

    def _evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        model: Any = None,
        processing_class: Any = None,
        **_: Any,
    ) -> None:
        texts = _answers(model, processing_class, self._sets, self._answer, args)
        found: list[Any] = [None, None]
        if state.is_world_process_zero:
            known, rows = self.rows, self._judged(state.global_step, texts)
            if best_step(known + rows, self._first) == state.global_step:
                checkpoint = f"checkpoint-{state.global_step}"
                keep(Path(args.output_dir or ".") / checkpoint, self._folder / "best")
            append_jsonl(self._folder / "heldout.jsonl", rows)
            found = [known, rows]
        known, rows = broadcast_object_list(found)
        self._new = {f"{row['set']}_pass_at_1": row["pass_at_1"] for row in rows}
        self._maybe_stop(control, known + rows)

    def _judged(self, step: int, texts: Mapping[str, list[str]]) -> list[dict[str, Any]]:
        rows = []
        for name, tasks in self._sets.items():
            verdicts = self._pool.judge(
                [
                    job_for(task, text, self._limits, strong_only=True)
                    for task, text in zip(tasks, texts[name], strict=True)
                ]
            )
            passed = sum(verdict.passed for verdict in verdicts)
            rows.append(
                {
                    "step": step,
                    "set": name,
                    "passed": passed,
                    "total": len(tasks),
                    "infra": sum(verdict.status == "infra" for verdict in verdicts),
                    "pass_at_1": passed / len(tasks),
                }
            )
        return rows

    def _maybe_stop(self, control: TrainerControl, rows: Sequence[Mapping[str, Any]]) -> None:
        patience = self._settings.patience
        if patience and fruitless(rows, self._first) >= patience:
            control.should_training_stop = True


def best_step(rows: Sequence[Mapping[str, Any]], name: str) -> int | None:
    """The first step after the start at which a set's pass@1 was highest; None where there is none.

    While nothing passes, the newest step: it is not the worse for being no better.
    """
    shares = [(row["pass_at_1"], row["step"]) for row in rows if row["set"] == name and row["step"]]
    if not shares:
        return None
    most = max(share for share, _ in shares)
    steps = [step for share, step in shares if share == most]
    return min(steps) if most else max(steps)


def fruitless(rows: Sequence[Mapping[str, Any]], name: str) -> int:
    """How many evaluations of a set came after its best one."""
    best = best_step(rows, name)
    return sum(row["set"] == name and row["step"] > best for row in rows) if best else 0


def keep(checkpoint: Path, folder: Path) -> None:
    """Copy the model of a checkpoint to a folder that appears whole or not at all."""
    beside = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    for path in model_files(checkpoint):
        shutil.copy2(path, beside)
    shutil.rmtree(folder, ignore_errors=True)
    beside.replace(folder)


def _answers(
    model: Any,
    tokenizer: Any,
    sets: Mapping[str, Sequence[Task]],
    answer: Answer,
    args: TrainingArguments,
) -> dict[str, list[str]]:
    """Greedy answers, with the model, its settings and all random numbers left as they were."""
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    before = (model.training, model.generation_config, base.generation_config)
    device = next(model.parameters()).device
    model.eval()
    try:
        with (
            torch.random.fork_rng([device] if device.type == "cuda" else []),
            torch.autocast(device.type, torch.bfloat16, enabled=bool(args.bf16)),
            warnings.catch_warnings(),
        ):
            warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")
            return {name: answer(model, tokenizer, tasks) for name, tasks in sets.items()}
    finally:
        training, model.generation_config, base.generation_config = before
        model.train(training)
