"""Verdicts of ordinary programs: stage, category, message, line and counts."""

import pytest

from qspark.tasks.task import Task
from qspark.verify.judge import Job, Limits, job_for, reference_job
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

TEST = """
from qiskit.quantum_info import Operator

def check(candidate):
    assert isinstance(candidate(), QuantumCircuit), "type"
    for _ in range(3):
        assert candidate().num_qubits == 2
    expected = QuantumCircuit(2)
    expected.h(0)
    assert Operator(candidate()).equiv(
        Operator(expected)
    ), "not the same"
"""
IMPORT = "from qiskit import QuantumCircuit\n"
RIGHT = IMPORT + "def f():\n    qc = QuantumCircuit(2)\n    qc.h(0)\n    return qc\n"


def judge(pool: JudgePool, program: str, test: str = TEST) -> Verdict:
    return pool.judge([Job(program, test, "f", Limits(cpu_seconds=5), stand_in=False)])[0]


def test_a_right_program_passes(pool: JudgePool) -> None:
    verdict = judge(pool, RIGHT)
    assert (verdict.status, verdict.stage, verdict.category) == ("pass", "done", "")
    assert (verdict.checks_passed, verdict.checks_total) == (3, 3)
    assert 0 < verdict.cpu_seconds < 2
    assert 50 < verdict.peak_mb < 2000


def test_a_wrong_value_names_the_line_and_counts_the_checks(pool: JudgePool) -> None:
    verdict = judge(pool, RIGHT.replace("qc.h(0)", "qc.x(0)"))
    assert (verdict.status, verdict.stage, verdict.category) == ("fail", "check", "wrong/value")
    assert verdict.message == "AssertionError: not the same"
    assert verdict.line.startswith("assert Operator(candidate()).equiv( Operator(expected)")
    assert (verdict.checks_passed, verdict.checks_total) == (2, 3)


CASES = {
    "wrong type": ("def f(): return None", "check", "wrong/type"),
    "removed import": ("from qiskit import Aer\ndef f(): pass", "import", "api/removed"),
    "removed module": ("import qiskit.providers.aer\ndef f(): pass", "import", "api/removed"),
    "late import": ("def f():\n    from qiskit import execute", "run", "api/removed"),
    "unknown package": ("import pennylane\ndef f(): pass", "import", "env/missing-package"),
    "removed method": ("def f():\n    QuantumCircuit(1).cnot(0, 1)", "run", "api/removed"),
    "wrong arguments": ("def f():\n    QuantumCircuit(1).h(qbit=0)", "run", "api/signature"),
    "own arguments": ("def f(n): pass", "check", "api/signature"),
    "account": (
        "from qiskit_ibm_runtime import QiskitRuntimeService as S\ndef f(): return S()",
        "run",
        "env/credentials",
    ),
    "circuit error": ("def f():\n    QuantumCircuit(1).h(3)", "run", "runtime/circuit"),
    "python error": ("def f():\n    return 1 / 0", "run", "runtime/python"),
    "module level": ("1 / 0", "define", "runtime/python"),
    "no entry point": ("def g(): pass", "define", "extract/no-entry-point"),
    "own assertion": ("def f():\n    assert False", "run", "runtime/python"),
    "transpiler error": (
        "from qiskit import transpile\ndef f():\n"
        "    transpile(QuantumCircuit(3), coupling_map=[[0, 1]])",
        "run",
        "runtime/transpiler",
    ),
    "wrong for the test": ("def f(): return QuantumCircuit(3)", "check", "wrong/value"),
}


@pytest.mark.parametrize("name", CASES)
def test_failures_are_told_apart(pool: JudgePool, name: str) -> None:
    body, stage, category = CASES[name]
    verdict = judge(pool, IMPORT + body + "\n")
    assert (verdict.status, verdict.stage, verdict.category) == ("fail", stage, category)
    assert verdict.message


def test_the_test_sees_names_of_the_program_but_not_its_module(pool: JudgePool) -> None:
    program = "import math\nWIDTH = 3\ndef f(): return WIDTH\n"
    test = "WIDTH = 5\ndef check(candidate):\n    assert candidate() == math.floor(3.5)\n"
    assert judge(pool, program, test).passed


def test_programs_see_a_module_that_is_not_main(pool: JudgePool) -> None:
    program = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\nimport inspect\n"
        "@dataclass\nclass Point:\n    x: int\n"
        "def f(): return __name__, Point(3).x, inspect.getsource(Point)[:10]\n"
    )
    test = "def check(c):\n    assert c()[0] != '__main__' and c()[1:] == (3, '@dataclass')\n"
    assert judge(pool, program, test).passed


def test_warnings_in_a_program_are_not_errors(pool: JudgePool) -> None:
    program = (
        "import warnings\ndef f():\n    warnings.warn('old', DeprecationWarning)\n    return 1\n"
    )
    assert judge(pool, program, "def check(c):\n    assert c() == 1\n").passed


def test_random_numbers_depend_on_the_program_alone(pool: JudgePool) -> None:
    program = "import random, numpy\ndef f():\n    print(random.random(), numpy.random.rand())\n"
    test = "def check(c): c()\n"
    first, again = judge(pool, program, test), judge(pool, program, test)
    other = judge(pool, program + "# other\n", test)
    assert first.output_tail == again.output_tail != other.output_tail


@pytest.mark.parametrize("test", ["def check(c:\n", "x = 1\n", "import no_such_package\n"])
def test_a_broken_test_is_never_charged_to_the_program(pool: JudgePool, test: str) -> None:
    verdict = judge(pool, "def f(): pass\n", test)
    assert (verdict.status, verdict.category) == ("infra", "infra/test")


def test_transpiling_and_simulating_work_in_a_child(pool: JudgePool) -> None:
    program = (
        "from qiskit import QuantumCircuit, transpile\nfrom qiskit_aer import AerSimulator\n"
        "def f():\n    qc = QuantumCircuit(2)\n    qc.h(0)\n    qc.cx(0, 1)\n    qc.measure_all()\n"
        "    backend = AerSimulator(seed_simulator=1)\n"
        "    return backend.run(transpile(qc, backend), shots=100).result().get_counts()\n"
    )
    test = "def check(c):\n    assert set(c()) == {'00', '11'}\n"
    assert judge(pool, program, test).passed


TASK = Task(
    task_id="t/1",
    suite="t",
    form="completion",
    prompt='def f():\n    """ Answer. """',
    entry_point="f",
    canonical_solution="\n    return 42\n",
    test="def check(c):\n    assert c() == 42\n",
)


def test_answers_without_code_cost_no_process(pool: JudgePool) -> None:
    executed = pool.stats.executed
    jobs = [job_for(TASK, text) for text in ("", "I am sorry, I cannot.", "return )(")]
    verdicts = pool.judge(jobs)
    assert [(v.stage, v.category) for v in verdicts] == [
        ("extract", "extract/empty"),
        ("extract", "extract/no-code"),
        ("parse", "parse/syntax"),
    ]
    assert pool.stats.executed == executed
    assert pool.judge([reference_job(TASK), job_for(TASK, "return 42")])[1].passed
