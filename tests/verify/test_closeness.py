"""Closeness by numbers that follow from the definitions of the fidelities."""

from math import cos, pi, sin

import numpy as np
import pytest
from qiskit import QuantumCircuit, transpile
from qiskit.circuit import Parameter
from qiskit.circuit.library import RXGate, SGate, XGate
from qiskit.quantum_info import (
    Clifford,
    DensityMatrix,
    Operator,
    SparsePauliOp,
    StabilizerState,
    Statevector,
)
from qiskit.transpiler import CouplingMap

from qspark.verify.closeness import closeness


def rotated(angle: float, qubits: int = 1) -> QuantumCircuit:
    qc = QuantumCircuit(qubits)
    qc.rx(angle, 0)
    return qc


def rescaled(fidelity: float, floor: float) -> float:
    return max(0.0, (fidelity - floor) / (1 - floor))


def test_a_circuit_that_is_right_up_to_phase_and_layout_is_at_one():
    qc = QuantumCircuit(3)
    qc.h(0)
    qc.cp(0.7, 0, 2)
    qc.cx(0, 1)
    other = qc.copy()
    other.global_phase = 1.0
    line = CouplingMap.from_line(4)
    routed = transpile(
        qc, coupling_map=line, basis_gates=["rz", "sx", "cx"], initial_layout=[3, 1, 0],
        optimization_level=1, seed_transpiler=1,
    )  # fmt: skip
    assert closeness(qc, qc) == pytest.approx(1)
    assert closeness(other, qc) == pytest.approx(1)
    assert closeness(routed, qc) == pytest.approx(1)


@pytest.mark.parametrize("qubits", [1, 3, 6])
def test_a_wrong_angle_has_the_fidelity_of_its_difference_above_the_empty_circuits(qubits):
    wanted, made = rotated(2.0, qubits), rotated(1.5, qubits)
    # cos^2 of half the difference, of the state; of the process too, as |Tr(Rx)/2|^2 is the same.
    state = rescaled(cos(0.25) ** 2, cos(1.0) ** 2)
    found = closeness(made, wanted)
    assert found == pytest.approx(state, abs=1e-9 if qubits <= 4 else 0.05)
    assert closeness(QuantumCircuit(qubits), wanted) == pytest.approx(0, abs=1e-9)


def test_a_state_alone_is_half():
    wanted = QuantumCircuit(1)
    wanted.h(0)
    made = QuantumCircuit(1)
    made.ry(pi / 2, 0)  # |+> of |0>, but another process: |Tr(H Ry)|^2 / 4 = 0, as is Tr(H)
    assert closeness(made, wanted) == pytest.approx(0.5)


def test_what_the_reference_does_not_change_says_nothing():
    oracle = QuantumCircuit(1)
    oracle.z(0)
    assert closeness(QuantumCircuit(1), oracle) == pytest.approx(0)
    assert closeness(rotated(0.3), QuantumCircuit(1)) is None
    input_ = rotated(0.4)
    rewritten = transpile(input_, basis_gates=["rz", "sx"])
    assert closeness(input_, rewritten, [input_]) is None


def test_distributions_of_measured_circuits_count():
    wanted, made = QuantumCircuit(1, 1), QuantumCircuit(1, 1)
    for one, angle in ((wanted, pi), (made, 2.0)):
        one.rx(angle, 0)
        one.measure(0, 0)
    # State and process: sin^2(1), as the empty circuit is at 0; outcomes: both alike have 1/2.
    share = sin(1.0) ** 2
    assert closeness(made, wanted) == pytest.approx((2 * share + rescaled(share, 0.5)) / 3)
    unmeasured = rotated(pi)
    assert closeness(unmeasured, wanted) == pytest.approx(2 / 3)


def test_circuits_that_branch_are_followed_with_their_bits():
    def teleported(gate: str) -> QuantumCircuit:
        qc = QuantumCircuit(2, 1)
        qc.h(0)
        qc.measure(0, 0)
        with qc.if_test((qc.clbits[0], 1)):
            getattr(qc, gate)(1)
        return qc

    assert closeness(teleported("x"), teleported("x")) == pytest.approx(1)
    wrong = closeness(teleported("z"), teleported("x"))
    assert 0 <= wrong < 0.9


def test_parameters_are_bound_by_name():
    wanted, made, other = QuantumCircuit(1), QuantumCircuit(1), QuantumCircuit(1)
    wanted.rx(Parameter("a"), 0)
    made.rx(Parameter("a"), 0)
    other.rx(Parameter("b"), 0)
    assert closeness(made, wanted) == pytest.approx(1)
    assert closeness(other, wanted) < 0.99


def test_other_values():
    plus, zero = Statevector.from_label("+"), Statevector.from_label("0")
    assert closeness(plus, plus) == pytest.approx(1)
    assert closeness(zero, plus) == 0
    assert closeness(StabilizerState(Clifford.from_label("H")), plus) == pytest.approx(1)
    mixed = DensityMatrix(np.eye(2) / 2)
    assert closeness(mixed, DensityMatrix.from_label("1")) == pytest.approx(0.5)
    assert closeness(Operator(RXGate(pi)), XGate()) == pytest.approx(1)
    assert closeness(Operator(SGate()), Operator(XGate())) == pytest.approx(0)
    wanted = SparsePauliOp(["ZZ", "XX"], [1, 1])
    assert closeness(SparsePauliOp(["ZZ"]), wanted) == pytest.approx(0.5)
    assert closeness(SparsePauliOp(["II"]), wanted) == 0
    assert closeness(np.array([0, 1, 0, 1.0]), np.array([0, 1, 0, 0])) is None
    assert closeness(np.array([0, 1, 0, 1.0]), np.array([0, 1.0, 0, 0])) == pytest.approx(1 / 3)


def test_counts():
    wanted = {"00": 500, "11": 500}
    assert closeness({"00": 5, "11": 5}, wanted) == pytest.approx(1)
    assert closeness({"0 0": 5, "1 1": 5}, wanted) == pytest.approx(1)
    # All alike, and all on zero, have 1/2: both are at 0.
    assert closeness({"00": 1, "01": 1, "10": 1, "11": 1}, wanted) == pytest.approx(0)
    assert closeness({"00": 9}, wanted) == pytest.approx(0)
    three = (0.5 * (2 * (1 / 3) ** 0.5) ** 2 - 0.5) / 0.5
    assert closeness({"00": 1, "11": 1, "01": 1}, wanted) == pytest.approx(three)
    assert closeness({"000": 5, "111": 5}, wanted) == 0
    assert closeness({0: 1, 1: 1}, {1: 3.0}) == pytest.approx(0)


def test_items_are_averaged_and_a_wrong_kind_among_them_counts_nothing():
    one, two = rotated(2.0), rotated(1.0)
    assert closeness([one, two], [one, two]) == pytest.approx(1)
    assert closeness([one, 5], (one, two)) == pytest.approx(0.5)
    assert closeness({"a": one, "b": 3}, {"a": one, "b": 4}) == pytest.approx(1)
    assert closeness([one], [one, two]) is None


def test_what_cannot_be_told_is_none():
    assert closeness(1.0, 2.0) is None
    assert closeness("a", "b") is None
    assert closeness(5, rotated(1.0)) is None
    assert closeness(QuantumCircuit(11), rotated(1.0, 11)) is None
    many = QuantumCircuit(1)
    for _ in range(3000):
        many.x(0)
    assert closeness(many, rotated(1.0)) is None
    loop = QuantumCircuit(1, 1)
    with loop.while_loop((loop.clbits[0], 0)):
        loop.measure(0, 0)
    assert closeness(loop, loop) is None


def test_another_size_is_not_close():
    assert closeness(QuantumCircuit(2), rotated(1.0)) == 0
    assert closeness(Statevector.from_label("00"), Statevector.from_label("1")) == 0
    nan = QuantumCircuit(1)
    nan.rx(float("nan"), 0)
    assert not closeness(nan, rotated(1.0))
