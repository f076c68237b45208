"""A run folder, read for its report. What a stage has not written yet is simply not there."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qspark.errors import RunError
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
        tasks = [Task.model_validate(row) for row in _read_jsonl(heldout)]
    except ValidationError as error:
        raise RunError(f"{heldout} holds a row that is no task: build the data again") from error
    summary = _read_json(run / "evaluate" / "summary.json")
    results = {path.parent.name: _read_jsonl(path) for path in run.glob("evaluate/*/results.jsonl")}
    logs = {stage: _read_jsonl(run / stage / "log.jsonl") for stage in STAGES}
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
    if not path.exists():
        return None
    try:
        found = json.loads(_read_text(path))
    except ValueError as error:
        raise RunError(f"{path} is not valid JSON ({error}): run the same command again") from error
    if not isinstance(found, dict):
        raise RunError(f"{path} does not hold a JSON object: run the same command again")
    return found


def _read_jsonl(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSONL file, or none; a last line without its newline is still being written."""
    if not path.exists():
        return []
    rows = []
    for number, line in enumerate(_read_text(path).split("\n")[:-1], start=1):
        if not line.strip():
            continue
        try:
            rows.append(json.loads(line))
        except ValueError as error:
            raise RunError(f"{path}, line {number} is not valid JSON: remove that line") from error
    return rows


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(f"{path} cannot be read ({error}): check its permissions") from error
