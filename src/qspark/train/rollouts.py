"""Rollouts: one batch of answers on its way from prompts to advantages.

    choose ─► (generate: written) ─► submit ─┬──────────────────────────────┬─► reward ─► advantages
                                             └─► wanting ─► fresh ─► offer ─┘
                                                 groups that teach nothing are replaced

TRL calls this from a few places of its trainer (`trl_compat`). All lists are of this process, the
answers of one prompt next to each other. Every batch is written to completions.jsonl, with its verdicts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import PartialState
from accelerate.utils import gather_object
from torch import Tensor

from qspark.config import Grpo, Rewards
from qspark.runs import append_jsonl, read_jsonl, write_jsonl
from qspark.train import advantages
from qspark.train.curriculum import Chooser, PassRates
from qspark.train.rewards import highest, maximum
from qspark.train.scoring import Pending, Scored, Scorer, row_of

Row = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What the model said to a task: its text, and how long it is in tokens."""

    task_id: str
    text: str
    length: int


class Rollouts:
    """`prompts` are the rows that TRL trains on, by task id; answers are logged to `path`.

    `choose` says which prompts come next. A `Rollouts` holds one batch at a time.
    """

    def __init__(
        self,
        settings: Grpo,
        prompts: dict[str, Row],
        scorer: Scorer,
        rewards: Rewards,
        chooser: Chooser,
        path: Path,
    ):
        self.rates = PassRates()
        self._settings, self._prompts, self._scorer = settings, prompts, scorer
        self._rewards, self._chooser, self._path = rewards, chooser, path
        self._state = PartialState()
        self._answers: list[Answer] = []
        self._scored: list[Scored] = []
        self._pending: Pending | None = None
        self._rejected: list[tuple[Answer, Scored]] = []
        self._metrics: dict[str, float] = {}
        self._step = self._spare = self._draws = 0

    def resume(self, step: int) -> None:
        """Forget what was logged after `step`, and learn the pass rates from the rest."""
        kept = [row for row in read_jsonl(self._path) if row["step"] <= step]
        if self._state.is_main_process:
            write_jsonl(self._path, kept)
        self.rates = PassRates()
        self.rates.add(kept)

    def choose(self, rows: list[Row], step: int) -> list[Row]:
        """The rows to generate for, of which the first update is `step`: TRL's, or the curriculum's."""
        self._step, self._draws = step, 0
        self._spare = self._settings.dynamic_budget
        self._rejected, self._scored = [], []
        if self._settings.sampling == "uniform":
            return rows
        return self._draw(len(rows) // self._settings.group, avoid=set())

    def written(self, row: Row, text: str) -> None:
        """Start judging one answer to a row, before the others are written."""
        self._scorer.early(row["task_id"], text)

    def submit(self, rows: Sequence[Row], texts: Sequence[str], ids: Sequence[list[int]]) -> None:
        """Start judging the answers (texts and token ids) to the rows."""
        self._answers = _answers(rows, texts, ids)
        self._pending = self._judge(self._answers)

    def wanting(self) -> int:
        """How many groups each process makes next to replace those that teach nothing; 0 ends it."""
        if not self._settings.dynamic_budget:
            return 0
        self._settle()
        mine = min(sum(self._silent(self._answers, self._scored)), self._spare)
        return max(gather_object([mine]))

    def fresh(self, count: int) -> list[Row]:
        """Rows of `count` new groups, paid from the budget."""
        self._spare -= count
        tried = self._answers + [answer for answer, _ in self._rejected]
        return self._draw(count, avoid={answer.task_id for answer in tried})

    def offer(
        self, rows: Sequence[Row], texts: Sequence[str], ids: Sequence[list[int]]
    ) -> list[tuple[int, int]]:
        """Put new groups that teach something in place of old ones that do not.

        Returns (place in the batch, place in `rows`) of each answer that was put in.
        """
        size = self._settings.group
        answers = _answers(rows, texts, ids)
        scored = self._scorer.collect(self._judge(answers))
        useful = [i for i, mute in enumerate(self._silent(answers, scored)) if not mute]
        mute = [i for i, mute in enumerate(self._silent(self._answers, self._scored)) if mute]
        swapped = list(zip(mute, useful, strict=False))
        used = {new for _, new in swapped}
        for i, pair in enumerate(zip(answers, scored, strict=True)):
            if i // size not in used:
                self._rejected.append(pair)
        places = [(old * size + k, new * size + k) for old, new in swapped for k in range(size)]
        for old, new in places:
            self._rejected.append((self._answers[old], self._scored[old]))
            self._answers[old], self._scored[old] = answers[new], scored[new]
        self._metrics["groups_replaced"] += len(swapped)
        return places

    def reward(self, log_metric: Any, **_: Any) -> list[float | None]:
        """TRL's reward function: what the batch in hand earned, None where the sandbox failed."""
        self._settle()
        for name, value in self._metrics.items():
            log_metric(name, value)
        return [scored.reward for scored in self._scored]

    def advantages(self) -> Tensor:
        """Float32 [answers] of the batch in hand, which is logged and over with that."""
        self._settle()
        values = self._combined(self._answers, self._scored)
        if self._settings.normalise == "component":
            values = self._whitened(values)
        batch = zip(self._answers, self._scored, values.tolist(), strict=True)
        rows = [row_of(self._step, a.task_id, a.text, s, value) for a, s, value in batch]
        rows += [row_of(self._step, a.task_id, a.text, s, None) for a, s in self._rejected]
        rows = gather_object(rows)
        self.rates.add(rows)
        if self._state.is_main_process:
            append_jsonl(self._path, rows)
        return values.float()

    def _judge(self, answers: list[Answer]) -> Pending:
        return self._scorer.submit([a.task_id for a in answers], [a.text for a in answers])

    def _settle(self) -> None:
        """Wait for the verdicts of the batch, and take its figures as the model made it."""
        if self._pending is not None:
            self._scored = self._scorer.collect(self._pending)
            self._pending = None
            self._metrics = self._figures()

    def _figures(self) -> dict[str, float]:
        size = self._settings.group
        scored, count = self._scored, len(self._scored)
        groups = [scored[i : i + size] for i in range(0, count, size)]
        rewards = [{s.reward for s in group if s.reward is not None} for group in groups]
        return {
            "pass_rate": sum(s.passed for s in scored) / count,
            "uniform_share": sum(len(values) < 2 for values in rewards) / len(groups),
            "all_wrong_share": sum(not any(s.passed for s in g) for g in groups) / len(groups),
            "all_right_share": sum(all(s.passed for s in g) for g in groups) / len(groups),
            "groups_replaced": 0.0,
            "completion_length": sum(a.length for a in self._answers) / count,
            "infra": float(sum(s.verdict.status == "infra" for s in scored)),
        }

    def _draw(self, count: int, avoid: set[str]) -> list[Row]:
        """Rows of `count` groups for this process; all processes draw together, none a group twice."""
        rank, world = self._state.process_index, self._state.num_processes
        avoid = set(gather_object(sorted(avoid)))
        draw = f"{self._step}/{self._draws}"
        names = self._chooser(self.rates, draw, count * world, avoid)
        self._draws += 1
        mine = names[rank * count : (rank + 1) * count]
        return [dict(self._prompts[name]) for name in mine for _ in range(self._settings.group)]

    def _silent(self, answers: list[Answer], scored: list[Scored]) -> list[bool]:
        """Which groups would move nothing."""
        return advantages.silent(self._combined(answers, scored), self._settings.group)

    def _combined(self, answers: list[Answer], scored: list[Scored]) -> Tensor:
        """Advantages of whole groups, float64 [answers]: of the total, or the weighted sum by component."""
        if self._settings.normalise == "total":
            totals = _column([s.reward for s in scored])
            return self._formula(totals, answers, scored, maximum(self._rewards))
        values = torch.zeros(len(scored), dtype=torch.float64)
        most = highest(self._rewards.preset)
        for name, weight in self._rewards.weighed.items():
            column = _column([s.components[name] if s.components else None for s in scored])
            values += weight * self._formula(column, answers, scored, most[name])
        return values

    def _formula(
        self, rewards: Tensor, answers: list[Answer], scored: list[Scored], most: float
    ) -> Tensor:
        settings = self._settings
        match settings.advantage:
            case "grpo":
                return advantages.grpo(rewards, settings.group)
            case "dr_grpo":
                return advantages.dr_grpo(rewards, settings.group)
            case "dapo":
                lengths = torch.tensor([answer.length for answer in answers])
                limit, cache = settings.max_completion_length, settings.overlong_tokens
                return advantages.dapo(rewards, settings.group, lengths, limit, cache)
            case "ngrpo":
                return advantages.ngrpo(rewards, settings.group, most)
            case "lead":
                known = [None if s.reward is None else float(s.passed) for s in scored]
                return advantages.lead(rewards, settings.group, _column(known))

    def _whitened(self, values: Tensor) -> Tensor:
        """Normalised over the answers of all processes."""
        count, start = len(values), self._state.process_index * len(values)
        everyone = torch.tensor(gather_object(values.tolist()), dtype=torch.float64)
        known = torch.tensor(gather_object([s.reward is not None for s in self._scored]))
        return advantages.whiten(everyone, known)[start : start + count]


def _answers(rows: Sequence[Row], texts: Sequence[str], ids: Sequence[list[int]]) -> list[Answer]:
    return [Answer(r["task_id"], t, len(i)) for r, t, i in zip(rows, texts, ids, strict=True)]


def _column(values: Sequence[float | None]) -> Tensor:
    """Float64 [answers], NaN for None."""
    known = [float("nan") if value is None else value for value in values]
    return torch.tensor(known, dtype=torch.float64)
