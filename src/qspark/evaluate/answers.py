"""What is asked of a model and what it answers, the same for every kind of model.

A backend is a function `answer(requests, keep)` that calls `keep` with the answers as they come, so that
what has been said is on the disk before more is asked for.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qspark.tasks.prompts import Prompt


@dataclass(frozen=True)
class Sampling:
    """How answers are drawn: `temperature` 0 is greedy; `max_tokens` are new tokens."""

    temperature: float = 0.0
    top_p: float = 1.0
    max_tokens: int = 4096

    @property
    def greedy(self) -> bool:
        """Whether the likeliest token is always taken."""
        return self.temperature == 0


@dataclass(frozen=True)
class Request:
    """One answer that is wanted: to `prompt`, drawn with a seed of its own (31 bits)."""

    task_id: str
    sample: int
    prompt: Prompt
    seed: int

    def sha256(self, model: str, sampling: Sampling) -> str:
        """Hash of all that the answer depends on, as far as it can be asked for."""
        drawn = [] if sampling.greedy else [self.seed]
        content = [model, asdict(sampling), self.prompt.content, *drawn]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """What a model said, or in `error` why there is no answer.

    `finish_reason` is "stop", "length" (cut off at `max_tokens`) or another word of the server's;
    `model` is what the server says it served. Tokens are None where they are not known.
    """

    text: str = ""
    finish_reason: str = ""
    model: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    error: str = ""


Keep = Callable[[Sequence[tuple[Request, Answer]]], None]
Backend = Callable[[Sequence[Request], Keep], None]


def seed_of(seed: int, task_id: str, sample: int) -> int:
    """The seed of one answer (31 bits), by task and sample and nothing else."""
    digest = hashlib.sha256(json.dumps([seed, task_id, sample]).encode()).digest()
    return int.from_bytes(digest[:4]) >> 1


def counted(answers: Sequence[dict[str, Any]], name: str) -> int | None:
    """The sum of a count over rows of answers; None where no row has it."""
    known = [row[name] for row in answers if row.get(name) is not None]
    return sum(known) if known else None
