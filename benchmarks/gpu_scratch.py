"""How much Qiskit a dataset alone teaches: a small model of random weights, trained and asked on one GPU.

    python benchmarks/gpu_scratch.py --data datasets/full --suite qiskit_humaneval_dev.json --out DIR

Trains the profile scratch-150m by SFT, then ORPO, into RUN/sft/model and RUN/orpo/model (`--run`; `qspark
train grpo --start` goes on from either). After each stage the model answers every `--suite`, and the
dataset's own test split, greedily into DIR/STAGE-SUITE.jsonl. Nothing is judged, so Qiskit is not needed:
`qspark judge DIR/orpo-NAME.jsonl --suite NAME.json` does that anywhere. DIR/gpu_scratch.json has the losses
and times.

A few steps are timed first, and both stages are shortened, schedule and all, to end within `--minutes`.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import torch
from transformers import TrainerCallback

from qspark.config import Profile, load_profile
from qspark.errors import QSparkError
from qspark.evaluate.measure import greedy
from qspark.runs import read_jsonl, write_json, write_jsonl
from qspark.stage import training_here
from qspark.tasks.suites import Suite, load_suite
from qspark.train.models import load
from qspark.train.orpo import run_orpo
from qspark.train.sft import run_sft

STAGES = ("sft", "orpo")
# What part of the time each stage may take; the rest is for loading and for answers.
SHARES = {"sft": 0.55, "orpo": 0.15}
PROBE = 20


class Stamps(TrainerCallback):
    """When each step ended."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Note the time."""
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        self.times.append(time.perf_counter())


def shortened(profile: Profile, stage: str, steps: int) -> Profile:
    """The profile with at most so many steps of a stage, and one checkpoint, at its end."""
    section = getattr(profile, stage)
    steps = max(1, min(section.steps, steps))
    changes = {
        "steps": steps,
        "save_steps": steps,
        "logging_steps": min(10, steps),
        "eval_steps": 0,
        "patience": 0,
        "warmup_steps": min(section.warmup_steps, steps // 10),
    }
    return profile.model_copy(update={stage: section.model_copy(update=changes)})


def learn(profile: Profile, stage: str, data: Path, run: Path, *callbacks: TrainerCallback) -> None:
    """One stage of training, into run/stage/model."""

    def progress(_: str, done: int, total: int) -> None:
        if done % 50 == 0 or done == total:
            print(f"{stage}: {done} of {total} steps", flush=True)

    if stage == "sft":
        run_sft(profile, data, run / "sft", progress, callbacks)
    else:
        run_orpo(profile, data, run / "sft" / "model", run / "orpo", progress, callbacks)


def seconds_a_sequence(profile: Profile, data: Path) -> float:
    """What a sequence takes, from a few steps of SFT whose model is thrown away."""
    stamps, short = Stamps(), shortened(profile, "sft", PROBE)
    with tempfile.TemporaryDirectory() as folder:
        learn(short, "sft", data, Path(folder), stamps)
    late = stamps.times[len(stamps.times) // 2 :]
    step = median(after - before for before, after in pairwise(late))
    return step / (short.sft.batch_size * short.sft.accumulation)


def fitted(profile: Profile, seconds: float, a_sequence: float) -> Profile:
    """Both stages shortened to their shares of the time; ORPO's longer rows are taken to cost half more."""
    for stage, sequences in (("sft", 1.0), ("orpo", 3.0)):
        section = getattr(profile, stage)
        step = a_sequence * section.batch_size * section.accumulation * sequences
        profile = shortened(profile, stage, int(SHARES[stage] * seconds / step))
    return profile


def answer(profile: Profile, model: Path, suites: Sequence[Suite], out: Path, stage: str) -> None:
    """Greedy answers of a model to all suites, one file each."""
    found, tokenizer = load(model, profile.model)
    found.to("cuda" if torch.cuda.is_available() else "cpu").eval()  # type: ignore[arg-type]
    ask = greedy(profile.evaluate, profile.seed)
    for suite in suites:
        texts = ask(found, tokenizer, suite.tasks)
        rows = [
            {"task_id": task.task_id, "completion": text}
            for task, text in zip(suite.tasks, texts, strict=True)
        ]
        write_jsonl(out / f"{stage}-{suite.name}.jsonl", rows)
        print(f"{stage}: {len(rows)} answers to {suite.name}", flush=True)


def train_and_ask(given: argparse.Namespace) -> None:
    """Everything that the script does; raises QSparkError."""
    start = time.perf_counter()
    profile = load_profile(given.profile)
    if given.data is None and profile.dataset is None:
        raise QSparkError(f"the profile {profile.name} names no dataset: give one with --data")
    data = given.data or Path(profile.dataset.path)  # type: ignore[union-attr]
    suites = [load_suite(source) for source in (str(data), *given.suite)]
    found: dict[str, Any] = {
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU",
        "versions": {name: metadata.version(name) for name in ("torch", "transformers")},
        "data": str(data),
        "suites": {suite.name: suite.sha256 for suite in suites},
        "seconds": {},
    }
    given.out.mkdir(parents=True, exist_ok=True)
    with training_here(profile):
        a_sequence = seconds_a_sequence(profile, data)
        left = 60 * given.minutes - (time.perf_counter() - start)
        profile = fitted(profile, left, a_sequence)
        found["profile"] = profile.model_dump(mode="json")
        found["seconds"]["probe"] = time.perf_counter() - start
        for stage in STAGES:
            before = time.perf_counter()
            learn(profile, stage, data, given.run)
            trained = time.perf_counter()
            answer(profile, given.run / stage / "model", suites, given.out, stage)
            found["seconds"] |= {
                stage: trained - before,
                f"{stage} answers": time.perf_counter() - trained,
            }
            found[stage] = read_jsonl(given.run / stage / "log.jsonl")
            write_json(given.out / "gpu_scratch.json", found)
    print(", ".join(f"{name} {value:.0f} s" for name, value in found["seconds"].items()))


def main() -> None:
    """Read the command line; an error of the user's is one line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--profile", default="scratch-150m")
    parser.add_argument("--data", type=Path, help="a built dataset, in place of the profile's")
    parser.add_argument("--suite", action="append", default=[], help="a file of tasks; repeatable")
    parser.add_argument("--minutes", type=float, default=8, help="for everything")
    parser.add_argument("--run", type=Path, default=Path("runs/gpu-scratch"), help="models")
    parser.add_argument("--out", type=Path, default=Path("gpu_scratch"), help="answers, figures")
    try:
        train_and_ask(parser.parse_args())
    except QSparkError as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
