import subprocess
import sys
from dataclasses import replace

from qspark.data.surface import coverage, surface
from qspark.data.trace import trace_of, traced
from qspark.verify.judge import Job

PROGRAM = """from __future__ import annotations

import qiskit.quantum_info as qi
from qiskit import QuantumCircuit, qasm2
from qiskit.circuit.library import QFTGate


class Helper:
    def __init__(self):
        super().__init__()
        self.made = QuantumCircuit(3)


def build(n: int) -> QuantumCircuit:
    qc = Helper().made
    qc.append(QFTGate(n), range(n))
    qc.global_phase = 0.5
    qi.Operator.from_label("X").compose(qi.Operator.from_label("Y"))
    qasm2.dumps(qc.decompose())
    return qc
"""
TEST = """def check(candidate):
    from qiskit.quantum_info import Statevector
    for n in (2, 3):
        assert candidate(n).num_qubits == 3
    Statevector(candidate(2)).probabilities()
"""
JOB = Job(PROGRAM, TEST, "build", trusted=True)


def test_calls_members_and_settings_of_the_solution_are_seen_and_no_others(pool):
    found = trace_of(pool.judge([traced(JOB)])[0])
    assert set(found.symbols) == {
        "qiskit.QuantumCircuit", "qiskit.QuantumCircuit.append", "qiskit.QuantumCircuit.decompose",
        "qiskit.QuantumCircuit.global_phase", "qiskit.circuit.library.QFTGate",
        "qiskit.qasm2.dumps", "qiskit.quantum_info.Operator",
        "qiskit.quantum_info.Operator.compose", "qiskit.quantum_info.Operator.from_label",
    }  # fmt: skip
    assert (found.calls, found.types, found.qubits) == (3, ("QuantumCircuit",), 3)
    assert found.depth == 1


def test_a_program_that_fails_has_no_trace(pool):
    failing = replace(JOB, test=TEST.replace("== 3", "== 4"))
    assert trace_of(pool.judge([traced(failing)])[0]) is None


def test_the_surface_is_that_of_the_documented_modules():
    whole = surface()
    assert len(whole.objects) > 800
    assert len(whole.members) > 1800
    assert "qiskit.QuantumCircuit.h" in whole.members
    assert "qiskit.quantum_info.Statevector" in whole.objects
    assert not any(
        issubclass(o, BaseException) for o in whole.objects.values() if isinstance(o, type)
    )


def test_coverage_leaves_the_fake_backends_out():
    nothing = coverage([])
    assert nothing.shares == (0, 0)
    assert nothing.of_objects < len(surface().objects)
    found = coverage(["qiskit.QuantumCircuit", "qiskit.QuantumCircuit.h", "no.such.Thing"])
    assert (found.objects, found.members) == (1, 1)


def test_the_surface_does_not_depend_on_what_was_imported_before():
    count = "from qspark.data.surface import surface; print(len(surface().members))"
    first, second = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
        for code in (count, f"import qiskit_aer; {count}")
    )
    assert first == second
