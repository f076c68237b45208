"""Curriculum: which prompts come next, by how often each was solved so far.

A task that always or never passes teaches nothing: its weight is p (1 - p) + floor, the variance of one
answer's verdict. p is the pass rate under a Beta(1, 1) prior, so that a task never tried counts as 1/2
and comes early; older groups count half as much with every newer one, since the model moves.

Everything follows from the seed, the step and the rows of completions.jsonl: a resumed run draws what
it would have drawn.
"""

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

FORGET = 0.5  # what a group's evidence still counts when the next one of its task comes


@dataclass
class PassRates:
    """How often each task was solved: (passes, tries) by task, `infra` not among the tries."""

    counts: dict[str, tuple[float, float]] = field(default_factory=dict)

    def add(self, rows: Iterable[dict[str, Any]]) -> None:
        """Take in rows of completions.jsonl ({step, task_id, status, ...}), whole steps in order."""
        seen: dict[tuple[int, str], tuple[int, int]] = {}
        for row in rows:
            if row["status"] != "infra":
                key = row["step"], row["task_id"]
                passes, tries = seen.get(key, (0, 0))
                seen[key] = passes + (row["status"] == "pass"), tries + 1
        for (_, name), (passes, tries) in seen.items():
            old = self.counts.get(name, (0.0, 0.0))
            self.counts[name] = (old[0] * FORGET + passes, old[1] * FORGET + tries)

    def rate(self, name: str) -> float:
        """The expected pass rate of a task, 1/2 for one that was never tried."""
        passes, tries = self.counts.get(name, (0.0, 0.0))
        return (passes + 1) / (tries + 2)


class Chooser(Protocol):
    """Says which prompts come next."""

    def __call__(
        self, rates: PassRates, draw: str, count: int, avoid: Collection[str] = ()
    ) -> list[str]:
        """`count` task ids for the draw of this name, those in `avoid` only if there are no others."""
        ...


class Uniform:
    """All tasks alike."""

    def __init__(self, names: Sequence[str], seed: int):
        self.names, self.seed = list(names), seed

    def __call__(
        self, rates: PassRates, draw: str, count: int, avoid: Collection[str] = ()
    ) -> list[str]:
        """`count` task ids, each task once before any comes twice."""
        ranked = sorted(self.names, key=self._order(rates, random.Random(f"{self.seed}/{draw}")))
        ranked = [n for n in ranked if n not in avoid] + [n for n in ranked if n in avoid]
        return [ranked[place % len(ranked)] for place in range(count)]

    def _order(self, rates: PassRates, rng: random.Random) -> Any:
        keys = {name: rng.random() for name in self.names}
        return keys.__getitem__


class Curriculum(Uniform):
    """Tasks between always and never first: drawn without replacement, by p (1 - p) + floor."""

    def __init__(self, names: Sequence[str], seed: int, floor: float):
        super().__init__(names, seed)
        self.floor = floor

    def weight(self, rates: PassRates, name: str) -> float:
        """How likely a task is to be drawn, up to a factor."""
        rate = rates.rate(name)
        return rate * (1 - rate) + self.floor

    def _order(self, rates: PassRates, rng: random.Random) -> Any:
        # Ordering by u^(1/w) draws without replacement by weight (Efraimidis and Spirakis, 2006).
        keys = {name: -(rng.random() ** (1 / self.weight(rates, name))) for name in self.names}
        return keys.__getitem__
