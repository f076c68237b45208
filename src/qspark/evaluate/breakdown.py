"""One model's score on a suite, as a table: pass@1 and pass@k, overall and by what is known of a task."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from qspark.evaluate.scored import Row, by_task, is_infra
from qspark.evaluate.stats import bootstrap_mean, pass_at_k, wilson
from qspark.tasks.task import DIFFICULTIES, Task

KS = (1, 5, 10)


def break_down(
    tasks: Sequence[Task],
    rows: Sequence[Row],
    ks: Sequence[int] = KS,
    seed: int = 0,
    count_infra: bool = True,
) -> dict[str, Any]:
    """The score of judged answers, with shares in 0..1 and 95 % intervals.

        tasks, unanswered      of the suite; tasks without an answer are in no share
        answers, infra         all answers, and those of them that could not be judged
        all                    a cell {tasks, answers, passed, pass_at_1, pass_at_k}
        by_difficulty          {basic: cell}
        by_topic               {topic: cell}, from annotations["topics"]; a task counts in each of its
        by_category            {failure category: answers}, most frequent first, without infra

    What could not be judged (infra) counts as not passed, as in a summary's first figure; without
    `count_infra` it is left out, and so are tasks that have nothing else. `pass_at_1` is {value,
    low, high, method}: the mean over tasks of the share of a task's answers that pass. The interval
    is Wilson's ("wilson") when every task has one answer, else a bootstrap over tasks ("bootstrap"),
    because answers to one task are not independent. `pass_at_k` is {k: {value, low, high} or None}
    for k > 1, unbiased, with the bootstrap; None wherever a task has fewer than k answers. Rows of
    tasks that are not in `tasks` are left out, so that a part of a suite can be asked for.
    """
    answers = {
        task_id: [row["passed"] for row in found if count_infra or not is_infra(row)]
        for task_id, found in by_task(rows).items()
    }
    known = {task.task_id for task in tasks}
    mine = [row for row in rows if row["task_id"] in known]
    scored = [task for task in tasks if answers.get(task.task_id)]
    failed = [row for row in mine if not row["passed"] and not is_infra(row)]
    categories = Counter(row["verdict"]["category"] or "no category" for row in failed)
    topics = sorted({topic for task in scored for topic in topics_of(task)})

    def cell(part: Sequence[Task]) -> dict[str, Any]:
        return _cell([answers[task.task_id] for task in part], ks, seed)

    by_difficulty = {name: [t for t in scored if t.difficulty == name] for name in DIFFICULTIES}
    return {
        "tasks": len(tasks),
        "unanswered": len(tasks) - len(scored),
        "answers": sum(len(answers[task.task_id]) for task in scored),
        "infra": sum(map(is_infra, mine)),
        "all": cell(scored),
        "by_difficulty": {name: cell(part) for name, part in by_difficulty.items() if part},
        "by_topic": {topic: cell([t for t in scored if topic in topics_of(t)]) for topic in topics},
        "by_category": dict(sorted(categories.items(), key=lambda item: (-item[1], item[0]))),
    }


def topics_of(task: Task) -> tuple[str, ...]:
    """The topics that a task is annotated with; none when it has no annotation."""
    found = task.annotations.get("topics", ())
    return tuple(map(str, found)) if isinstance(found, list | tuple) else ()


def _cell(outcomes: Sequence[Sequence[bool]], ks: Sequence[int], seed: int) -> dict[str, Any]:
    """The figures of one part; `outcomes` holds one list per task, none of them empty."""
    least = min(map(len, outcomes), default=0)
    many: dict[str, Mapping[str, float] | None] = {}
    for k in (k for k in ks if k > 1):
        values = [pass_at_k(len(o), sum(o), k) for o in outcomes] if least >= k else []
        many[str(k)] = asdict(bootstrap_mean(values, seed)) if values else None
    return {
        "tasks": len(outcomes),
        "answers": sum(map(len, outcomes)),
        "passed": sum(map(sum, outcomes)),
        "pass_at_1": _pass_at_1(outcomes, seed) if outcomes else None,
        "pass_at_k": many,
    }


def _pass_at_1(outcomes: Sequence[Sequence[bool]], seed: int) -> dict[str, Any]:
    if all(len(answers) == 1 for answers in outcomes):
        passed = sum(answers[0] for answers in outcomes)
        return {**asdict(wilson(passed, len(outcomes))), "method": "wilson"}
    shares = [sum(answers) / len(answers) for answers in outcomes]
    return {**asdict(bootstrap_mean(shares, seed)), "method": "bootstrap"}
