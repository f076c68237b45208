"""What every trainer shares: explicit arguments, rows, the log, and checkpoints that survive a kill."""

import os
import random
import shutil
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import torch
from accelerate import PartialState
from torch import Tensor
from transformers import (
    PreTrainedTokenizerBase,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
    set_seed,
)
from transformers.utils.logging import disable_progress_bar, set_verbosity_error

from qspark.config import Profile
from qspark.config_stages import Optimise
from qspark.errors import QSparkError
from qspark.runs import append_jsonl, read_jsonl, write_jsonl, write_text
from qspark.train.logprobs import IGNORE
from qspark.train.trackers import last, tracking

_COMPLETE = "complete"

Progress = Callable[[str, int, int], None]
T = TypeVar("T")


def use_threads(count: int) -> None:
    """Set the number of threads of torch; the default on a loaded small machine is many times slower."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    torch.set_num_threads(count)
    disable_progress_bar()
    set_verbosity_error()


def arguments(profile: Profile, section: Optimise, folder: Path) -> dict[str, Any]:
    """The `TrainingArguments` that all trainers share, each default that matters written out."""
    on_gpu = torch.cuda.is_available()
    return {
        "output_dir": str(folder / "checkpoints"),
        "max_steps": section.steps,
        "per_device_train_batch_size": section.batch_size,
        "gradient_accumulation_steps": section.accumulation,
        "learning_rate": section.learning_rate,
        "lr_scheduler_type": section.schedule,
        "warmup_steps": section.warmup_steps,
        "weight_decay": section.weight_decay,
        "adam_beta2": section.beta2,
        "max_grad_norm": section.max_grad_norm,
        "optim": _optimizer(section),
        "bf16": profile.model.dtype == "bfloat16",
        "fp16": False,
        "activation_checkpointing": section.gradient_checkpointing,
        # TRL turns this on by default; transformers 5.23 reads the name above.
        "gradient_checkpointing": None,
        "use_cpu": not on_gpu,
        "dataloader_pin_memory": on_gpu,
        "dataloader_num_workers": 0,
        "seed": profile.seed,
        "data_seed": profile.seed,
        "save_strategy": "steps",
        "save_steps": section.save_steps,
        "save_total_limit": 2,
        "logging_steps": section.logging_steps,
        "logging_nan_inf_filter": False,
        **tracking(profile.log, f"{profile.name}/{folder.name}", folder),
        "disable_tqdm": True,
        "push_to_hub": False,
        "remove_unused_columns": False,
        "average_tokens_across_devices": True,
        # Every weight takes part in every step, so DDP need not look for those that do not.
        "ddp_find_unused_parameters": False,
    }


def _optimizer(section: Optimise) -> str:
    """The name that transformers has for the optimizer."""
    if section.optimizer == "adamw":
        return "adamw_torch"
    if not torch.cuda.is_available() or find_spec("bitsandbytes") is None:
        raise QSparkError(
            'optimizer = "adamw_8bit" needs a CUDA GPU and bitsandbytes (pip install bitsandbytes): '
            'set it to "adamw"'
        )
    return "adamw_8bit"


def rows_per_step(section: Optimise) -> int:
    """How many rows one update sees, over all processes."""
    return section.batch_size * section.accumulation * int(os.environ.get("WORLD_SIZE", 1))


def passes(rows: Sequence[T], count: int, rng: random.Random) -> list[T]:
    """`count` rows in shuffled passes over all of them; none if there are no rows.

    A trainer that walks through them in order has whole batches only, and the same global batches with
    any number of processes.
    """
    order: list[T] = []
    while rows and len(order) < count:
        order += rng.sample(rows, min(len(rows), count - len(order)))
    return order


def encode_row(
    tokenizer: PreTrainedTokenizerBase, prompt: str, answer: str, max_length: int
) -> dict[str, list[int]] | None:
    """Token ids and labels of a prompt and its answer with the end token; None if it is too long.

    Labels hold IGNORE on the prompt. Prompt and answer are tokenized apart, as generation sees them.
    """
    head = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    tail = tokenizer(answer, add_special_tokens=False)["input_ids"] + [tokenizer.eos_token_id]
    if len(head) + len(tail) > max_length:
        return None
    return {"input_ids": head + tail, "labels": [IGNORE] * len(head) + tail}


def pad_rows(rows: Sequence[dict[str, list[int]]], pad: int) -> dict[str, Tensor]:
    """Right-padded `input_ids`, `attention_mask` and `labels`, each int64 [rows, longest]."""
    longest = max(len(row["input_ids"]) for row in rows)
    ids = torch.full((len(rows), longest), pad)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    labels = torch.full((len(rows), longest), IGNORE)
    for i, row in enumerate(rows):
        size = len(row["input_ids"])
        ids[i, :size] = torch.tensor(row["input_ids"])
        mask[i, :size] = 1
        labels[i, :size] = torch.tensor(row["labels"])
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


class Journal(TrainerCallback):
    """Writes each log record as a row of log.jsonl, and marks each checkpoint that is wholly written.

    Of several processes the first one writes.
    """

    def __init__(self, path: Path, progress: Progress):
        self.path = path
        self.progress = progress

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Drop the rows of steps that will be done again after a kill."""
        if not state.is_world_process_zero:
            return
        kept = [row for row in read_jsonl(self.path) if row["step"] <= state.global_step]
        write_jsonl(self.path, kept)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Report the steps that are done."""
        if state.is_world_process_zero:
            self.progress("train", state.global_step, state.max_steps)

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Append one row; the closing record of run times is not a step's."""
        if state.is_world_process_zero and logs and "train_runtime" not in logs:
            append_jsonl(self.path, [{"step": state.global_step, **logs}])

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """The Trainer writes a checkpoint file by file; the mark says that all processes did."""
        PartialState().wait_for_everyone()
        if state.is_world_process_zero:
            write_text(
                Path(args.output_dir or ".") / f"checkpoint-{state.global_step}" / _COMPLETE, ""
            )


def last_checkpoint(folder: Path) -> Path | None:
    """The newest checkpoint that is wholly written; what a kill left half-written is removed."""
    found = []
    for path in folder.glob("checkpoint-*"):
        if (path / _COMPLETE).exists():
            found.append((int(path.name.removeprefix("checkpoint-")), path))
        else:
            shutil.rmtree(path)
    return max(found)[1] if found else None


def train(trainer: Trainer, tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Train to the end, from the newest checkpoint if there is one, and save into folder/model.

    Where held-out tasks chose a best checkpoint (folder/best, see `heldout`), that is what is saved.
    All processes take part; the first one writes the model.
    """
    trainer.remove_callback(PrinterCallback)
    last(trainer)
    with trainer.accelerator.main_process_first():
        checkpoint = last_checkpoint(folder / "checkpoints")
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if trainer.is_fsdp_enabled:
        trainer.accelerator.state.fsdp_plugin.set_state_dict_type("FULL_STATE_DICT")  # type: ignore[union-attr]

    best = folder / "best"
    chosen = best.is_dir()

    def write(beside: Path) -> None:
        if not chosen:
            trainer.save_model(str(beside))
            (beside / "training_args.bin").unlink(missing_ok=True)
        elif trainer.accelerator.is_main_process:
            shutil.copytree(best, beside)

    _place(folder / "model", tokenizer, write)
    if trainer.accelerator.is_main_process:
        shutil.rmtree(folder / "checkpoints", ignore_errors=True)
        shutil.rmtree(best, ignore_errors=True)
    trainer.accelerator.wait_for_everyone()


def save(model: Any, tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Save a model and its tokenizer as a folder that appears whole or not at all."""
    _place(folder, tokenizer, model.save_pretrained)


def _place(folder: Path, tokenizer: PreTrainedTokenizerBase, write: Callable[[Path], None]) -> None:
    beside = folder.with_name(f".{folder.name}.tmp")
    state = PartialState()
    if state.is_main_process:
        shutil.rmtree(beside, ignore_errors=True)
    state.wait_for_everyone()
    write(beside)
    if state.is_main_process:
        tokenizer.save_pretrained(beside)
        shutil.rmtree(folder, ignore_errors=True)
        beside.replace(folder)


def seed_everything(profile: Profile) -> None:
    """Seed Python, numpy and torch."""
    set_seed(profile.seed)
