"""The data stage: drafts become verified tasks, SFT rows, and preference pairs.

Nothing is used before it was executed. A reference that fails stops the build with its family's name; a
wrong answer that passes its test is counted and left out.

    tasks.jsonl    tasks for SFT and ORPO   sft.jsonl    {task_id, answer, mistake}
    rl.jsonl       tasks for GRPO           pairs.jsonl  {task_id, chosen, rejected, mistake}
    heldout.jsonl  tasks for the figures    card.json    what was made, what was dropped
    watch.jsonl    tasks to choose a best checkpoint by
    python.jsonl   plain Python tasks, to see whether general ability is kept
"""

import ast
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from qspark.config import Profile
from qspark.data.tiny.draft import Draft, Part, draft_all
from qspark.errors import QSparkError
from qspark.mistakes.catalogue import CATALOGUE
from qspark.runs import read_jsonl, write_json, write_jsonl
from qspark.tasks.task import Task
from qspark.verify.batches import judge_in_batches
from qspark.verify.judge import Job, Limits, job_for, reference_job
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

Progress = Callable[[int, int], None]


def limits_of(profile: Profile) -> Limits:
    """The sandbox limits that a profile asks for."""
    verify = profile.verify
    return Limits(
        cpu_seconds=verify.cpu_seconds,
        wall_seconds=verify.wall_seconds,
        memory_mb=verify.memory_mb,
    )


def build(
    profile: Profile, pool: JudgePool, folder: Path, progress: Progress | None = None
) -> None:
    """Draw, execute and write the dataset of a profile.

    Raises QSparkError naming the family, the task and the reason if a reference does not pass.
    """
    drafts = draft_all(profile.data, profile.seed)
    habits = [draft.habit(profile.seed) for draft in drafts["train"]]
    limits = limits_of(profile)
    everything = [draft for part in drafts.values() for draft in part]
    wrong = [
        (draft, habit)
        for draft, habit in zip(drafts["train"], habits, strict=True)
        if habit is not None
    ]
    jobs = [_once(reference_job(draft.task, limits)) for draft in everything]
    jobs += [_once(job_for(draft.task, draft.wrong[habit][1], limits)) for draft, habit in wrong]
    verdicts = judge_in_batches(pool, jobs, progress)
    references, others = verdicts[: len(everything)], verdicts[len(everything) :]
    for draft, verdict in zip(everything, references, strict=True):
        if not verdict.passed:
            raise QSparkError(
                f"the reference of {draft.task.task_id} (seed {profile.seed}) does not pass: "
                f"{verdict.category} {verdict.message}; correct family "
                f"{draft.task.annotations['family']}"
            )
    failing = {
        draft.task.task_id
        for (draft, _), v in zip(wrong, others, strict=True)
        if v.status == "fail"
    }
    sft, pairs = _rows(drafts["train"], habits, failing)
    pairs = [pair for pair in pairs if pair["mistake"][0] in profile.data.pair_classes]
    pairs = pairs[: profile.data.pairs]
    seconds = {d.task.task_id: v.cpu_seconds for d, v in zip(everything, references, strict=True)}
    names = {part: part for part in drafts if drafts[part]} | {"train": "tasks"}
    for part, name in names.items():
        write_jsonl(folder / f"{name}.jsonl", (_dump(d.task, seconds) for d in drafts[part]))
    write_jsonl(folder / "sft.jsonl", sft)
    write_jsonl(folder / "pairs.jsonl", pairs)
    dropped = {"wrong_answers_that_passed": len(wrong) - len(failing)}
    write_json(folder / "card.json", _card(drafts, sft, pairs, len(verdicts), dropped))


def _once(job: Job | Verdict) -> Job:
    """The job without docstrings, so that both forms of one instance are one job and run once.

    The two forms differ by a docstring only, which none of our programs reads. These programs are
    our own, so one process with the test is enough.
    """
    if isinstance(job, Verdict):
        raise QSparkError(f"a program of a family cannot be read: {job.message}")
    tree = ast.parse(job.program)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return replace(job, program=ast.unparse(tree), given="", trusted=True)


def load_tasks(path: Path) -> list[Task]:
    """The tasks of a file that `build` wrote."""
    return [Task.model_validate(row) for row in read_jsonl(path)]


def _rows(
    drafts: Sequence[Draft], habits: Sequence[int | None], failing: set[str]
) -> tuple[list, list]:
    """SFT rows as an untrained model would answer, and a pair for every wrong one that fails."""
    sft: list[dict[str, Any]] = []
    pairs: list[dict[str, Any]] = []
    for draft, habit in zip(drafts, habits, strict=True):
        task = draft.task
        chosen = task.canonical_solution
        if habit is None or task.task_id not in failing:
            sft.append({"task_id": task.task_id, "answer": chosen, "mistake": None})
            continue
        wrong, rejected = draft.wrong[habit]
        sft.append({"task_id": task.task_id, "answer": rejected, "mistake": wrong.mistake})
        pairs.append(
            {
                "task_id": task.task_id,
                "chosen": chosen,
                "rejected": rejected,
                "mistake": wrong.mistake,
            }
        )
    return sft, pairs


def _dump(task: Task, seconds: dict[str, float]) -> dict[str, Any]:
    """A task as a row, with the CPU seconds its reference took."""
    row = task.model_dump(mode="json")
    row["annotations"]["reference_cpu_seconds"] = round(seconds[task.task_id], 3)
    return row


def _card(
    drafts: dict[Part, list[Draft]],
    sft: list,
    pairs: list,
    executed: int,
    dropped: dict[str, int],
) -> dict[str, Any]:
    """What the dataset holds, as counts."""
    parts = {
        part: {
            "tasks": len(items),
            "families": len({d.task.annotations["family"] for d in items}),
            "by_difficulty": dict(Counter(d.task.difficulty for d in items)),
            "by_form": dict(Counter(d.task.form for d in items)),
            "by_topic": dict(Counter(d.task.annotations["topic"] for d in items)),
            "by_group": dict(Counter(d.task.annotations["group"] for d in items)),
        }
        for part, items in drafts.items()
    }
    kinds = Counter(pair["mistake"] for pair in pairs)
    heldout = [draft.task.annotations for draft in drafts["heldout"]]
    return {
        "tasks": sum(len(items) for items in drafts.values()),
        "families": len({item["family"] for item in heldout}),
        "unseen_families": sorted({i["family"] for i in heldout if i["group"] == "unseen"}),
        "rows": len(sft),
        "wrong_rows": sum(row["mistake"] is not None for row in sft),
        "pairs": len(pairs),
        "mistakes": len(kinds),
        "pairs_by_mistake": {
            kind: {"title": CATALOGUE[kind].title, "pairs": count}
            for kind, count in kinds.most_common()
        },
        "executed": executed,
        "dropped": dropped,
        "parts": parts,
    }
