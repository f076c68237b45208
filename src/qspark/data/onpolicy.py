"""A model's own answers to a dataset's tasks: rejected answers, and how hard each task is for it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qspark.data.gates import Failure, clean
from qspark.data.likeness import normal_form
from qspark.data.pairs import Balance, pair_row
from qspark.data.store import SPLITS, read_rows, write_rows
from qspark.tasks.syntax import parse

Row = dict[str, Any]
_NO_JUDGEMENT = ("resource/", "env/", "infra/", "integrity/")


def fold_in(folder: Path, model: str, judged: Sequence[Row], most: int) -> Row:
    """Add a model's failing answers as pairs, and its pass rates; returns counts.

    `judged` are rows of an evaluation (task_id, sample, completion, program, verdict). At most
    `most` pairs a task are added, no two rejected answers with the same syntax tree; those that the
    same model gave before are replaced. The files are written whole, one after the other.
    """
    source = f"on-policy:{model}"
    tasks = {row["task_id"]: row for row in read_rows(folder, "tasks")}
    failures: dict[str, list[tuple[str, Failure]]] = defaultdict(list)
    asked: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    for row in judged:
        verdict = row["verdict"]
        if row["task_id"] not in tasks or verdict["status"] == "infra":
            continue
        asked[row["task_id"]] += 1
        passed[row["task_id"]] += verdict["status"] == "pass"
        if failure := _failure(row):
            failures[row["task_id"]].append(failure)
    balance = Balance()
    added: list[Row] = []
    for task_id, own in sorted(failures.items()):
        texts = {failure.program: text for text, failure in reversed(_distinct(own))}
        for failure in balance.take([f for _, f in _distinct(own)], most):
            added.append(pair_row(tasks[task_id], texts[failure.program], failure, source))
    for split in SPLITS:
        kept = [p for p in read_rows(folder, "pairs", split) if p["source"] != source]
        fresh = [p for p in added if tasks[p["task_id"]]["split"] == split]
        write_rows(folder / "pairs" / f"{split}.parquet", "pairs", [*kept, *fresh])
    rates = [
        {"task_id": task_id, "model": model, "samples": count, "passed": passed[task_id],
         "pass_rate": passed[task_id] / count}
        for task_id, count in sorted(asked.items())
    ]  # fmt: skip
    path = folder / "rates" / "all.parquet"
    old = read_rows(folder, "rates") if path.exists() else []
    write_rows(path, "rates", [*(r for r in old if r["model"] != model), *rates])
    return {
        "model": model, "tasks": len(asked), "samples": sum(asked.values()),
        "passed": sum(passed.values()), "pairs": len(added),
        "never": sum(r["passed"] == 0 for r in rates),
        "always": sum(r["passed"] == r["samples"] for r in rates),
        "between": sum(0 < r["passed"] < r["samples"] for r in rates),
    }  # fmt: skip


def _failure(row: Row) -> tuple[str, Failure] | None:
    """(text to show, failure) of a failing answer that holds a program; None for any other."""
    verdict = row["verdict"]
    if verdict["status"] != "fail" or verdict["category"].startswith(_NO_JUDGEMENT):
        return None
    if not row.get("program") or parse(row["program"]) is None:
        return None
    error, _, _ = verdict["message"].partition(":")
    own = verdict["stage"] in ("import", "define", "run")
    mistakes = verdict["mistakes"] or ["M-answer"]
    failure = Failure(
        row["program"], mistakes[0], error if own else "", clean(verdict["message"]),
        verdict["stage"], verdict["category"], verdict["checks_passed"], verdict["checks_total"],
        clean(verdict["line"]),
    )  # fmt: skip
    return row["completion"], failure


def _distinct(failures: Sequence[tuple[str, Failure]]) -> list[tuple[str, Failure]]:
    """The first of those whose programs have the same syntax tree."""
    seen: set[str] = set()
    found = []
    for text, failure in failures:
        form = normal_form(failure.program)
        if form not in seen:
            seen.add(form)
            found.append((text, failure))
    return found
