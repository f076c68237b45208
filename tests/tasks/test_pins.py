"""What is known of the published tasks, against the files of them that are at hand."""

import json
import os
from importlib import resources
from pathlib import Path

import pytest
from tests.paths import ROOT

from qspark.tasks.pins import compare, faulty_test
from qspark.tasks.suites import load_suite

BENCHMARKS = Path(os.environ.get("QSPARK_BENCHMARKS", ROOT.parent / "shared" / "benchmarks"))
PINNED = json.loads(resources.files("qspark.tasks").joinpath("pins.json").read_text())
SUITES = {
    "qiskit_humaneval_dev.json": 54,
    "qiskit_humaneval_hard_dev.json": 54,
    "HumanEval.jsonl.gz": 164,
}


@pytest.mark.parametrize("name", SUITES)
def test_the_published_tasks_are_pinned_and_a_moved_one_is_named(name: str) -> None:
    if not (BENCHMARKS / name).is_file():
        pytest.skip(f"no {name} in {BENCHMARKS}; set QSPARK_BENCHMARKS to the benchmarks' folder")
    tasks = list(load_suite(str(BENCHMARKS / name)).tasks)
    found = compare(tasks)
    assert (found.known, found.moved, found.not_pinned) == (SUITES[name], (), 0)
    tasks[1] = tasks[1].model_copy(update={"test": tasks[1].test + "# moved\n"})
    tasks.append(tasks[0].model_copy(update={"task_id": "new/0"}))
    found = compare(tasks)
    assert (found.known, found.moved, found.not_pinned) == (len(tasks) - 2, (tasks[1].task_id,), 1)
    assert found.sentence().endswith(f"1 differ: {tasks[1].task_id}; not pinned: 1 tasks")


def test_pins_are_whole() -> None:
    assert sum(name.startswith("HumanEval/") for name in PINNED) == 164
    hashes = [value for forms in PINNED.values() for value in forms.values()]
    assert len(set(hashes)) == len(hashes) == 164 + 2 * 54
    assert all(set(forms) <= {"completion", "instruction"} for forms in PINNED.values())


def test_a_faulty_test_has_a_reason() -> None:
    assert "ibm_quantum" in faulty_test("qiskitHumanEval/129")
    assert faulty_test("qiskitHumanEval/0") == ""


def test_another_suite_is_not_compared() -> None:
    assert compare([]).sentence() == ""
