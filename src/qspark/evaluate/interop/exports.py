"""A scored run in the conventions of other tools. Every function returns the text of a whole file.

human_eval   JSON lines {task_id, completion, passed, result}: openai/human-eval's results
evalplus     JSON lines {task_id, solution}: samples for EvalPlus, each a whole program
eval_arena   JSON lines {benchmark_id, model, example_id, pass1, correct, count}
model_index  the YAML block of a Hugging Face model card
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from qspark.evaluate.breakdown import break_down
from qspark.evaluate.scored import Row, Scored, is_infra, said
from qspark.tasks.task import Task

_HUB = {
    "qiskit-humaneval": ("Qiskit/qiskit_humaneval", "Qiskit HumanEval"),
    "qiskit-humaneval-hard": ("Qiskit/qiskit_humaneval_hard", "Qiskit HumanEval hard"),
    "humaneval": ("openai/openai_humaneval", "HumanEval"),
}


def human_eval(scored: Scored) -> str:
    """The rows with HumanEval's fields first: `completion` is what goes behind the task's prompt.

    `result` is "passed", "timed out" or "failed: REASON"; `raw` is what the model said. Answers that
    could not be judged have `passed` null and "not judged: REASON".
    """
    tasks = scored.suite.by_id()
    return _lines(
        {
            "task_id": row["task_id"],
            "completion": continuation(tasks[row["task_id"]], row),
            "passed": None if is_infra(row) else row["passed"],
            "result": _result(row),
            "sample": row["sample"],
            "raw": said(row),
        }
        for row in scored.rows
    )


def evalplus(scored: Scored) -> str:
    """The answers as self-contained programs; where none was found, the answer as it was said."""
    return _lines(
        {
            "task_id": row["task_id"],
            "solution": said(row) if row["program"] is None else row["program"],
        }
        for row in scored.rows
    )


def eval_arena(scored: Scored) -> str:
    """One line per task with judged answers: how many there are and how many pass."""
    lines = []
    for task_id, rows in scored.all_answers().items():
        judged = [row["passed"] for row in rows if not is_infra(row)]
        if judged:
            lines.append(
                {
                    "benchmark_id": scored.suite.name,
                    "model": scored.name,
                    "example_id": task_id,
                    "pass1": sum(judged) / len(judged),
                    "correct": sum(judged),
                    "count": len(judged),
                }
            )
    return _lines(lines)


def model_index(scored: Scored) -> str:
    """The `model-index` block: pass@1 with its interval, and pass@k where there are k answers.

    Shares are in 0..1. A card leaves its run behind, so the block says what the score is a score of:
    how many of the suite's tasks, what could not be judged, and the prompt, sampling and Qiskit of a
    run that recorded them. JSON strings and numbers are YAML too, so all values are written as JSON.
    """
    first = [row for rows in scored.first_answers().values() for row in rows]
    every = [row for rows in scored.all_answers().values() for row in rows]
    parts = break_down(scored.suite.tasks, first)
    score = parts["all"]
    many = break_down(scored.suite.tasks, every)["all"]["pass_at_k"]
    found = [("pass@1", score["pass_at_1"])] + [(f"pass@{k}", many[k]) for k in many]
    hub, name = _HUB.get(scored.suite.name, (scored.suite.name, scored.suite.name))
    total = len(scored.suite.tasks)
    if score["tasks"] < total:
        name = f"{name} ({score['tasks']} of {total} tasks)"
    lines = [
        "model-index:",
        f"- name: {json.dumps(scored.name)}",
        "  results:",
        "  - task:",
        "      type: text-generation",
        "      name: Code generation",
        "    dataset:",
        f"      type: {json.dumps(hub)}",
        f"      name: {json.dumps(name)}",
        "      args:",
        f"        sha256: {scored.suite.sha256}",
        f"        tasks: {score['tasks']}",
        f"        answers: {score['answers']}",
        f"        suite_tasks: {total}",
        f"        not_judged: {parts['infra']}",
    ]
    recorded = {key: scored.settings.get(key) for key in ("prompt", "temperature", "top_p")}
    versions = scored.settings.get("versions")
    recorded["qiskit"] = versions.get("qiskit") if isinstance(versions, Mapping) else None
    lines += [
        f"        {key}: {json.dumps(v)}" for key, v in recorded.items() if v not in ("", None)
    ]
    lines.append("    metrics:")
    for title, estimate in found:
        if estimate is not None:
            lines += [
                f"    - type: {json.dumps(title)}",
                f"      name: {json.dumps(title)}",
                f"      value: {estimate['value']:.4f}",
                "      args:",
                f"        ci95: [{estimate['low']:.4f}, {estimate['high']:.4f}]",
            ]
    return "\n".join(lines) + "\n"


FORMATS: Mapping[str, tuple[Callable[[Scored], str], str]] = {
    "human-eval": (human_eval, "human_eval_results.jsonl"),
    "evalplus": (evalplus, "evalplus_samples.jsonl"),
    "eval-arena": (eval_arena, "eval_arena.jsonl"),
    "model-index": (model_index, "model_index.yaml"),
}


def continuation(task: Task, row: Row) -> str:
    """The judged program as what follows the task's prompt, so that prompt + continuation runs.

    A program that begins otherwise follows whole: it defines the function again. Where no program
    was found, or the prompt is prose, it is the program or answer as it stands.
    """
    program = row["program"]
    if program is None:
        return said(row)
    if task.form != "completion":
        return program
    return program[len(task.prompt) :] if program.startswith(task.prompt) else f"\n{program}"


def _result(row: Row) -> str:
    verdict = row["verdict"]
    if row["passed"]:
        return "passed"
    if verdict["category"] == "resource/time":
        return "timed out"
    reason = verdict["message"] or verdict["category"]
    return f"not judged: {reason}" if is_infra(row) else f"failed: {reason}"


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)
