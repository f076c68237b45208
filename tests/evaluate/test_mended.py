"""Diagnosis and repair of answers: what is mended, what is left alone, and what is counted."""

import json
from typing import Any

import pytest

from qspark.evaluate.mended import diagnose_rows, repair_rows, summarise_repairs
from qspark.evaluate.score import judge_references, score_samples
from qspark.tasks.samples import Sample
from qspark.tasks.suites import Suite, load_suite
from qspark.verify.pool import JudgePool

REFERENCE = """
    qc = QuantumCircuit(2)
    qc.x(0)
    qc.cx(0, 1)
    qc.rz(0.5, 1)
    return qc
"""
REMOVED = REFERENCE.replace("cx(", "cnot(")
REVERSED = """
    qc = QuantumCircuit(2)
    qc.x(1)
    qc.cx(1, 0)
    qc.rz(0.5, 0)
    return qc
"""
NO_PYTHON = "    return (("


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    test = """
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
def check(candidate):
    right = QuantumCircuit(2)
    right.x(0)
    right.cx(0, 1)
    right.rz(0.5, 1)
    assert Operator(candidate()) == Operator(right)
"""
    task = {
        "task_id": "t/0", "entry_point": "f", "test": test, "canonical_solution": REFERENCE,
        "prompt": 'from qiskit import QuantumCircuit\ndef f():\n    """A circuit."""',
        "difficulty_scale": "basic",
    }  # fmt: skip
    path = tmp_path_factory.mktemp("suite") / "suite.jsonl"
    path.write_text(json.dumps(task))
    return load_suite(str(path))


@pytest.fixture(scope="module")
def rows(suite: Suite, pool: JudgePool) -> list[dict[str, Any]]:
    answers = (REFERENCE, REMOVED, REVERSED, NO_PYTHON, "    raise ValueError('no')\n")
    samples = [Sample("t/0", number, text) for number, text in enumerate(answers)]
    references = judge_references(suite, samples, pool)
    rows = score_samples(suite, samples, pool, references)
    rows = diagnose_rows(suite, rows, pool, references)
    return repair_rows(suite, rows, pool, references)


def test_failures_are_diagnosed(rows: list[dict[str, Any]]) -> None:
    verdicts = [row["verdict"] for row in rows]
    assert [verdict["status"] for verdict in verdicts] == ["pass", *["fail"] * 4]
    assert list(verdicts[1]["mistakes"]) == ["B01"]
    assert verdicts[2]["category"] == "wrong/endianness"
    assert list(verdicts[2]["mistakes"]) == ["S02"]
    assert not verdicts[0]["mistakes"] and not verdicts[4]["mistakes"]


def test_only_what_raised_is_repaired_and_judged_once(rows: list[dict[str, Any]]) -> None:
    fixed = [row["fixed"] for row in rows]
    assert [each is not None for each in fixed] == [False, True, False, False, False]
    assert fixed[1]["mistakes"] == ["B01"] and fixed[1]["passed"]
    assert "qc.cx(0, 1)" in fixed[1]["program"]
    assert fixed[1]["verdict"]["integrity"] == "strong"


def test_the_score_with_repair_stands_beside_the_one_without(rows: list[dict[str, Any]]) -> None:
    summary = summarise_repairs(rows)
    assert summary["passed_fixed"] == 2
    assert summary["pass_at_1_fixed"] == pytest.approx(2 / 5)
    assert summary["repairs"] == {
        "changed": 1, "passed": 1, "by_mistake": {"B01": {"changed": 1, "passed": 1}},
    }  # fmt: skip
    assert not rows[1]["passed"]  # the score itself is of what was said


def test_repair_never_sees_an_assertion(suite: Suite, pool: JudgePool) -> None:
    """An answer that would pass if it were mended, but that runs, is left as it is."""
    runs_wrong = REFERENCE.replace("qc.cx(0, 1)\n", "qc.cx(0, 1)\n    qc.z(0)\n")
    samples = [Sample("t/0", 0, runs_wrong)]
    references = judge_references(suite, samples, pool)
    [row] = repair_rows(suite, score_samples(suite, samples, pool, references), pool, references)
    assert row["verdict"]["stage"] == "check" and row["fixed"] is None


@pytest.mark.parametrize(
    "body", ["    return " + "-" * 900 + "one\n", "    x.y" + ".z()" * 900 + "\n"]
)
def test_a_program_that_cannot_be_read_is_left_alone(
    suite: Suite, pool: JudgePool, body: str
) -> None:
    samples = [Sample("t/0", 0, body), Sample("t/0", 1, "    one\n" * 20_000)]
    references = judge_references(suite, samples, pool)
    rows = score_samples(suite, samples, pool, references)
    rows = repair_rows(suite, diagnose_rows(suite, rows, pool, references), pool, references)
    assert [row["passed"] for row in rows] == [False, False]
    assert [row["fixed"] for row in rows] == [None, None]
