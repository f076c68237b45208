"""Three figures of one score, because what a benchmark says depends on what is counted.

Over all tasks that were asked; over those that could be scored here, which leaves out tasks whose own
reference fails here, answers that could not be judged and those that never came; and over those whose tests
accept every right answer that is known of (`tasks/faulty_tests.json`). What could not be judged
counts as not passed in the first and the third.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from qspark.evaluate.stats import wilson

LABELS = {
    "all": "all tasks",
    "scorable_here": "tasks that could be scored here",
    "sound_tests": "tasks whose tests accept every right answer that is known of",
}


def figures(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The three figures, by name: label, tasks, passed, pass_at_1, ci95, left_out (task ids).

    `rows` are those of `score`. `pass_at_1` is the mean over tasks of the share of a task's samples
    that passed, `passed` the sum of these shares, `ci95` its Wilson interval with the number of
    tasks as n; None where there are no tasks.
    """
    judged = [row for row in rows if _scorable(row)]
    sound = [row for row in rows if not row["test_fault"]]
    return {
        name: {"label": LABELS[name], **_figure(part), "left_out": _left_out(rows, part)}
        for name, part in (("all", rows), ("scorable_here", judged), ("sound_tests", sound))
    }


def _scorable(row: dict[str, Any]) -> bool:
    return not row["reference_fault"] and row["verdict"]["status"] != "infra"


def _figure(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    by_task: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        by_task[row["task_id"]].append(row["passed"])
    rates = [sum(passed) / len(passed) for passed in by_task.values()]
    passed = round(sum(rates), 9)
    interval = wilson(round(passed), len(rates)) if rates else None
    return {
        "tasks": len(rates),
        "passed": passed,
        "pass_at_1": passed / len(rates) if rates else None,
        "ci95": (interval.low, interval.high) if interval else None,
    }


def _left_out(rows: Sequence[dict[str, Any]], part: Sequence[dict[str, Any]]) -> list[str]:
    kept = {row["task_id"] for row in part}
    return list(dict.fromkeys(row["task_id"] for row in rows if row["task_id"] not in kept))
