"""Trying families: what a few instances of each do when everything about them is executed.

For whoever writes a family: `qspark data try NAME`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from random import Random

from qspark.data.families.base import Family, Instance
from qspark.data.gates import reference_jobs
from qspark.data.likeness import normal_form
from qspark.data.mutate import Mutation, mutate
from qspark.data.trace import Trace, trace_of
from qspark.mistakes.inject import Mutant, inject
from qspark.verify.judge import Limits
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

LIMITS = Limits(cpu_seconds=5, wall_seconds=60)


@dataclass
class Trial:
    """One instance with what came of it. Verdicts are of the reference (three) and of others."""

    family: Family
    instance: Instance
    references: list[Verdict] = field(default_factory=list)
    trace: Trace | None = None
    mutants: list[tuple[Mutation | Mutant, Verdict]] = field(default_factory=list)
    wrong: list[tuple[str, Verdict]] = field(default_factory=list)


def try_families(
    families: Sequence[Family],
    count: int,
    seed: int,
    pool: JudgePool,
    progress: Callable[[int, int], None] | None = None,
) -> list[Trial]:
    """`count` instances of each family, executed with their mutants and wrong answers."""
    trials, jobs, takers = [], [], []
    for family in families:
        for number in range(count):
            rng = Random(f"{seed}/{family.name}/{number}")
            trial = Trial(family, family.draw(rng))
            trials.append(trial)
            program = trial.instance.solution()
            first = reference_jobs(trial.instance, LIMITS)
            for job in first[:3]:
                jobs.append(job)
                takers.append(trial.references.append)
            jobs.append(first[3])

            def traced_as(verdict: Verdict, trial: Trial = trial) -> None:
                trial.trace = trace_of(verdict)

            takers.append(traced_as)
            mutants = [*mutate(program, rng), *islice(_silent(program, rng), 6)]
            for mutant in mutants:
                jobs.append(replace(first[0], program=mutant.program))
                takers.append(lambda v, m=mutant, trial=trial: trial.mutants.append((m, v)))
            for wrong in trial.instance.wrong:
                text = trial.instance.solution(wrong)
                jobs.append(replace(first[0], program=text))
                takers.append(lambda v, w=wrong, trial=trial: trial.wrong.append((w.mistake, v)))
    verdicts = pool.judge(jobs, progress)
    for taker, verdict in zip(takers, verdicts, strict=True):
        taker(verdict)
    return trials


def _silent(program: str, rng: Random):
    """The catalogue's mutants that run: what is wrong with them only a test can see."""
    return (m for m in inject(program, rng) if m.mistake[0] == "S")


def distinct(family: Family, draws: int, seed: int) -> tuple[int, int]:
    """Of `draws` instances: how many differ in the reference's syntax tree, and in the prompt."""
    forms, asks = set(), set()
    for number in range(draws):
        instance = family.draw(Random(f"{seed}/{family.name}/{number}"))
        forms.add(normal_form(instance.solution()))
        asks.add(instance.asks[0])
    return len(forms), len(asks)
