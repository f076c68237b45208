"""Scoring: the judge's pool works on answers while the trainer goes on with its own work.

An answer can be handed in as soon as it is written, while the model still writes the longer ones.
"""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from qspark.config import Rewards
from qspark.tasks.task import Task
from qspark.train.rewards import components, judged, reward_job, total
from qspark.verify.judge import Job, Limits
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

_THREADS = 64  # they wait for the pool, which decides how many programs run at once


@dataclass(frozen=True)
class Scored:
    """An answer's verdict, and what it is worth: both None where the sandbox failed (`infra`)."""

    verdict: Verdict
    components: dict[str, float] | None
    reward: float | None

    @property
    def passed(self) -> bool:
        """Whether the answer did what was asked."""
        return self.verdict.passed


Pending = list[tuple[Future[list[Scored]], int]]


class Scorer:
    """Judges answers to `tasks` in threads of its own; `rewards` says what a verdict is worth.

    `waited` is for how many wall seconds anyone stood still for a verdict.
    """

    def __init__(
        self, pool: JudgePool, tasks: dict[str, Task], limits: Limits, rewards: Rewards
    ) -> None:
        self.waited = 0.0
        self._pool, self._tasks, self._limits, self._rewards = pool, tasks, limits, rewards
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="scoring")
        self._early: dict[tuple[str, str], Future[list[Scored]]] = {}

    def warm(self) -> None:
        """Start the pool's servers meanwhile, so that the first answers need not wait for them."""
        self._threads.submit(self._warm)

    def early(self, name: str, text: str) -> None:
        """Start judging one answer while others of its batch are still being written."""
        if (name, text) not in self._early:
            self._early[name, text] = self._threads.submit(self._score, [name], [text])

    def submit(self, names: Sequence[str], texts: Sequence[str]) -> Pending:
        """Start judging what is left of a batch, one answer per task name, and come back at once."""
        keys = list(zip(names, texts, strict=True))
        rest = list(dict.fromkeys(key for key in keys if key not in self._early))
        at = {key: (future, 0) for key, future in self._early.items()}
        if rest:
            future = self._threads.submit(self._score, *map(list, zip(*rest, strict=True)))
            at |= {key: (future, place) for place, key in enumerate(rest)}
        self._early = {}
        return [at[key] for key in keys]

    def collect(self, pending: Pending) -> list[Scored]:
        """The scores in the order of the answers. Raises what judging raised, SandboxError for one."""
        start = time.perf_counter()
        try:
            return [future.result()[place] for future, place in pending]
        finally:
            self.waited += time.perf_counter() - start

    def close(self) -> None:
        """End the threads when what they have in hand is done. The pool stays open."""
        self._threads.shutdown(cancel_futures=True)

    def _warm(self) -> None:
        programs = [
            f"# {time.time_ns()} {n}\ndef f():\n    pass\n" for n in range(self._pool.workers)
        ]
        test = "def check(candidate):\n    candidate()\n"
        jobs = [Job(program, test, "f", self._limits, trusted=True) for program in programs]
        self._pool.judge(jobs)

    def _score(self, names: list[str], texts: list[str]) -> list[Scored]:
        jobs = [
            reward_job(self._tasks[name], text, self._limits)
            for name, text in zip(names, texts, strict=True)
        ]
        verdicts = self._pool.judge(jobs)
        return [self._scored(judged(*pair)) for pair in zip(jobs, verdicts, strict=True)]

    def _scored(self, verdict: Verdict) -> Scored:
        found = components(verdict, self._rewards.preset)
        return Scored(verdict, found, total(found, self._rewards.weighed) if found else None)


def row_of(
    step: int, task_id: str, text: str, scored: Scored, advantage: float | None
) -> dict[str, Any]:
    """A row of completions.jsonl. An advantage of None: its group was replaced before the update."""
    verdict = scored.verdict
    return {
        "step": step,
        "task_id": task_id,
        "text": text,
        "reward": scored.reward,
        "components": scored.components,
        "status": verdict.status,
        "stage": verdict.stage,
        "category": verdict.category,
        "advantage": advantage,
    }
