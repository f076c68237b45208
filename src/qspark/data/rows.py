"""The rows of a dataset: tasks with their annotations, and the schema of each file.

A task's row has the fields of `Task` and beside them what is known of it, flat, so that any tool
can read and filter it. Lists are lists of text; what varies from family to family is JSON text.
"""

import ast
import json
from collections.abc import Sequence
from typing import Any

from qspark.config import Build
from qspark.data.contamination import Likeness
from qspark.data.draw import split_of, unseen
from qspark.data.gates import Examined
from qspark.data.kinds import (
    Kind,
    choose_prompt,
    complete_prompt,
    completion_of,
    migrate_prompt,
    repair_prompt,
    write_prompt,
)
from qspark.data.twins import Twin
from qspark.mistakes.find import findings
from qspark.mistakes.program import Program
from qspark.mistakes.source import SourceError
from qspark.mistakes.symbols import Index, stored_index
from qspark.tasks.task import Task

Row = dict[str, Any]

TEXT, LIST, WHOLE, REAL, FLAG = "text", "list", "whole", "real", "flag"
TASK_COLUMNS = {
    # what is asked, and how it is checked
    "task_id": TEXT, "suite": TEXT, "form": TEXT, "prompt": TEXT, "entry_point": TEXT,
    "canonical_solution": TEXT, "test": TEXT, "difficulty": TEXT,
    # what it is
    "kind": TEXT, "family": TEXT, "topic": TEXT, "split": TEXT, "unseen_family": FLAG,
    "parent": TEXT, "signature": TEXT, "imports": LIST, "params": TEXT,
    # how it is judged
    "oracle": TEXT, "tolerance": REAL, "false_alarm": REAL, "test_calls": WHOLE, "checks": WHOLE,
    "mutants": WHOLE, "mutants_killed": WHOLE, "mutants_equivalent": WHOLE,
    "judged_apart": FLAG,
    # what it takes
    "api_calls": LIST, "api_modules": LIST, "skills": LIST, "rationale": TEXT, "qubits": WHOLE,
    "depth": WHOLE, "returns": LIST, "lines": WHOLE, "mistakes": LIST, "shown_mistakes": LIST,
    # where it holds
    "qiskit_min": TEXT, "qiskit": TEXT, "environment": TEXT, "needs_network": FLAG,
    # where it comes from
    "origin": TEXT, "origin_facts": TEXT, "licence": TEXT, "nearest_benchmark_task": TEXT,
    "longest_ngram": WHOLE, "minhash": REAL, "cosine": REAL,
}  # fmt: skip
PAIR_COLUMNS = {
    "task_id": TEXT, "form": TEXT, "prompt": TEXT, "chosen": TEXT, "rejected": TEXT,
    "mistake": TEXT, "mistake_class": TEXT, "source": TEXT, "error": TEXT, "error_head": TEXT,
    "category": TEXT, "checks_passed": WHOLE, "checks_total": WHOLE, "kind": TEXT, "topic": TEXT,
    "difficulty": TEXT,
}  # fmt: skip
SFT_COLUMNS = {"task_id": TEXT, "form": TEXT, "prompt": TEXT, "completion": TEXT, "kind": TEXT,
               "topic": TEXT, "difficulty": TEXT}  # fmt: skip
RL_COLUMNS = {"task_id": TEXT, "form": TEXT, "prompt": TEXT, "entry_point": TEXT, "test": TEXT,
              "kind": TEXT, "topic": TEXT, "difficulty": TEXT}  # fmt: skip
COST_COLUMNS = {"task_id": TEXT, "cpu_seconds": REAL, "wall_seconds": REAL, "peak_mb": REAL}
RATE_COLUMNS = {"task_id": TEXT, "model": TEXT, "samples": WHOLE, "passed": WHOLE,
                "pass_rate": REAL}  # fmt: skip

_OLDER = ("0.46", "1.4")


def base_row(
    one: Examined, kind: Kind, settings: Build, near: Likeness, indexes: Sequence[Index],
    environment: dict[str, str],
) -> Row:  # fmt: skip
    """The row of a write or complete task."""
    candidate, instance = one.candidate, one.candidate.instance
    program = instance.solution()
    if kind == "complete":
        prompt = complete_prompt(instance, candidate.key)
        answer = completion_of(instance, program) or ""
    else:
        prompt, answer = write_prompt(instance, candidate.key), program
    trace = one.trace
    assert trace is not None
    modules = sorted({_module(symbol) for symbol in trace.symbols})
    return {
        "task_id": f"{candidate.key}/{kind}", "suite": "qspark",
        "form": "completion" if kind == "complete" else "instruction",
        "prompt": prompt, "entry_point": instance.entry_point, "canonical_solution": answer,
        "test": instance.check(), "difficulty": candidate.difficulty, "kind": kind,
        "family": candidate.group, "topic": candidate.topic,
        "split": split_of(candidate, settings), "unseen_family": unseen(candidate, settings),
        "parent": "", "signature": instance.signature, "imports": _imports(program),
        "params": json.dumps(instance.params, sort_keys=True, default=str),
        "oracle": candidate.oracle, "tolerance": candidate.tolerance,
        "false_alarm": candidate.false_alarm, "test_calls": trace.calls,
        "checks": one.references[0].checks_total, "mutants": one.mutants,
        "mutants_killed": one.killed, "mutants_equivalent": one.equivalent,
        "judged_apart": one.apart,
        "api_calls": list(trace.symbols), "api_modules": modules,
        "skills": list(candidate.skills), "rationale": candidate.why, "qubits": trace.qubits,
        "depth": trace.depth, "returns": list(trace.types),
        "lines": len(program.splitlines()),
        "mistakes": sorted({failure.mistake for failure in one.failures}), "shown_mistakes": [],
        "qiskit_min": _oldest(program, indexes), "qiskit": environment["qiskit"],
        "environment": environment["fingerprint"], "needs_network": False,
        "origin": candidate.origin,
        "origin_facts": json.dumps(candidate.origin_facts, sort_keys=True, default=str),
        "licence": candidate.licence, "nearest_benchmark_task": near.nearest,
        "longest_ngram": near.longest_ngram, "minhash": near.minhash, "cosine": near.cosine,
    }  # fmt: skip


def twin_row(one: Examined, twin: Twin, base: Row) -> Row:
    """The row of a repair, migrate or choose task beside its base task's."""
    instance, key = one.candidate.instance, one.candidate.key
    if twin.kind == "repair":
        prompt = repair_prompt(instance, key, twin.shown[0], twin.said)
    elif twin.kind == "migrate":
        prompt = migrate_prompt(instance, key, twin.shown[0])
    else:
        prompt = choose_prompt(instance, key, twin.shown)
    row = {
        **base,
        "task_id": f"{key}/{twin.kind}", "form": "instruction", "prompt": prompt,
        "entry_point": twin.entry_point, "canonical_solution": twin.answer, "test": twin.test,
        "kind": twin.kind, "parent": base["task_id"], "shown_mistakes": list(twin.mistakes),
    }  # fmt: skip
    if twin.kind == "choose":
        row |= {
            "signature": "() -> dict[str, str]", "oracle": "value", "tolerance": 0.0,
            "false_alarm": 0.0, "test_calls": 1, "checks": 1, "mutants": len(twin.wrong),
            "mutants_killed": len(twin.wrong), "mutants_equivalent": 0, "judged_apart": True,
            "qubits": 0, "depth": 0, "returns": ["dict"], "imports": [],
            "lines": len(twin.answer.splitlines()),
        }  # fmt: skip
    return row


def task_of(row: Row) -> Task:
    """The Task of a row; what is known of it becomes its annotations."""
    own = {name: row[name] for name in Task.model_fields if name in row}
    rest = {name: value for name, value in row.items() if name not in Task.model_fields}
    return Task.model_validate({**own, "annotations": rest})


def older_indexes() -> list[Index]:
    """The indexes of earlier versions that come with the catalogue, oldest first."""
    return [stored_index(version) for version in _OLDER]


def _oldest(program: str, indexes: Sequence[Index]) -> str:
    """The earliest version of those at hand in which nothing of a program is found to be missing.

    A function may have been a module of the same name before: calling it says that it is meant.
    """
    for index in indexes:
        try:
            read = Program(program, index)
            found = findings(read)
        except SourceError:
            continue
        called = {index.resolve(read.inference.of(call.func).origin) for call in read.calls}
        missing = any(f.severity == "error" for f in found)
        if not missing and called.isdisjoint(index.modules):
            return ".".join(index.version.split(".")[:2])
    return "2.0"


def _imports(program: str) -> list[str]:
    found = []
    for node in ast.parse(program).body:
        if isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return found


def _module(symbol: str) -> str:
    """The module of a public object or member: what stands before the first capital or the last dot."""
    parts = symbol.split(".")
    for place, part in enumerate(parts):
        if part[:1].isupper():
            return ".".join(parts[:place])
    return ".".join(parts[:-1])
