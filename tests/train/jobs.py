"""Micro trainings in processes of their own: killed, resumed, or several at once.

    ACCELERATE_USE_CPU=true accelerate launch --multi_gpu --num_processes 2 -m tests.train.jobs DATA OUT

trains SFT, ORPO and GRPO, keeps the gradients of each update and process, and compares sharded ones.
"""

import multiprocessing
import os
import signal
import sys
from pathlib import Path
from typing import Any
from zlib import crc32

import torch
from tests.paths import MICRO
from tests.train.sharded import compare

from qspark.config import Profile, load_profile
from qspark.train import grpo
from qspark.train.common import Journal, use_threads
from qspark.train.grpo import run_grpo
from qspark.train.launch import leave_group
from qspark.train.orpo import run_orpo
from qspark.train.scoring import Scorer
from qspark.train.sft import run_sft
from qspark.verify.verdict import Verdict

TRAINERS = ("sft", "orpo", "grpo")


def profile(**changes: Any) -> Profile:
    """The micro profile that logs every step, with `changes` to all three trainers."""
    given = load_profile(str(MICRO))
    sections = {}
    for name in TRAINERS:
        section = getattr(given, name)
        values = {**section.model_dump(), "logging_steps": 1, "learning_rate": 1e-3, **changes}
        sections[name] = type(section).model_validate(values)
    return given.model_copy(update=sections)


class Dice(Scorer):
    """Verdicts that follow from the text alone, without a judge: a third pass, the rest come half way."""

    def _score(self, names: list[str], texts: list[str]) -> list[Any]:
        passed, failed = (
            Verdict(status="pass", stage="done", integrity="strong"),
            Verdict(status="fail", stage="check", checks_passed=1, checks_total=2),
        )
        draws = [crc32(text.encode()) % 3 for text in texts]
        return [self._scored(failed if draw else passed) for draw in draws]


def work(name: str, settings: Profile, data: Path, start: Path, out: Path, kill: str = "") -> None:
    """Run one trainer; `kill` is a step, or "save 4": dead before checkpoint 4 is marked as whole."""
    use_threads(1)
    grpo.Scorer = Dice  # type: ignore[misc]
    saving = kill.startswith("save")

    def progress(_: str, step: int, __: int) -> None:
        if kill == str(step):
            os.kill(os.getpid(), signal.SIGKILL)

    marked = Journal.on_save

    def on_save(self: Journal, args: Any, state: Any, control: Any, **others: Any) -> None:
        if saving and state.global_step == int(kill.split()[1]):
            os.kill(os.getpid(), signal.SIGKILL)
        marked(self, args, state, control, **others)

    Journal.on_save = on_save  # type: ignore[method-assign]
    if name == "sft":
        run_sft(settings, data, out, progress)
    elif name == "orpo":
        run_orpo(settings, data, start, out, progress)
    else:
        run_grpo(settings, data, start, out, None, progress)  # type: ignore[arg-type]


def keep_gradients(folder: Path) -> None:
    """From here on each update's gradients of this process are written into the folder."""
    folder.mkdir(parents=True, exist_ok=True)

    def on_pre_optimizer_step(self: Journal, args: Any, state: Any, *_: Any, **others: Any) -> None:
        found = {n: w.grad for n, w in others["model"].named_parameters() if w.grad is not None}
        rank = os.environ.get("RANK", "0")
        torch.save(found, folder / f"step-{state.global_step + 1}-of-{rank}.pt")

    Journal.on_pre_optimizer_step = on_pre_optimizer_step  # type: ignore[method-assign]


def together(data: Path, out: Path, batch: int) -> None:
    """SFT, then ORPO and GRPO from what it trained, `batch` rows per process and micro batch."""
    start = out / "sft" / "model"
    for name in TRAINERS:
        size = 2 * batch if name == "grpo" else batch
        settings = profile(steps=3, save_steps=2, batch_size=size, accumulation=2)
        keep_gradients(out / name / "gradients")
        work(name, settings, data, start, out / name)


_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.train.jobs"])


def in_child(target: Any, *arguments: Any) -> int:
    """The exit code of a process that ran `target`; it is forked from one that has imported torch."""
    process = _CONTEXT.Process(target=target, args=arguments)
    process.start()
    process.join(120)
    assert process.exitcode is not None
    return process.exitcode


if __name__ == "__main__":
    together(Path(sys.argv[1]), Path(sys.argv[2]), batch=2)
    compare(Path(sys.argv[2]) / "sharded.jsonl")
    leave_group()
