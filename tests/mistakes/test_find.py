"""What is found, and above all what is not."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mistakes.benchmarks import DEV, needs_benchmarks

from qspark.mistakes.find import check_source
from qspark.mistakes.source import SourceError
from qspark.mistakes.symbols import stored_index
from qspark.tasks.suites import load_suite

QISKIT = "from qiskit import QuantumCircuit\n"


def ids(text, **given):
    return [finding.id for finding in check_source(text, **given)]


@pytest.mark.parametrize(
    "text",
    [
        "class A:\n    def cnot(self, a): ...\nA().cnot(1)\nimport qiskit\n",
        "import cirq, qiskit\ndef f(c):\n    c.cnot(0, 1)\n    c.u3(1, 2, 3, 0)\n",
        "import numpy as np\nimport qiskit\nnp.eye(2).diagonal()\n",
        QISKIT + "def f(qc):\n    return [i.operation.duration for i in QuantumCircuit(1).data"
        " if i.operation.name == 'delay']\n",
        QISKIT + "from qiskit.circuit import IfElseOp\nfor i in QuantumCircuit(1).data:\n"
        "    if isinstance(i.operation, IfElseOp):\n        print(i.operation.condition)\n",
        QISKIT + "class A:\n    def f(self):\n        return self.options.seed_simulator\n",
        QISKIT + "from qiskit.transpiler import CouplingMap, PassManager\n"
        "from qiskit.transpiler.passes import SabreSwap\ndef f(qc: QuantumCircuit):\n"
        "    return PassManager([SabreSwap(CouplingMap.from_line(5))]).run(qc)\n",
        QISKIT + "def execute(qc, backend): ...\nexecute(QuantumCircuit(1), None)\n",
        QISKIT + "qc = QuantumCircuit(1)\nqc = object()\nqc.cnot\n",
        QISKIT
        + "def f(x):\n    qc = QuantumCircuit(1)\n    if x:\n        qc = x\n    return qc.entangle\n",
        "try:\n    from qiskit import Aer\nexcept ImportError:\n    from qiskit_aer import Aer\n",
        "try:\n    from qiskit_aer import Aer\nexcept ImportError:\n    from qiskit import Aer\n",
        "try:\n    from qiskit import Aer, execute\nexcept ImportError:\n    execute = None\n",
        "import qiskit\nif qiskit.__version__ < '1':\n    from qiskit import Aer\n"
        "else:\n    from qiskit_aer import Aer\n",
        QISKIT + "qc = QuantumCircuit(1)\ntry:\n    qc = qc.bind_parameters({})\n"
        "except AttributeError:\n    qc = qc.assign_parameters({})\n",
        QISKIT + "qc = QuantumCircuit(1)\nqc.cnot(0, 1) if hasattr(qc, 'cnot') else qc.cx(0, 1)\n",
        "import qiskit\nfrom qiskit import __version__\nprint(qiskit.__version__, __version__)\n",
        QISKIT
        + "qc = QuantumCircuit(2, 2)\nfor i in range(2):\n    qc.measure(i, i)\nqc.cx(0, 1)\n",
        QISKIT + "qc = QuantumCircuit(1, 1)\nwith qc.if_test((0, 1)):\n    qc.x(0)\n",
        QISKIT + "n = 3\nqc = QuantumCircuit(n)\nfor k in range(n - 1):\n    qc.cx(k, k + 1)\n",
        "from qiskit.transpiler import generate_preset_pass_manager as g\n"
        "from qiskit_ibm_runtime.fake_provider import FakeManilaV2\ng(FakeManilaV2(), 1)\n",
        "from qiskit_ibm_runtime import Options\n",
        QISKIT + "qc = QuantumCircuit(3, 3)\nqc.ms(0.1, [0, 1])\n"
        "from qiskit_ibm_runtime.fake_provider import FakeManilaV2\nFakeManilaV2().run(qc)\n",
        QISKIT + "def helper(circuit):\n    circuit.measure_all()\n"
        "from qiskit.primitives import StatevectorSampler\nqc = QuantumCircuit(1)\nhelper(qc)\n"
        "StatevectorSampler().run([qc]).result()[0].data.meas\n",
    ],
)
def test_no_false_alarm(text):
    assert ids(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import qiskit\nqiskit.Aer.get_backend('x')\n", ["A02"]),
        ("import qiskit as q\nq.execute\n", []),
        ("from qiskit import QuantumCircuit as QC\nqc = QC(2)\nqc.cnot(0, 1)\n", ["B01"]),
        (QISKIT + "def f(circuit: QuantumCircuit):\n    circuit.qasm()\n", ["B13"]),
        (QISKIT + "def f(thing):\n    thing.bind_parameters({})\n", ["B12"]),
        (QISKIT + "def f(thing):\n    thing.qft(3)\n", []),
        (QISKIT + "qc = QuantumCircuit(2)\nqc.entangle(0)\n", ["H01"]),
        ("from qiskit.circuit.library import HGat\n", ["H02"]),
        ("from qiskit.circuit.libary import HGate\n", ["H03"]),
        ("from qiskit import transpile\ntranspile(None, optimisation_level=1)\n", ["H04"]),
        (QISKIT + "Statevector(QuantumCircuit(1))\n", ["H06"]),
        ("from qiskit import *\nexecute\n", ["A01"]),
        (QISKIT + "qc = QuantumCircuit(1)\nqc += QuantumCircuit(1)\nqc.h(0)\n", ["B24"]),
        (QISKIT + "n = 1\nn += 1\nqc = QuantumCircuit(n)\nqc.global_phase += 1\n", []),
        ("try:\n    from qiskit import Aer\nexcept ImportError:\n    raise\nprint(Aer)\n", ["A02"]),
        (
            "try:\n    from qiskit import Aer\nexcept Exception as e:\n    e = 1\nprint(Aer)\n",
            ["A02"],
        ),
    ],
)
def test_what_names_refer_to(text, expected):
    found = ids(text)
    assert found == expected or (expected == [] and "A01" in found and "q.execute" in text)


def test_comments_ignore_findings():
    line = "qc.cnot(0, 1); qc.mct([0], 1)"
    text = QISKIT + "qc = QuantumCircuit(2)\n"
    assert ids(f"{text}{line}\n") == ["B01", "B04"]
    assert ids(f"{text}{line}  # qspark: ignore\n") == []
    assert ids(f"{text}{line}  # qspark: ignore[B01]\n") == ["B04"]
    assert ids(f"{text}{line}  # qspark: ignore[b01, B04]\n") == []


def test_a_finding_is_said_once_and_of_its_package():
    text = "import qiskit\nqc = qiskit.QuantumCircuit(1)\nqiskit.execute(qc, print)\n"
    assert ids(text) == ["A01"]
    text = (
        "from qiskit_ibm_runtime import QiskitRuntimeService\nQiskitRuntimeService().get_backend\n"
    )
    (finding,) = check_source(text)
    assert "runtime" in finding.message and "Qiskit 2" not in finding.message


def test_a_long_line_takes_no_square_of_its_length():
    text = "import qiskit\nx = [" + "qiskit.Aer, " * 5_000 + "]\n"
    assert len(ids(text)) == 5_000


def test_positions():
    finding = check_source(
        "from qiskit import QuantumCircuit\né = QuantumCircuit(2); é.cnot(0, 1)\n"
    )[0]
    assert (finding.line, finding.column, finding.end_line, finding.end_column) == (2, 24, 2, 30)


def test_versions_differ():
    text = "from qiskit.primitives import Sampler\nfrom qiskit import Aer, pulse\n"
    in_0_46 = {(f.id, f.severity) for f in check_source(text, stored_index("0.46"))}
    assert ("A02", "warning") in in_0_46 and not any(s == "error" for _, s in in_0_46)
    in_1_4 = {(f.id, f.severity) for f in check_source(text, stored_index("1.4"))}
    assert in_1_4 == {("A02", "error"), ("A19", "warning"), ("A17", "warning")}
    assert {f.severity for f in check_source(text)} == {"error"}


@given(st.text(alphabet="qc.=(),:[]'01 \n\tx#@*é", max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_is_checked_or_refused(text):
    try:
        check_source("import qiskit\n" + text)
    except SourceError as error:
        assert "<text>" in str(error)


@needs_benchmarks
def test_reference_solutions_have_no_errors():
    # Those whose import or channel is gone in this Qiskit are found rightly.
    gone = {"qiskitHumanEval/46", "qiskitHumanEval/129"}
    for name in (
        "qiskit_humaneval_dev.json",
        "qiskit_humaneval_hard_dev.json",
        "HumanEval.jsonl.gz",
    ):
        for task in load_suite(str(DEV / name)).tasks:
            found = check_source(task.program(task.canonical_solution))
            errors = [(f.id, f.message) for f in found if f.severity == "error"]
            assert bool(errors) == (task.task_id in gone), (task.task_id, errors)


@needs_benchmarks
def test_answers_that_pass_elsewhere_have_no_errors_of_semantics():
    from qspark.verify.extract import extract

    tasks = load_suite(str(DEV / "qiskit_humaneval_dev.json")).by_id()
    for line in (DEV / "real_completions_dev.jsonl").read_text().splitlines():
        row = json.loads(line)
        program = extract(tasks[row["task_id"]], row["completion"]).program
        if row["published_passed"] and program:
            found = {f.id for f in check_source(program) if f.severity == "error"}
            assert found <= {"H06", "A52", "H03"}, (row["task_id"], found)
