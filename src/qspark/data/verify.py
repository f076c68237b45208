"""Executing a dataset again: every reference is to pass, every rejected answer to fail."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from qspark.data.rows import task_of
from qspark.verify.judge import Limits, job_for, reference_job
from qspark.verify.pool import JudgePool

Row = dict[str, Any]


def verify(
    tasks: Sequence[Row], pairs: Sequence[Row], sample: int, seed: int, pool: JudgePool,
    limits: Limits, progress: Callable[[int, int], None] | None = None,
) -> Row:  # fmt: skip
    """Judge references and rejected answers as a model's answers are judged, in two processes.

    `sample` of each (0: all), drawn with `seed`. Returns counts and, in `wrong`, what did not come
    out as the dataset says.
    """
    rng = Random(seed)
    if sample:
        tasks = rng.sample(list(tasks), min(sample, len(tasks)))
    by_id = {row["task_id"]: task_of(row) for row in tasks}
    own = [pair for pair in pairs if pair["task_id"] in by_id]
    if sample:
        own = rng.sample(own, min(sample, len(own)))
    references = [reference_job(by_id[row["task_id"]], limits) for row in tasks]
    rejected = [job_for(by_id[pair["task_id"]], pair["rejected"], limits) for pair in own]
    verdicts = pool.judge([*references, *rejected], progress)
    wrong = []
    for row, verdict in zip(tasks, verdicts, strict=False):
        if not verdict.passed:
            said = f"{verdict.category} {verdict.message}".strip()
            wrong.append({"task_id": row["task_id"], "what": "reference", "said": said[:300]})
    for pair, verdict in zip(own, verdicts[len(tasks) :], strict=True):
        if verdict.status != "fail":
            what = f"rejected answer ({pair['mistake']})"
            wrong.append({"task_id": pair["task_id"], "what": what, "said": verdict.status})
    strong = sum(v.integrity == "strong" for v in verdicts[: len(tasks)])
    return {
        "references": len(tasks), "rejected": len(own), "strong": strong,
        "wrong": sorted(wrong, key=lambda w: (w["task_id"], w["what"])),
    }  # fmt: skip
