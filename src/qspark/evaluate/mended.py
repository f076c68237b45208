"""What the catalogue of mistakes says of answers that fail, and what its repair makes of them.

Diagnosis comes after the verdict and does not change it, but for the category of a wrong answer,
which a probe may narrow (wrong/value to wrong/endianness). Repair is guided by the exceptions that a
program's own code raises and by nothing that a test asserts, so it leaves alone what comes to a
value; the one program that it settles on is judged, once.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from typing import Any

from qspark.evaluate.figures import figures
from qspark.evaluate.score import References
from qspark.mistakes.diagnose import diagnose, kinds_of, probe_job, probed
from qspark.mistakes.execute import Fault, raised_in, task_runner
from qspark.mistakes.repair import repair
from qspark.tasks.suites import Suite
from qspark.tasks.task import Task
from qspark.verify.extract import Extraction
from qspark.verify.judge import Job, given_by, job_from
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

Row = dict[str, Any]
Progress = Callable[[int, int], None]

# Programs come from models: what is longer, or nested deeper than Python's own recursion, is not read.
_LONGEST = 40_000
_RAISING = ("parse", "import", "define", "run")


def diagnose_rows(
    suite: Suite,
    rows: Sequence[Row],
    pool: JudgePool,
    references: References,
    stand_in: bool = True,
    progress: Progress | None = None,
) -> list[Row]:
    """The rows of `score_samples`, with the mistakes behind each failure in its verdict.

    An exception is diagnosed by the source. The answer of a program that ran is compared with the
    reference's by small probes in the sandbox, where the reference passes.
    """
    tasks, result = suite.by_id(), list(rows)
    wrong: dict[int, Job] = {}
    for place, row in enumerate(rows):
        verdict = row["verdict"]
        if row["passed"] or row["program"] is None or verdict["status"] == "infra":
            continue
        if verdict["stage"] in _RAISING:
            fault = raised_in(Verdict.model_validate(verdict))
            result[place] = _noted(row, _diagnosed(row["program"], fault))
        elif _is_wrong_answer(verdict) and not row["reference_fault"]:
            limits = references.limits.get(row["task_id"])
            job = probe_job(tasks[row["task_id"]], row["program"], limits)
            wrong[place] = replace(job, stand_in=stand_in)
    found = pool.judge(list(wrong.values()), progress)
    for place, verdict in zip(wrong, found, strict=True):
        if category := probed(verdict):
            result[place] = _noted(rows[place], kinds_of(category), category)
    return result


def _diagnosed(program: str, fault: Fault | None) -> tuple[str, ...]:
    if fault is None or len(program) > _LONGEST:
        return ()
    try:
        return diagnose(program, fault)
    except RecursionError:
        return ()


def _is_wrong_answer(verdict: Row) -> bool:
    """Whether a test's assertion has failed, and not something that the test did with the answer."""
    said = verdict["message"].startswith("AssertionError")
    return said and verdict["category"].startswith("wrong/")


def _noted(row: Row, mistakes: Sequence[str], category: str = "") -> Row:
    verdict = {**row["verdict"], "mistakes": list(mistakes)}
    if category:
        verdict["category"] = category
    return {**row, "verdict": verdict}


def repair_rows(
    suite: Suite,
    rows: Sequence[Row],
    pool: JudgePool,
    references: References,
    stand_in: bool = True,
    progress: Progress | None = None,
) -> list[Row]:
    """The rows, each with `fixed`: None, or what repair made of the program.

    `fixed` has program, mistakes (ids of what was mended), passed and verdict.
    """
    tasks, result = suite.by_id(), [{**row, "fixed": None} for row in rows]
    places = [
        place
        for place, row in enumerate(rows)
        if row["program"] is not None
        and len(row["program"]) <= _LONGEST
        and row["verdict"]["stage"] in _RAISING
    ]

    def mend(place: int) -> Row | None:
        row = rows[place]
        return _mended(tasks[row["task_id"]], row["program"], pool, references, stand_in)

    with ThreadPoolExecutor(pool.workers) as threads:
        mending = {threads.submit(mend, place): place for place in places}
        for done, future in enumerate(as_completed(mending), 1):
            result[mending[future]]["fixed"] = future.result()
            if progress:
                progress(done, len(places))
    return result


def _mended(
    task: Task, program: str, pool: JudgePool, references: References, stand_in: bool
) -> Row | None:
    limits = references.limits.get(task.task_id)
    run = task_runner(pool, task.test, task.entry_point, given_by(task), limits, stand_in)
    try:
        better, mistakes = repair(program, run)
    except RecursionError:
        return None
    if better == program:
        return None
    strong = references.is_strong(task.task_id)
    job = job_from(task, Extraction(better, "repaired"), limits, strong, stand_in)
    [verdict] = pool.judge([job])
    return {
        "program": better,
        "mistakes": list(mistakes),
        "passed": verdict.passed,
        "verdict": verdict.model_dump(mode="json"),
    }


def summarise_repairs(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The score with repair beside the score without, and what was mended.

    `passed_fixed` counts samples that pass as they were said or as they were repaired;
    `figures_fixed` has the three figures of those; `repairs` says how many programs repair changed
    and how many of them pass, and the same by the id of each mistake.
    """
    after = [{**row, "passed": row["passed"] or _passes(row)} for row in rows]
    changed = [row for row in rows if row["fixed"]]
    counts = Counter(mistake for row in changed for mistake in row["fixed"]["mistakes"])
    passing = Counter(m for row in changed if _passes(row) for m in row["fixed"]["mistakes"])
    three = figures(after)
    return {
        "passed_fixed": sum(row["passed"] for row in after),
        "pass_at_1_fixed": three["all"]["pass_at_1"],
        "ci95_fixed": three["all"]["ci95"],
        "figures_fixed": three,
        "repairs": {
            "changed": len(changed),
            "passed": sum(map(_passes, changed)),
            "by_mistake": {
                name: {"changed": count, "passed": passing[name]}
                for name, count in counts.most_common()
            },
        },
    }


def _passes(row: Mapping[str, Any]) -> bool:
    return bool(row["fixed"] and row["fixed"]["passed"])
