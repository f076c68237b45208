"""A run folder, read for its report. What a stage has not written yet is simply not there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qspark.errors import RunError
from qspark.runs import read_json, read_jsonl
from qspark.tasks.task import Task

STAGES = ("sft", "orpo", "grpo", "orpo-grpo")


@dataclass(frozen=True)
class RunData:
    """What is in a run folder; None or empty for a stage that did not run.

    `logs[stage]` are the rows of its log.jsonl; `results[model]` those of its results.jsonl.
    """

    manifest: dict[str, Any]
    profile: dict[str, Any] | None
    card: dict[str, Any] | None
    tasks: dict[str, Task]
    logs: dict[str, list[dict[str, Any]]]
    results: dict[str, list[dict[str, Any]]]
    summary: dict[str, Any] | None


def read_run(run: Path) -> RunData:
    """Read a run folder. RunError when it is not one, or when a file in it is broken."""
    manifest = _read_json(run / "manifest.json")
    if manifest is None:
        raise RunError(f"{run} has no manifest.json: give the folder that `qspark run` wrote")
    heldout = run / "data" / "heldout.jsonl"
    try:
        tasks = [Task.model_validate(row) for row in read_jsonl(heldout)]
    except ValidationError as error:
        raise RunError(f"{heldout} holds a row that is no task: build the data again") from error
    summary = _read_json(run / "evaluate" / "summary.json")
    results = {path.parent.name: read_jsonl(path) for path in run.glob("evaluate/*/results.jsonl")}
    logs = {stage: read_jsonl(run / stage / "log.jsonl") for stage in STAGES}
    return RunData(
        manifest=manifest,
        profile=_read_json(run / "profile.json"),
        card=_read_json(run / "data" / "card.json"),
        tasks={task.task_id: task for task in tasks},
        logs={stage: rows for stage, rows in logs.items() if rows},
        results=results,
        summary=summary,
    )


def _read_json(path: Path) -> dict[str, Any] | None:
    found = read_json(path) if path.exists() else None
    if not isinstance(found, dict | None):
        raise RunError(f"{path} does not hold a JSON object: run the same command again")
    return found
