"""A data folder of the tiny world's kind, made by hand: three tasks that need no Qiskit."""

from pathlib import Path

from tests.paths import MICRO

from qspark.config import load_profile
from qspark.runs import write_json, write_jsonl
from qspark.tasks.task import Task


def task(number: int, part: str = "train") -> Task:
    return Task(
        task_id=f"give/{part}/{number}",
        suite="small",
        form="instruction",
        prompt=f"Write a function `give()`. Return {number}.",
        entry_point="give",
        canonical_solution=f"def give():\n    return {number}\n",
        test=f"def check(candidate):\n    assert candidate() == {number}\n",
        difficulty="basic",
    )


def write_data(folder: Path) -> Path:
    tasks = [task(number) for number in range(3)]
    rows = [
        {
            "task_id": t.task_id,
            "chosen": t.canonical_solution,
            "rejected": "pass\n",
            "mistake": "A01",
        }
        for t in tasks
    ]
    write_jsonl(folder / "tasks.jsonl", [t.model_dump(mode="json") for t in tasks])
    write_jsonl(
        folder / "sft.jsonl",
        [{"task_id": t.task_id, "answer": t.canonical_solution, "mistake": None} for t in tasks],
    )
    write_jsonl(folder / "pairs.jsonl", rows)
    for name in ("rl", "heldout", "watch", "python"):
        part = [task(number, name) for number in range(10, 13)]
        write_jsonl(folder / f"{name}.jsonl", [t.model_dump(mode="json") for t in part])
    write_json(folder / "card.json", {"tasks": 3, "pairs": 3})
    return folder


def small_profile(**sft):
    """The micro profile with a smaller model; keywords change [sft]."""
    profile = load_profile(str(MICRO))
    changes = {"steps": 4, "save_steps": 1, "eval_steps": 1, "logging_steps": 1, **sft}
    scratch = profile.model.scratch.model_copy(update={"hidden_size": 16, "intermediate_size": 16})
    return profile.model_copy(
        update={
            "sft": profile.sft.model_copy(update=changes),
            "model": profile.model.model_copy(update={"scratch": scratch}),
        }
    )
