"""A run folder as `qspark run` leaves it, made up from a seed, for the report's tests."""

import json
import random
from pathlib import Path

from qspark.evaluate.summary import summarise
from qspark.tasks.task import Task
from qspark.verify.verdict import Verdict

HOSTILE = (
    "</script><script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'>"
    "</style></pre>\x1b[2J\u202e{{ 7 * 7 }} <!-- \" ' &lt;"
)

FAMILIES = {
    "bell": ("basic", "seen"),
    "ghz": ("basic", "seen"),
    "rotation": ("basic", "seen"),
    "qft": ("intermediate", "seen"),
    "sampler": ("intermediate", "seen"),
    "estimator": ("advanced", "seen"),
    "mcx": ("intermediate", "unseen"),
    "teleport": ("advanced", "unseen"),
}

SKILL = {"base": 0.38, "orpo": 0.5, "grpo": 0.55, "orpo-grpo": 0.66}

FAILURES = (
    ("import", "api/removed", "ImportError: cannot import name 'execute' from 'qiskit'"),
    ("run", "api/attribute", "AttributeError: 'QuantumCircuit' object has no attribute 'cnot'"),
    ("check", "wrong/endianness", "AssertionError: qubit 0 is the rightmost character"),
    ("check", "wrong/value", "AssertionError: expected 3 qubits, got 2"),
    ("parse", "syntax/error", "SyntaxError: '(' was never closed (line 4)"),
)

RIGHT = """from qiskit import QuantumCircuit


def {name}() -> QuantumCircuit:
    circuit = QuantumCircuit({n}, {n})
    circuit.h(0)
    for target in range(1, {n}):
        circuit.cx(0, target)
    circuit.measure(range({n}), range({n}))
    return circuit
"""

WRONG = """from qiskit import QuantumCircuit, execute


def {name}() -> QuantumCircuit:
    circuit = QuantumCircuit({n}, {n})
    circuit.h(0)
    for target in range(1, {n}):
        circuit.cnot(0, target)
    return circuit
"""


def make_tasks(per_family: int = 12) -> list[Task]:
    tasks = []
    for family, (difficulty, group) in FAMILIES.items():
        for index in range(per_family):
            name = f"{family}_{index}"
            prompt = (
                f"from qiskit import QuantumCircuit\n\n\ndef {name}() -> QuantumCircuit:\n"
                f'    """Prepare the {family} state on {index + 2} qubits and measure them."""\n'
            )
            tasks.append(
                Task(
                    task_id=f"families/{family}/{index}",
                    suite="families",
                    form="completion",
                    prompt=prompt,
                    entry_point=name,
                    canonical_solution="    pass\n",
                    test="def check(candidate):\n    pass\n",
                    difficulty=difficulty,
                    annotations={"family": family, "group": group},
                )
            )
    return tasks


def make_rows(tasks: list[Task], skill: float, seed: int, samples: int = 8) -> list[dict]:
    """Judged answers: one greedy and `samples` sampled per task, about `skill` of them passing."""
    rng, luck = random.Random(seed), random.Random(7)
    rows = []
    for index, task in enumerate(tasks):
        hardness = luck.random()
        for sample in range(samples + 1):
            surprise = rng.random() < 0.08
            passed = (hardness < skill) != surprise if sample == 0 else rng.random() < 0.6 * skill
            numbers = {"name": task.entry_point, "n": index % 12 + 2}
            if passed:
                program, verdict = RIGHT.format(**numbers), Verdict(status="pass", stage="done")
            else:
                stage, category, message = rng.choice(FAILURES)
                program = WRONG.format(**numbers)
                line = "circuit.cnot(0, target)" if stage == "run" else ""
                verdict = Verdict(
                    status="fail", stage=stage, category=category, message=message, line=line
                )
            rows.append(
                {
                    "task_id": task.task_id,
                    "sample": sample,
                    "mode": "sampled" if sample else "greedy",
                    "text": program,
                    "program": program,
                    "passed": passed,
                    "verdict": verdict.model_dump(mode="json"),
                }
            )
    return rows


def break_rows(rows: list[dict]) -> None:
    """Give one answer each: hostile text, no program, a fault of the sandbox."""
    greedy = [row for row in rows if row["mode"] == "greedy" and not row["passed"]]
    greedy[0].update(text=HOSTILE, program=HOSTILE)
    greedy[0]["verdict"].update(message=HOSTILE, category="wrong/<b>value</b>")
    greedy[1].update(text="I cannot " + HOSTILE, program=None)
    greedy[1]["verdict"].update(stage="extract", category="extract/none", message="no code")
    greedy[2]["verdict"].update(status="infra", category="infra/sandbox", message="fork failed")


def make_logs(stage: str, seed: int) -> list[dict]:
    rng, rows = random.Random(seed), []
    for step in range(1, {"sft": 900, "orpo": 50}.get(stage, 60) + 1):
        progress = step / 60
        if stage == "sft":
            rows.append({"step": step, "loss": 0.15 + 5 / (1 + step / 20) + rng.gauss(0, 0.05)})
        elif stage == "orpo":
            rows.append(
                {
                    "step": step,
                    "loss": 0.6 - 0.2 * progress + rng.gauss(0, 0.03),
                    "nll": 0.3 - 0.05 * progress + rng.gauss(0, 0.02),
                    "odds_loss": 0.69 / (1 + progress) + rng.gauss(0, 0.03),
                    "reward_accuracy": min(1.0, 0.55 + 0.35 * progress + rng.gauss(0, 0.04)),
                }
            )
        else:
            share = min(1.0, max(0.0, 0.25 + 0.3 * progress + rng.gauss(0, 0.06)))
            rows.append(
                {
                    "step": step,
                    "loss": float("nan") if step == 5 else rng.gauss(0, 0.01),
                    "reward": share + 0.05,
                    "pass_rate": share,
                    "completion_length": 92 - 10 * progress + rng.gauss(0, 4),
                    "all_wrong_share": max(0.0, 0.5 - 0.4 * progress + rng.gauss(0, 0.05)),
                }
            )
    return rows


def write_run(folder: Path, hostile: bool = True) -> Path:
    """The whole run folder."""
    tasks = make_tasks()
    results = {
        model: make_rows(tasks, skill, seed=index)
        for index, (model, skill) in enumerate(SKILL.items())
    }
    if hostile:
        break_rows(results["base"])
        break_rows(results["grpo"])
    stages = ("data", "sft", "orpo", "grpo", "orpo-grpo", "evaluate")
    write_json(
        folder / "manifest.json",
        {
            "name": "tiny-cpu",
            "seed": 17,
            "versions": {"qspark": "0.1.0", "python": "3.12.3", "qiskit": "2.3.1"},
            "started": "2026-10-10T09:31:07+00:00",
            "stages": {name: {"seconds": 41.7 * index + 3.2} for index, name in enumerate(stages)},
        },
    )
    write_json(
        folder / "profile.json",
        {"seed": 17, "model": {"hidden": 128, "layers": 3}, "grpo": {"steps": 60, "lr": 1e-4}},
    )
    counts = {"tasks": 1280, "pairs": 3411, "rows": 7202, "families": 24, "mistakes": 61}
    write_json(folder / "data" / "card.json", counts)
    write_jsonl(folder / "data" / "heldout.jsonl", [task.model_dump(mode="json") for task in tasks])
    for index, stage in enumerate(("sft", "orpo", "grpo", "orpo-grpo")):
        write_jsonl(folder / stage / "log.jsonl", make_logs(stage, seed=index))
    for model, rows in results.items():
        write_jsonl(folder / "evaluate" / model / "results.jsonl", rows)
    summary = summarise("families", "3f9a" * 16, tasks, results, base="base", seed=17)
    summary["guard"] = summarise("python", "77ab" * 16, tasks, results, base="base", seed=17)
    write_json(folder / "evaluate" / "summary.json", summary)
    return folder


def write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def write_jsonl(path: Path, rows: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
