"""Two models on the same tasks: the paired difference, its test, and which tasks turned."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from qspark.errors import RunError
from qspark.evaluate.scored import Row, Scored, is_infra, share_passed
from qspark.evaluate.stats import holm, net_wins_needed, paired_difference, pass_at_k
from qspark.tasks.task import DIFFICULTIES, Task

Shares = Mapping[str, float]


def compare(a: Scored, b: Scored, common: bool = False, seed: int = 0) -> dict[str, Any]:
    """How much `b` is above `a` on the tasks that both answered; shares in 0..1, 95 % intervals.

        a, b             {name, pass_at_1, answers}: the mean over the compared tasks
        suite, suite_sha256 (of a), tasks, seed
        left_out         {infra, unanswered, changed}: ids of tasks that are not compared, and why
        pass_at_1        a difference
        pass_at_k        {k, a difference} for the largest k that both have for every task, or None
        by_difficulty    {basic: a difference}; `p_holm` is corrected for the number of parts
        flips            [{task_id, difficulty, won, a: side, b: side}], with side
                         {share, stage, category, message} of its most frequent failure

    A difference is {a, b, difference, low, high, wins, losses, p, test, net_needed, smallest}: `p`
    is exact, by McNemar where each task has one answer on each side, else by the sign test over
    tasks whose shares differ; the interval is a paired bootstrap over tasks. `net_needed` is how
    many more wins than losses would have given p < 0.05 with as many tasks changed, `smallest` that
    as a share of the tasks: what this suite could have shown. Both are None with fewer than six
    changed tasks. A task is not compared when one side has no judged answer.

    RunError when the suites differ and not `common`, or when no task is left. With `common`, the
    tasks with the same id and content in both suites are compared.
    """
    tasks, changed = _common_tasks(a, b, common)
    values, left_out = _shares(tasks, a, b)
    compared = [task for task in tasks if task.task_id in values[0]]
    if not compared:
        raise RunError(f"{a.name} and {b.name} have no judged task in common: nothing to compare")
    single = all(
        len([row for row in rows if not is_infra(row)]) <= 1
        for side in (a, b)
        for rows in side.first_answers().values()
    )
    parts = {name: [t for t in compared if t.difficulty == name] for name in DIFFICULTIES}
    by_difficulty = {
        name: _difference(part, *values, single, seed) for name, part in parts.items() if part
    }
    adjusted = holm([part["p"] for part in by_difficulty.values()])
    for part, p in zip(by_difficulty.values(), adjusted, strict=True):
        part["p_holm"] = p
    return {
        "a": _side(a, values[0]),
        "b": _side(b, values[1]),
        "suite": a.suite.name,
        "suite_sha256": a.suite.sha256,
        "tasks": len(compared),
        "seed": seed,
        "left_out": {**left_out, "changed": changed},
        "pass_at_1": _difference(compared, *values, single, seed),
        "pass_at_k": _many(compared, a, b, seed),
        "by_difficulty": by_difficulty,
        "flips": _flips(compared, a, b, values),
    }


def _common_tasks(a: Scored, b: Scored, common: bool) -> tuple[list[Task], list[str]]:
    """The tasks of both suites, and the ids whose task differs or is in one of them only."""
    if a.suite.sha256 == b.suite.sha256:
        return list(a.suite.tasks), []
    ours, theirs = a.suite.by_id(), b.suite.by_id()
    same = [t for i, t in ours.items() if i in theirs and theirs[i].sha256 == t.sha256]
    if not common:
        raise RunError(
            f"{a.name} and {b.name} were scored on different suites ({a.suite.sha256[:12]} and "
            f"{b.suite.sha256[:12]}, {len(same)} equal tasks in common): score both on one suite, or "
            "compare the equal tasks with --common"
        )
    return same, sorted((set(ours) | set(theirs)) - {task.task_id for task in same})


def _shares(
    tasks: Sequence[Task], a: Scored, b: Scored
) -> tuple[tuple[dict[str, float], dict[str, float]], dict[str, list[str]]]:
    """Per side the share passed of every task that both sides have judged, and what is left out."""
    found: tuple[dict[str, float], dict[str, float]] = ({}, {})
    left_out: dict[str, list[str]] = {"infra": [], "unanswered": []}
    first = a.first_answers(), b.first_answers()
    for task in tasks:
        rows = [side.get(task.task_id, []) for side in first]
        shares = [share_passed(side) for side in rows]
        if not all(rows):
            left_out["unanswered"].append(task.task_id)
        elif any(map(math.isnan, shares)):
            left_out["infra"].append(task.task_id)
        else:
            for values, share in zip(found, shares, strict=True):
                values[task.task_id] = share
    return found, left_out


def _difference(
    tasks: Sequence[Task], a: Shares, b: Shares, single: bool, seed: int
) -> dict[str, Any]:
    before, after = ([side[task.task_id] for task in tasks] for side in (a, b))
    found = paired_difference(before, after, seed)
    needed = net_wins_needed(found.wins + found.losses)
    return {
        "tasks": len(tasks),
        "a": sum(before) / len(tasks),
        "b": sum(after) / len(tasks),
        **asdict(found),
        "test": "mcnemar" if single else "sign",
        "net_needed": needed,
        "smallest": needed / len(tasks) if needed is not None else None,
    }


def _many(tasks: Sequence[Task], a: Scored, b: Scored, seed: int) -> dict[str, Any] | None:
    """The difference in pass@k for the largest k > 1 that every task has answers for on both sides."""
    outcomes = []
    for side in (a.all_answers(), b.all_answers()):
        rows = [side.get(task.task_id, []) for task in tasks]
        outcomes.append([[row["passed"] for row in found if not is_infra(row)] for found in rows])
    k = min(len(answers) for side in outcomes for answers in side)
    if k < 2:
        return None
    shares = [
        {
            task.task_id: pass_at_k(len(answers), sum(answers), k)
            for task, answers in zip(tasks, side, strict=True)
        }
        for side in outcomes
    ]
    return {"k": k, **_difference(tasks, shares[0], shares[1], False, seed)}


def _side(scored: Scored, shares: Shares) -> dict[str, Any]:
    rows = scored.first_answers()
    return {
        "name": scored.name,
        "pass_at_1": sum(shares.values()) / len(shares),
        "answers": sum(len(rows[task_id]) for task_id in shares),
    }


def _flips(
    tasks: Sequence[Task], a: Scored, b: Scored, values: tuple[Shares, Shares]
) -> list[dict[str, Any]]:
    """The tasks whose shares differ, losses first, then the largest change first."""
    rows = a.first_answers(), b.first_answers()
    flips = []
    for task in tasks:
        before, after = values[0][task.task_id], values[1][task.task_id]
        if before != after:
            flips.append(
                {
                    "task_id": task.task_id,
                    "difficulty": task.difficulty,
                    "won": after > before,
                    "a": _why(rows[0][task.task_id], before),
                    "b": _why(rows[1][task.task_id], after),
                }
            )
    return sorted(flips, key=lambda f: (f["won"], -abs(f["b"]["share"] - f["a"]["share"])))


def _why(rows: Sequence[Row], share: float) -> dict[str, Any]:
    """The share passed, and the most frequent failure with one message of it; empty when all passed."""
    failed = [row["verdict"] for row in rows if not row["passed"] and not is_infra(row)]
    if not failed:
        return {"share": share, "stage": "", "category": "", "message": ""}
    category = Counter(verdict["category"] for verdict in failed).most_common(1)[0][0]
    verdict = next(verdict for verdict in failed if verdict["category"] == category)
    return {"share": share, **{key: verdict[key] for key in ("stage", "category", "message")}}
