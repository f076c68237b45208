"""The cases of `gpu_step.py`: the four trainers that take steps with a model of random weights."""

import argparse
import random
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import gpu_inputs
import torch
from datasets import Dataset
from gpu_inputs import SHAPES
from gpu_meter import Memory, Meter
from transformers import TrainingArguments

from qspark.config import Grpo, Orpo, Profile, load_profile
from qspark.data.tiny.build import limits_of
from qspark.data.tiny.draft import Draft
from qspark.train.common import arguments, pad_rows, seed_everything, use_threads
from qspark.train.curriculum import Uniform
from qspark.train.estimate import GIB, plan, update_flops
from qspark.train.logprobs import score_answers
from qspark.train.models import with_lora
from qspark.train.orpo import OrpoTrainer
from qspark.train.rollouts import Rollouts
from qspark.train.scoring import Pending, Scorer
from qspark.train.trl_compat import grpo_trainer
from qspark.verify.pool import JudgePool

PROFILE = "h200-32b"


class Standing(Scorer):
    """Judges what stands for the answers of random weights, which are no programs.

    In turn the task's own reference and a wrong answer, each with a comment of its own, so that every
    answer is judged and none remembered. All are handed in when the last one is written, as happens when
    all are of the same length.
    """

    drafts: dict[str, Draft]
    judged = 0

    def early(self, name: str, text: str) -> None:
        """Nothing: see above."""

    def submit(self, names: Sequence[str], texts: Sequence[str]) -> Pending:
        """Start judging one program per name."""
        return super().submit(names, [self._program(name) for name in names])

    def _program(self, name: str) -> str:
        self.judged += 1
        draft = self.drafts[name]
        wrong = [code for _, code in draft.wrong]
        right = self.judged % 2 or not wrong
        code = draft.task.canonical_solution if right else random.choice(wrong)
        return f"{code}\n# {self.judged}\n"


def measure(case: str, given: argparse.Namespace) -> dict[str, Any]:
    """Memory, time and speed of one case; `given` are the options of gpu_step.py."""
    profile = _profile(given)
    use_threads(profile.threads)
    seed_everything(profile)
    memory = Memory()
    with (
        tempfile.TemporaryDirectory() as folder,
        JudgePool(given.workers, None, given.isolation) as pool,
    ):
        before = memory.now()
        model = gpu_inputs.model(given)
        bare = memory.now()
        model = with_lora(model, profile.model)
        sizes = {"weights": bare - before, "adapter": memory.now() - bare}
        decoder = model.get_base_model().get_decoder()  # type: ignore[operator]
        if case.endswith("orpo"):
            meter = Meter(memory)
            make = _orpo if case == "orpo" else _trl_orpo
            trainer = make(profile, model, given, Path(folder))
        else:
            drafts = gpu_inputs.drafts(given.answers // given.group)
            tasks = {name: draft.task for name, draft in drafts.items()}
            scorer = Standing(pool, tasks, limits_of(profile), profile.rewards)
            scorer.drafts = drafts
            # Starts the judges, and says in the first place why they do not start.
            scorer.collect(scorer.submit(list(tasks), [""] * len(tasks)))
            meter = Meter(memory, lambda: scorer.waited)
            make = _grpo if case == "grpo" else _trl_grpo
            trainer = make(profile, model, given, Path(folder), scorer)
            meter.watch_generation(trainer)
        meter.watch(decoder)
        trainer.add_callback(meter)
        trainer.train()
        if case.endswith("grpo"):
            scorer.close()
    return _result(case, profile, given, sizes | meter.sizes, memory.highest(), meter.seconds)


def _profile(given: argparse.Namespace) -> Profile:
    """The profile in the sizes that are asked for; evaluation and resampling are off."""
    profile = load_profile(PROFILE)
    shared = {
        "steps": given.steps, "logging_steps": 1, "save_steps": 1000, "warmup_steps": 0,
        "eval_steps": 0, "patience": 0,
    }  # fmt: skip
    orpo = {"batch_size": given.batch, "accumulation": 1, "max_length": given.length}
    grpo = {
        "batch_size": given.micro, "accumulation": given.answers // given.micro,
        "group": given.group, "max_completion_length": given.completion,
        "dynamic_budget": 0, "sampling": "uniform",
    }  # fmt: skip
    return profile.model_copy(
        update={
            "orpo": Orpo.model_validate(profile.orpo.model_dump() | shared | orpo),
            "grpo": Grpo.model_validate(profile.grpo.model_dump() | shared | grpo),
        }
    )


def _settings(profile: Profile, section: Any, folder: Path) -> dict[str, Any]:
    return arguments(profile, section, folder) | {"save_strategy": "no", "report_to": "none"}


def _orpo(profile: Profile, model: Any, given: argparse.Namespace, folder: Path) -> Any:
    score_answers(model)
    return OrpoTrainer(
        model=model,
        args=TrainingArguments(**_settings(profile, profile.orpo, folder)),
        train_dataset=gpu_inputs.pairs(given),  # type: ignore[arg-type]
        data_collator=lambda rows: pad_rows(
            [row["chosen"] for row in rows] + [row["rejected"] for row in rows], 0
        ),
        weight=profile.orpo.weight,
    )


def _trl_orpo(profile: Profile, model: Any, given: argparse.Namespace, folder: Path) -> Any:
    """TRL's trainer, given the same tokens: it is made with a row of text, which is then replaced."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from trl.experimental.orpo import ORPOConfig, ORPOTrainer

    trainer = ORPOTrainer(
        model=model,
        args=ORPOConfig(
            **_settings(profile, profile.orpo, folder),
            beta=profile.orpo.weight,
            max_length=given.length,
            padding_value=0,
        ),
        train_dataset=Dataset.from_list([{"prompt": "t2", "chosen": "t3", "rejected": "t4"}]),
        processing_class=gpu_inputs.words(SHAPES[given.shape][0].vocabulary),
    )

    def collate(rows: list[Any]) -> dict[str, Any]:
        return {
            f"{side}_{key}": value
            for side in ("chosen", "rejected")
            for key, value in pad_rows([row[side] for row in rows], 0).items()
        }

    trainer.train_dataset = gpu_inputs.pairs(given)  # type: ignore[assignment]
    trainer.data_collator = collate
    return trainer


def _grpo(
    profile: Profile, model: Any, given: argparse.Namespace, folder: Path, scorer: Standing
) -> Any:
    rows = gpu_inputs.prompts(given, list(scorer.drafts))
    rollouts = Rollouts(
        profile.grpo,
        {row["task_id"]: row for row in rows},
        scorer,
        profile.rewards,
        Uniform(list(scorer.drafts), 0),
        folder / "completions.jsonl",
    )
    words = gpu_inputs.words(SHAPES[given.shape][0].vocabulary)
    return grpo_trainer(profile, model, words, rows, rollouts, [], folder)


def _trl_grpo(
    profile: Profile, model: Any, given: argparse.Namespace, folder: Path, scorer: Standing
) -> Any:
    """TRL's trainer with its own settings but for shapes, and the judge as a plain reward function."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from trl import GRPOConfig, GRPOTrainer  # type: ignore[attr-defined]

    def reward(completions: list[str], task_id: list[str], **_: Any) -> list[float | None]:
        return [scored.reward for scored in scorer.collect(scorer.submit(task_id, completions))]

    return GRPOTrainer(
        model=model,
        reward_funcs=reward,
        args=GRPOConfig(
            **_settings(profile, profile.grpo, folder),
            num_generations=given.group,
            max_completion_length=given.completion,
        ),
        train_dataset=Dataset.from_list(gpu_inputs.prompts(given, list(scorer.drafts))),
        processing_class=gpu_inputs.words(SHAPES[given.shape][0].vocabulary),
    )


def _result(
    case: str,
    profile: Profile,
    given: argparse.Namespace,
    sizes: dict[str, int],
    highest: int,
    steps: list[dict[str, float]],
) -> dict[str, Any]:
    """The row of a case: the median over the steps after the first, which makes everything anew."""
    stage, on_gpu = ("grpo" if case.endswith("grpo") else "orpo"), torch.cuda.is_available()
    took = {name: median(step[name] for step in steps[1:]) for name in steps[0]}
    update = took["step"] - took["generation"] - took["scoring"]
    length = given.prompt + given.completion if stage == "grpo" else given.length
    tokens = length * (given.answers if stage == "grpo" else 2 * given.batch)
    work = replace(plan(profile, stage, gpu_inputs.shape(given)), length=length)
    once = replace(work, checkpointing=False)
    peak = profile.device.tflops * 1e12 if profile.device and on_gpu else None
    return {
        "case": case,
        "seconds": took["step"],
        "split": {name: took[name] for name in ("generation", "scoring")} | {"update": update},
        "tokens": tokens,
        "tokens_per_second": tokens / took["step"],
        "update_tokens_per_second": tokens / update,
        "generated_per_second": given.answers * given.completion / took["generation"]
        if stage == "grpo"
        else None,
        "share_of_peak": peak and update_flops(work) * tokens / update / peak,
        "share_without_recomputation": peak and update_flops(once) * tokens / update / peak,
        "memory_gib": {name: size / GIB for name, size in sizes.items()},
        "peak_gib": highest / GIB,
    }
