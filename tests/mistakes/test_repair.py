"""Repair follows exceptions; diagnosis names what is behind them; probes say how an answer is wrong."""

import pytest

from qspark.mistakes.diagnose import diagnose, kinds_of, probe_job, probed
from qspark.mistakes.execute import Fault, script_runner, task_runner
from qspark.mistakes.repair import repair
from qspark.tasks.task import Task

HEAD = "from qiskit import QuantumCircuit\nqc = QuantumCircuit(2)\nqc.h(0)\nqc.cx(0, 1)\n"

SCRIPTS = {
    "C04": "from qiskit.primitives import StatevectorSampler\nqc.measure_all()\n"
    "data = [r.data for r in StatevectorSampler().run([qc]).result()][0]\nprint(data.c.get_counts())\n",
    "D20": "from qiskit.circuit.library import QFTGate\nfrom qiskit_aer import AerSimulator\n"
    "def go(c):\n    return AerSimulator().run(c).result().get_counts()\n"
    "qc.append(QFTGate(2), [0, 1])\nqc.measure_all()\ngo(qc)\n",
    "D21": "from qiskit_aer import AerSimulator\ndef go(c):\n    return AerSimulator().run(c).result()\n"
    "go(qc).get_statevector()\n",
    "D22": "from qiskit_aer import AerSimulator\nrun = AerSimulator\n"
    "s = run()\nresult = s.run(qc).result()\n"
    "result.get_counts()\n",
    "C17": "from qiskit_ibm_runtime import SamplerV2\n"
    "from qiskit_ibm_runtime.fake_provider import FakeManilaV2\n"
    "backend = FakeManilaV2()\ndef make():\n    return SamplerV2(backend)\nqc.measure_all()\n"
    "make().run([qc]).result()\n",
    "B12": "def bind(c):\n    return c.bind_parameters({})\nbind(qc)\n",
    "H06": "print(Statevector(qc), np.pi)\n",
    "H01": "def f(c):\n    return c.num_qubit\nf(qc)\n",
    "B54": "qc = None\ndef late(c):\n    c.cnot(0, 1)\n\n\n\n\n\n\nqc = QuantumCircuit(3)\n"
    "qc.mcu1(0.1, [0, 1], 2)\nlate([qc][0])\n",
    "S30": "counts = {'00': 3}\nprint(counts['11'])\n",
}


@pytest.mark.parametrize("id", SCRIPTS)
def test_an_exception_leads_to_its_repair(pool, id):
    run = script_runner(pool)
    text, ids = repair(HEAD + SCRIPTS[id], run)
    assert run(text) is None, text
    assert id in ids


def test_what_runs_comes_back_as_it_is(pool):
    calls = []

    def run(program):
        calls.append(program)

    assert repair(HEAD, run) == (HEAD, ())
    assert calls == [HEAD]


def test_what_cannot_be_mended_comes_back(pool):
    text = HEAD + "raise ValueError('mine')\n"
    assert repair(text, script_runner(pool)) == (text, ())


def test_a_test_guides_by_exceptions_only(pool):
    test = "def check(candidate):\n    assert candidate(2) == 5\n"
    run = task_runner(pool, test, "f")
    assert run("def f(n):\n    return 4\n") is None  # wrong, and no word of it
    fault = run("def f(n):\n    x = 1\n    return n.cnot\n")
    assert fault is not None and (fault.type, fault.line) == ("AttributeError", 3)
    missing = run("import qiskit.opflow\ndef f(n):\n    return 5\n")
    assert missing is not None and (missing.type, missing.line) == ("ModuleNotFoundError", 1)


def test_diagnoses():
    text = HEAD + "qc.foo()\n"
    assert diagnose(text, None) == ("H01",)
    assert diagnose(
        HEAD + "qc.cx(i, i)\n", Fault("CircuitError", "'duplicate bit arguments'", 5)
    ) == ("D07",)
    said = Fault("AttributeError", "'QuantumCircuit' object has no attribute 'bind_parameters'", 6)
    assert diagnose("import qiskit\n\n\n\ndef f(c):\n    c.bind_parameters(1)\n", said)[0] == "B12"
    assert diagnose("not python (", None) == ()


TASK = Task(
    task_id="t", suite="s", form="instruction", prompt="x", entry_point="f",
    canonical_solution="from qiskit import QuantumCircuit\ndef f():\n    qc = QuantumCircuit(2)\n"
    "    qc.x(0)\n    qc.measure_all()\n    return qc\n",
    test="def check(candidate):\n    assert candidate() is None\n",
)  # fmt: skip
BODY = "from qiskit import QuantumCircuit\ndef f():\n    qc = QuantumCircuit(2)\n"


def test_probes_say_in_what_way_an_answer_is_wrong(pool):
    answers = {
        "wrong/endianness": "    qc.x(1)\n    qc.measure_all()\n    return qc\n",
        "wrong/missing-measurement": "    qc.x(0)\n    return qc\n",
        "wrong/size": "    return QuantumCircuit(3)\n",
        "wrong/phase": "    qc.x(0)\n    qc.z(0)\n    qc.t(0)\n    qc.measure_all()\n    return qc\n",
        "wrong/unitary": "    qc.measure_all()\n    return qc\n",
    }
    verdicts = pool.judge([probe_job(TASK, BODY + body) for body in answers.values()])
    assert [probed(verdict) for verdict in verdicts] == list(answers)
    assert kinds_of("wrong/endianness") == ("S02",)
