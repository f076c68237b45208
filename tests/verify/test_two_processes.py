"""A test in a process of its own sees what it would have seen beside the candidate."""

import pytest

from qspark.tasks.task import Task
from qspark.verify.judge import Job, Limits, given_by, observes_process
from qspark.verify.pool import JudgePool
from qspark.verify.verdict import Verdict

LIMITS = Limits(cpu_seconds=5)


def judge(pool: JudgePool, program: str, test: str, given: str = "") -> Verdict:
    return pool.judge([Job(program, test, "f", LIMITS, given)])[0]


def checking(*lines: str) -> str:
    return "def check(candidate):\n" + "".join(f"    {line}\n" for line in lines)


STRONG = {
    "arguments changed in place": (
        "def f(items, circuit):\n    items.append(4)\n    circuit.x(0)\n",
        checking(
            "from qiskit import QuantumCircuit",
            "items, circuit = [1], QuantumCircuit(1)",
            "assert candidate(items, circuit=circuit) is None",
            "assert items == [1, 4] and circuit.count_ops() == {'x': 1}",
        ),
    ),
    "an argument comes back as itself": (
        "def f(circuit):\n    circuit.h(0)\n    return circuit\n",
        checking(
            "from qiskit import QuantumCircuit",
            "circuit = QuantumCircuit(1)",
            "assert candidate(circuit) is circuit and circuit.size() == 1",
        ),
    ),
    "functions go both ways": (
        "def f(g):\n    return lambda x: g(x) + 1\n",
        checking("assert candidate(lambda x: 10 * x)(4) == 41"),
    ),
    "generators": (
        "def f(n):\n    yield from range(n)\n",
        checking("assert list(candidate(4)) == [0, 1, 2, 3]"),
    ),
    "exceptions keep their class": (
        "from qiskit.circuit.exceptions import CircuitError\n"
        "def f(x):\n    raise (CircuitError if x else ValueError)('no')\n",
        checking(
            "from qiskit.exceptions import QiskitError",
            "try: candidate(1)",
            "except QiskitError as error: assert 'no' in str(error)",
            "else: assert False",
            "try: candidate(0)",
            "except ValueError as error: assert error.args == ('no',)",
        ),
    ),
    "the test's seed reaches the candidate": (
        "import random, numpy\ndef f():\n    return random.random(), numpy.random.rand()\n",
        checking(
            "import random, numpy as np",
            "random.seed(3); np.random.seed(4)",
            "expected = random.random(), np.random.rand()",
            "random.seed(3); np.random.seed(4)",
            "assert candidate() == expected",
            "assert candidate() != expected",
        ),
    ),
    "parameters of both sides": (
        "from qiskit import QuantumCircuit\nfrom qiskit.circuit import ParameterVector\n"
        "def f(given):\n    own = QuantumCircuit(1)\n"
        "    for p in ParameterVector('v', 6): own.rx(p, 0)\n    return own.compose(given)\n",
        checking(
            "from qiskit import QuantumCircuit",
            "from qiskit.circuit import Parameter",
            "given = QuantumCircuit(1)",
            "for name in 'abcdef': given.rz(Parameter(name), 0)",
            "assert candidate(given).num_parameters == 12",
        ),
    ),
    "files in the working folder": (
        "def f():\n    open('out.txt', 'w').write('text')\n",
        checking("candidate()", "assert open('out.txt').read() == 'text'"),
    ),
    "signature and documentation": (
        "def f(a, b=2):\n    return a + b\n",
        checking(
            "import inspect",
            "assert list(inspect.signature(candidate).parameters) == ['a', 'b']",
            "assert helper(candidate(1)) == 6",
        ),
    ),
    "a value instead of a function": ("f = [1, 2]\n", checking("assert candidate == [1, 2]")),
}
GIVEN = "def helper(x):\n    return 2 * x\ndef f(a, b=2):\n    pass\n"


@pytest.mark.parametrize("name", STRONG)
def test_strong_passes(pool: JudgePool, name: str) -> None:
    program, test = STRONG[name]
    verdict = judge(pool, program, test, GIVEN)
    assert (verdict.status, verdict.integrity) == ("pass", "strong"), verdict


WEAK = {
    "an object of the program's own": (
        "class A:\n    x = 3\ndef f():\n    return A()\n",
        checking("assert candidate().x == 3"),
        "A",
    ),
    "a class": ("class f:\n    x = 3\n", checking("assert candidate().x == 3"), "class"),
    "a test that captures output": (
        "def f():\n    print('hello')\n",
        checking(
            "import contextlib, io",
            "with contextlib.redirect_stdout(io.StringIO()) as out: candidate()",
            "assert out.getvalue() == 'hello\\n'",
        ),
        "",
    ),
    "a name that only the program has": (
        "LIMIT = 3\ndef f():\n    return 3\n",
        checking("assert candidate() == LIMIT"),
        "LIMIT",
    ),
    "a subclass that the test asks for": (
        "class N(int):\n    unit = 'ns'\ndef f():\n    return N(3)\n",
        checking("assert candidate().unit == 'ns'"),
        "N",
    ),
}


@pytest.mark.parametrize("name", WEAK)
def test_weak_passes_say_why(pool: JudgePool, name: str) -> None:
    program, test, why = WEAK[name]
    verdict = judge(pool, program, test)
    assert (verdict.status, verdict.integrity) == ("pass", "weak"), verdict
    assert why in verdict.message


@pytest.mark.parametrize("name", ["an object of the program's own", "a class"])
def test_no_program_can_choose_a_weak_verdict(pool: JudgePool, name: str) -> None:
    program, test, why = WEAK[name]
    verdict = pool.judge([Job(program, test, "f", LIMITS, strong_only=True)])[0]
    assert (verdict.status, verdict.category) == ("fail", "wrong/type")
    assert "cannot cross" in verdict.message and why in verdict.message


SWALLOWING = checking("try: candidate()", "except BaseException: return", "assert False")


@pytest.mark.parametrize(
    ("body", "category"),
    [("os._exit(0)", "integrity/exit"), ("os.write(4, bytes([255]) * 8)", "integrity/forgery")],
)
def test_a_lost_line_is_no_error_that_a_test_may_want(
    pool: JudgePool, body: str, category: str
) -> None:
    verdict = judge(pool, f"import os\ndef f():\n    {body}\n", SWALLOWING)
    assert (verdict.status, verdict.category) == ("fail", category)


def test_the_candidate_s_process_cannot_write_a_verdict(pool: JudgePool) -> None:
    program = """
import json, os, sys
frame = sys._getframe()
while frame:
    nonce = frame.f_locals.get("nonce")
    if isinstance(nonce, bytes):
        for status in ("pass", "infra"):
            said = {"status": status, "stage": "done", "integrity": "strong"}
            os.write(3, nonce + json.dumps(said).encode())
            os._exit(0)
    frame = frame.f_back
"""
    verdict = judge(pool, program, checking("assert candidate() == 42"))
    assert verdict.status == "fail"


def test_a_trusted_program_is_judged_in_one_process(pool: JudgePool) -> None:
    job = Job("def f():\n    return 1\n", checking("assert candidate() == 1"), "f", trusted=True)
    verdict = pool.judge([job])[0]
    assert (verdict.passed, verdict.integrity) == (True, "weak")


def test_the_time_of_both_processes_counts(pool: JudgePool) -> None:
    half = "x = 0\n    for i in range(10**9):\n        x += i\n"
    verdict = pool.judge([Job(f"def f():\n    {half}", checking("candidate()"), "f",
                              Limits(cpu_seconds=1, wall_seconds=20))])[0]  # fmt: skip
    assert verdict.category == "resource/time" and verdict.wall_seconds < 10


def test_what_a_task_gives_to_its_test_holds_no_answer() -> None:
    prompt = "import math\ndef helper(x):\n    return x\ndef f(x):\n    '''Twice x.'''\n"
    task = Task(
        task_id="t/0", suite="t", form="completion", prompt=prompt, entry_point="f",
        canonical_solution="    return 2 * x\n", test=checking("pass"),
    )  # fmt: skip
    assert given_by(task).rstrip().startswith(prompt.rstrip()) and "2 * x" not in given_by(task)
    prose = task.model_copy(
        update={
            "form": "instruction",
            "canonical_solution": "import math\ndef f(x): return 2 * x\n",
        }
    )
    assert given_by(prose) == "import math"


@pytest.mark.parametrize(
    ("line", "expected"),
    [("import sys; sys.stdout.write('x')", True), ("with pytest.warns(UserWarning): candidate()", True),
     ("assert candidate() == 'stdout'", False), ("assert candidate()", False)],
)  # fmt: skip
def test_tests_that_look_at_the_process_are_known(line: str, expected: bool) -> None:
    assert observes_process(checking(line)) is expected
