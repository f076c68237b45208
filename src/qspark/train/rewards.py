"""Rewards: one number from one Verdict.

A strong pass is worth 1. What fails earns at most 0.3, by how far it came, so that a group in which
nothing passes still says which way is up; a weak pass, judged in one process with its test and so
open to forgery in principle, earns no more. `infra` earns None: a fault of the sandbox teaches
nothing.
"""

from qspark.verify.verdict import Verdict

# Share of the full reward for reaching a stage; the last 0.1 goes by the share of the test's checks.
_REACHED = {"extract": 0.0, "parse": 0.0, "import": 0.05, "define": 0.05, "run": 0.1, "check": 0.2}
_CHECKS = 0.1


def reward(verdict: Verdict) -> float | None:
    """The reward of a verdict, from 0 to 1, or None for `infra`."""
    if verdict.status == "infra":
        return None
    if verdict.passed:
        return 1.0 if verdict.integrity == "strong" else _REACHED["check"] + _CHECKS
    share = verdict.checks_passed / verdict.checks_total if verdict.checks_total else 0.0
    return _REACHED.get(verdict.stage, 0.0) + _CHECKS * min(share, 1.0)
