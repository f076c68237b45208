"""Rewards: components from one Verdict, and one number from those.

`verified` asks whether the answer passed, and grades failures by how far they came and how close
they are. `paper` has the five components of QSpark (arXiv 2507.12642) with the defects of its released
code mended: every answer is compared with its own task's reference, in the sandbox, by the values that
the task's test asks for, whatever their type; and what the test refuses never earns what a pass does.

Whatever is graded is known from the process of the test, which the answer's code cannot reach, or from
the answer's text. A weak pass, judged in one process with its test and so open to forgery in
principle, earns what the best failure can. What tampers with its judge, or leaves early, earns
nothing. `infra` earns None: a fault of the sandbox teaches nothing.
"""

from collections.abc import Sequence
from math import log, sqrt
from typing import Literal

from qspark.config import Rewards
from qspark.mistakes.reality import real_names
from qspark.tasks.task import Task
from qspark.verify.judge import Job, Limits, job_for
from qspark.verify.verdict import Comparison, Verdict

Preset = Literal["verified", "paper"]

_MOST = {
    "verified": dict.fromkeys(
        ("pass", "extract", "parse", "names", "runs", "type", "checks", "closeness"), 1.0
    ),
    "paper": {"format": 1.0, "imports": 1.0, "simulation": 1.5, "fidelity": 2.0, "efficiency": 0.5},
}
# What a failure can have of the components in which a pass stands apart.
_FAILED = {"verified": {"pass": 0.0}, "paper": {"fidelity": 1.0, "efficiency": 0.0}}
_NO_IMPORT = 0.2
# Said of how a process ended: the stage that goes with them is what that process had last claimed.
_ENDED = ("resource/", "runtime/crash")


def reward_job(task: Task, text: str, limits: Limits | None = None) -> Job | Verdict:
    """The job of an answer whose verdict is to be a reward; or its verdict, with nothing to run."""
    return job_for(task, text, limits, strong_only=True, compare=True)


def judged(job: Job | Verdict, verdict: Verdict) -> Verdict:
    """The verdict of a job with what its text says: the share of its names of Qiskit that exist."""
    names = real_names(job.program) if isinstance(job, Job) else None
    return verdict.model_copy(update={"real_names": names})


def components(verdict: Verdict, preset: Preset) -> dict[str, float] | None:
    """The components of a verdict's reward, every one of them from 0 up; None for `infra`.

    `verified`, each at most 1: `pass`; `extract` and `parse`, there was code, and it was Python;
    `names`, the share of its names of Qiskit that exist; `runs`, every call of the test got a value;
    `type`, of the reference's type; `checks`, the share of the test's assertions that held;
    `closeness` to the reference (`verify/closeness.py`). A strong pass has 1 in all.

    `paper`: `format` 0..1, half for code, half for a program that defines what was asked for;
    `imports` 0..1, the share of names of Qiskit that exist, 0.2 without any; `simulation` 0..1.5, 1 when
    every call of the test gets a value, 0.5 when they are of the reference's type; `fidelity` 0..2, of a
    pass 2, of a failure sqrt(F), half of the paper's 2 sqrt(F), F being the closeness; `efficiency`
    0..0.5, of a pass only, 0.5 for a circuit no larger than the reference's by the paper's formula, and
    for what is no circuit.
    """
    if verdict.status == "infra":
        return None
    if verdict.passed:
        best = dict(_MOST[preset])
        if verdict.integrity != "strong":
            return best | _FAILED[preset]
        return best | ({"efficiency": _efficiency(verdict.compared)} if preset == "paper" else {})
    if verdict.category.startswith("integrity/"):
        return dict.fromkeys(_MOST[preset], 0.0)
    return _verified(verdict) if preset == "verified" else _paper(verdict)


def total(found: dict[str, float], weights: dict[str, float]) -> float:
    """The weighted sum of components: 0..1 with the weights of `verified`, 0..6 with those of `paper`.

    A failure, and a weak pass, have at most 0.3 of 1 and 4.5 of 6; a strong pass has 1, and 5.5 to 6.
    """
    return sum(weights[name] * value for name, value in found.items())


def highest(preset: Preset) -> dict[str, float]:
    """The most that an answer can have of each component."""
    return dict(_MOST[preset])


def maximum(settings: Rewards) -> float:
    """The highest reward that an answer can have."""
    return total(_MOST[settings.preset], settings.weighed)


def highest_failure(settings: Rewards) -> float:
    """The highest reward of an answer that has not passed."""
    return total(_MOST[settings.preset] | _FAILED[settings.preset], settings.weighed)


def reward(verdict: Verdict, settings: Rewards | None = None) -> float | None:
    """The reward of a verdict, None for `infra`; by default that of the preset `verified`."""
    settings = settings or Rewards()
    found = components(verdict, settings.preset)
    return None if found is None else total(found, settings.weighed)


def _verified(verdict: Verdict) -> dict[str, float]:
    compared = verdict.compared
    share = verdict.checks_passed / verdict.checks_total if verdict.checks_total else 0.0
    return {
        "pass": 0.0,
        "extract": float(verdict.stage != "extract"),
        "parse": float(_reached(verdict, "import")),
        "names": (verdict.real_names or 0.0) * _reached(verdict, "import"),
        "runs": float(_runs(verdict)),
        "type": float(_typed(verdict)),
        "checks": min(share, 1.0) if compared else 0.0,
        "closeness": (compared.closeness or 0.0) if compared else 0.0,
    }


def _paper(verdict: Verdict) -> dict[str, float]:
    names = _NO_IMPORT if verdict.real_names is None else verdict.real_names
    close = verdict.compared.closeness if verdict.compared else None
    return {
        "format": 0.5 * (verdict.stage != "extract") + 0.5 * _reached(verdict, "run"),
        "imports": names * _reached(verdict, "import"),
        "simulation": 1.0 * _runs(verdict) + 0.5 * _typed(verdict),
        "fidelity": sqrt(close or 0.0),
        "efficiency": 0.0,
    }


_STAGES: Sequence[str] = ("extract", "parse", "import", "define", "run", "check", "done")


def _reached(verdict: Verdict, stage: str) -> bool:
    return _STAGES.index(verdict.stage) >= _STAGES.index(stage)


def _runs(verdict: Verdict) -> bool:
    """Whether every call got a value."""
    if verdict.category.startswith(_ENDED):
        return False
    if verdict.compared is not None:
        return verdict.compared.answered
    return _reached(verdict, "check")


def _typed(verdict: Verdict) -> bool:
    """Whether every value was of the reference's type."""
    return _runs(verdict) and verdict.compared is not None and verdict.compared.same_type


def _efficiency(compared: Comparison | None) -> float:
    """0.5, less for a circuit that is larger than the reference's."""
    if compared is None or compared.depth is None or compared.gates is None:
        return 0.5
    own, reference = (
        1 / (1 + log(1 + depth) + 0.5 * log(1 + gates))
        for depth, gates in zip(compared.depth, compared.gates, strict=True)
    )
    return 0.5 * min(1.0, own / reference)
