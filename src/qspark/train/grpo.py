"""GRPO (arXiv 2402.03300) with rewards by execution: TRL's trainer, our judge.

Each step samples a group of completions per prompt, judges all of them in the sandbox, and moves the model
towards those that did better than their group.
"""

from pathlib import Path
from typing import Any

from qspark.config import Profile
from qspark.data.tiny.build import limits_of, load_tasks
from qspark.tasks.prompts import render
from qspark.train.common import Journal, Progress, seed_everything, train
from qspark.train.models import load_to_train
from qspark.train.rewards import reward
from qspark.train.trl_compat import grpo_trainer
from qspark.verify.judge import job_for
from qspark.verify.pool import JudgePool


def run_grpo(
    profile: Profile, data: Path, start: Path, folder: Path, pool: JudgePool, progress: Progress
) -> None:
    """Train from the model in `start` on the RL tasks in `data` into folder/model."""
    seed_everything(profile)
    model, tokenizer = load_to_train(start, profile.model)
    tasks = {task.task_id: task for task in load_tasks(data / "rl.jsonl")}
    rows = [{"prompt": render(task, tokenizer), "task_id": name} for name, task in tasks.items()]
    limits = limits_of(profile)

    def execution(
        prompts: list[str],
        completions: list[str],
        completion_ids: list[list[int]],
        task_id: list[str],
        log_metric: Any,
        **_: Any,
    ) -> list[float | None]:
        """Rewards of a batch, judged in the sandbox; None where the sandbox itself failed."""
        jobs = [
            job_for(tasks[name], text, limits, strong_only=True)
            for name, text in zip(task_id, completions, strict=True)
        ]
        verdicts = pool.judge(jobs)
        size = profile.grpo.group
        groups = [verdicts[i : i + size] for i in range(0, len(verdicts), size)]
        none_passed = [not any(v.passed for v in group) for group in groups]
        log_metric("pass_rate", sum(v.passed for v in verdicts) / len(verdicts))
        log_metric("all_wrong_share", sum(none_passed) / len(groups))
        log_metric("completion_length", sum(map(len, completion_ids)) / len(completion_ids))
        log_metric("infra", sum(v.status == "infra" for v in verdicts))
        return [reward(verdict) for verdict in verdicts]

    journal = Journal(folder / "log.jsonl", progress)
    trainer = grpo_trainer(profile, model, tokenizer, rows, execution, journal, folder)
    train(trainer, tokenizer, folder)
