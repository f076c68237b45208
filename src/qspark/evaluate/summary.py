"""What a run scored: rows of judged answers in, one JSON-able summary out."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qspark.errors import SuiteError
from qspark.evaluate.stats import (
    bootstrap_mean,
    holm,
    net_wins_needed,
    paired_difference,
    pass_at_k,
    wilson,
)
from qspark.tasks.task import DIFFICULTIES, Task

K = 8

Row = Mapping[str, Any]


@dataclass(frozen=True)
class _Answers:
    """One model's judged answers to one task."""

    greedy: Row
    sampled: tuple[Row, ...]

    @property
    def passed(self) -> int:
        return int(self.greedy["passed"])

    @property
    def sampled_passed(self) -> int:
        return sum(bool(row["passed"]) for row in self.sampled)

    def pass_at(self, k: int) -> float:
        return pass_at_k(len(self.sampled), self.sampled_passed, k)


def summarise(
    suite_name: str,
    suite_sha256: str,
    tasks: Sequence[Task],
    results: Mapping[str, Sequence[Row]],
    base: str,
    seed: int,
) -> dict[str, Any]:
    """Score every model on every task, and compare each with `base` on the same tasks.

    `results[model]` holds, for each task, one row with mode "greedy" and the same number (0 or
    more) with mode "sampled": `{task_id, sample, mode, text, program, passed, verdict}`. A row
    whose verdict is `infra` counts in every total, as not passed, and is shown as `infra`. The
    summary, with shares in 0..1:

        suite, suite_sha256, seed, base, tasks, k
        models[name]
          pass_at_1      {value, low, high, passed, total, infra}    greedy, Wilson
          pass_at_k      {k, value, low, high} or None               sampled, unbiased, bootstrap
          sampled        {value, low, high, passed, total, infra} or None
          by_difficulty  {basic: {pass_at_1, pass_at_k, sampled}}
          by_group       {seen | unseen: the same}, from annotations["group"]
          by_family      {family: {group, passed, total}}, from annotations["family"]
          by_category    {failure category: count}, greedy rows, most frequent first, without infra
          infra          greedy and sampled rows together
          versus_base    None for the base itself, else
            pass_at_1    {difference, low, high, wins, losses, p, p_holm, net_needed}
            pass_at_k    {difference, low, high, wins, losses, p} or None
            by_group     {seen | unseen: {pass_at_1, pass_at_k}}

    `k` is 8, or the number of samples per task where that is less. `p_holm` is corrected for
    the number of models compared. `net_needed` is how many more wins than losses would have given
    p < 0.05 with as many tasks changed (None: no outcome could).

    SuiteError when there is no task, when `base` has no rows, or when a model's rows are not
    exactly those of these tasks.
    """
    if not tasks:
        raise SuiteError(f"suite {suite_name} has no tasks: nothing can be scored")
    if base not in results:
        raise SuiteError(f"no results for the base model {base!r}: evaluate it too")
    answers = {model: _index(model, tasks, rows) for model, rows in results.items()}
    counts = [len(a.sampled) for by_task in answers.values() for a in by_task.values() if a.sampled]
    k = min([K, *counts]) if counts else None
    models = {
        model: _model(tasks, by_task, answers[base], k, seed, model == base)
        for model, by_task in answers.items()
    }
    compared = [entry["versus_base"]["pass_at_1"] for name, entry in models.items() if name != base]
    for comparison, adjusted in zip(compared, holm([c["p"] for c in compared]), strict=True):
        comparison["p_holm"] = adjusted
    return {
        "suite": suite_name,
        "suite_sha256": suite_sha256,
        "seed": seed,
        "base": base,
        "tasks": len(tasks),
        "k": k,
        "models": models,
    }


def _index(model: str, tasks: Sequence[Task], rows: Sequence[Row]) -> dict[str, _Answers]:
    greedy: dict[str, Row] = {}
    sampled: dict[str, dict[int, Row]] = {task.task_id: {} for task in tasks}
    for row in rows:
        task_id = row["task_id"]
        if task_id not in sampled:
            raise SuiteError(f"{model}: {task_id} is not a task of this suite: evaluate it again")
        target, key = (
            (greedy, task_id) if row["mode"] == "greedy" else (sampled[task_id], row["sample"])
        )
        if key in target:
            raise SuiteError(f"{model}: {task_id} has two rows for one answer: evaluate it again")
        target[key] = row
    missing = [task.task_id for task in tasks if task.task_id not in greedy]
    if missing:
        raise SuiteError(
            f"{model}: {len(missing)} of {len(tasks)} tasks have no greedy answer (the first is "
            f"{missing[0]}): finish the evaluation first"
        )
    sizes = sorted({len(found) for found in sampled.values()})
    if len(sizes) > 1:
        raise SuiteError(
            f"{model}: some tasks have {sizes[0]} sampled answers and others {sizes[-1]}: finish "
            "the evaluation first"
        )
    return {
        task_id: _Answers(greedy[task_id], tuple(found.values()))
        for task_id, found in sampled.items()
    }


def _model(
    tasks: Sequence[Task],
    mine: Mapping[str, _Answers],
    base: Mapping[str, _Answers],
    k: int | None,
    seed: int,
    is_base: bool,
) -> dict[str, Any]:
    def group_of(task: Task) -> str | None:
        return task.annotations.get("group")

    everything = [mine[task.task_id] for task in tasks]
    failed = [a.greedy["verdict"] for a in everything if not a.passed]
    categories = Counter(v["category"] for v in failed if v["status"] != "infra")
    difficulties = _slices(tasks, lambda task: task.difficulty, DIFFICULTIES)
    groups = _slices(tasks, group_of, ("seen", "unseen"))
    versus = None
    if not is_base:
        versus = _difference(tasks, mine, base, k, seed)
        greedy = versus["pass_at_1"]
        greedy["net_needed"] = net_wins_needed(greedy["wins"] + greedy["losses"])
        versus["by_group"] = {
            name: _difference(part, mine, base, k, seed) for name, part in groups.items()
        }
    return {
        **_rates(everything, k, seed),
        "by_difficulty": {
            name: _rates([mine[task.task_id] for task in part], k, seed)
            for name, part in difficulties.items()
        },
        "by_group": {
            name: _rates([mine[task.task_id] for task in part], k, seed)
            for name, part in groups.items()
        },
        "by_family": _families(tasks, mine),
        "by_category": dict(sorted(categories.items(), key=lambda item: (-item[1], item[0]))),
        "infra": sum(_is_infra(a.greedy) + sum(map(_is_infra, a.sampled)) for a in everything),
        "versus_base": versus,
    }


def _rates(part: Sequence[_Answers], k: int | None, seed: int) -> dict[str, Any]:
    passed = sum(a.passed for a in part)
    rates: dict[str, Any] = {
        "pass_at_1": {
            **asdict(wilson(passed, len(part))),
            "passed": passed,
            "total": len(part),
            "infra": sum(_is_infra(a.greedy) for a in part),
        },
        "pass_at_k": None,
        "sampled": None,
    }
    if k is not None and all(a.sampled for a in part):
        rates["pass_at_k"] = {"k": k, **asdict(bootstrap_mean([a.pass_at(k) for a in part], seed))}
        shares = [a.sampled_passed / len(a.sampled) for a in part]
        rates["sampled"] = {
            **asdict(bootstrap_mean(shares, seed)),
            "passed": sum(a.sampled_passed for a in part),
            "total": sum(len(a.sampled) for a in part),
            "infra": sum(_is_infra(row) for a in part for row in a.sampled),
        }
    return rates


def _difference(
    tasks: Sequence[Task],
    mine: Mapping[str, _Answers],
    base: Mapping[str, _Answers],
    k: int | None,
    seed: int,
) -> dict[str, Any]:
    pairs = [(base[task.task_id], mine[task.task_id]) for task in tasks]
    versus: dict[str, Any] = {
        "pass_at_1": asdict(
            paired_difference([a.passed for a, _ in pairs], [b.passed for _, b in pairs], seed)
        ),
        "pass_at_k": None,
    }
    if k is not None and all(a.sampled and b.sampled for a, b in pairs):
        before, after = [a.pass_at(k) for a, _ in pairs], [b.pass_at(k) for _, b in pairs]
        versus["pass_at_k"] = asdict(paired_difference(before, after, seed))
    return versus


def _slices(
    tasks: Sequence[Task], key: Callable[[Task], str | None], order: Sequence[str]
) -> dict[str, list[Task]]:
    found = {name: [task for task in tasks if key(task) == name] for name in order}
    return {name: part for name, part in found.items() if part}


def _families(tasks: Sequence[Task], mine: Mapping[str, _Answers]) -> dict[str, dict[str, Any]]:
    families: dict[str, dict[str, Any]] = {}
    for task in tasks:
        family = task.annotations.get("family")
        if family is not None:
            empty = {"group": task.annotations.get("group"), "passed": 0, "total": 0}
            entry = families.setdefault(family, empty)
            entry["passed"] += mine[task.task_id].passed
            entry["total"] += 1
    return dict(sorted(families.items()))


def _is_infra(row: Row) -> bool:
    return row["verdict"]["status"] == "infra"
