"""Exact branches and probabilities against Qiskit's own, and thresholds against simulated counts."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit import Parameter
from qiskit.circuit.classical import expr, types
from qiskit.circuit.library import MCXGate, QFTGate
from qiskit.circuit.random import random_circuit
from qiskit.primitives import StatevectorSampler
from qiskit.quantum_info import Clifford, Statevector
from qiskit_aer import AerSimulator

from qspark.verify.branches import NotSimulable, branches, outcome_probabilities
from qspark.verify.distributions import (
    check_counts,
    event_threshold,
    expectation_threshold,
    shots_needed,
    tvd,
    tvd_threshold,
)

few = settings(max_examples=12, deadline=None, derandomize=True)


def ground(qubits: int) -> np.ndarray:
    return np.eye(1 << qubits, 1, dtype=complex)


@few
@given(st.integers(1, 5), st.integers(0, 10_000))
def test_probabilities_and_states_agree_with_qiskit(qubits: int, seed: int):
    circuit = random_circuit(qubits, 4, seed=seed)
    (only,) = branches(circuit, ground(qubits))
    assert np.allclose(only.state[:, 0], Statevector(circuit).data)
    expected = Statevector(circuit).probabilities_dict()
    circuit.measure_all()
    assert tvd(outcome_probabilities(circuit), expected) < 1e-9


def test_wide_gates_are_followed_through_their_definitions():
    circuit = QuantumCircuit(7)
    circuit.h(range(6))
    circuit.append(MCXGate(6), range(7))
    circuit.append(QFTGate(7), [3, 0, 1, 6, 2, 5, 4])
    circuit.append(Clifford(random_bell()), [1, 5])
    (only,) = branches(circuit, ground(7))
    assert np.allclose(only.state[:, 0], Statevector(circuit).data)


def random_bell() -> QuantumCircuit:
    circuit = QuantumCircuit(2)
    circuit.h(0)
    circuit.cx(0, 1)
    return circuit


def test_bits_are_those_that_were_measured_into():
    circuit = QuantumCircuit(3, 3)
    circuit.x(0)
    circuit.ry(2 * math.asin(math.sqrt(0.3)), 2)
    part = circuit.copy()
    circuit.measure([1, 0, 2], [0, 1, 2])
    found = outcome_probabilities(circuit)
    assert found == {"010": pytest.approx(0.7), "110": pytest.approx(0.3)}
    part.measure([2, 0], [0, 2])
    found = outcome_probabilities(part)
    assert found == {"100": pytest.approx(0.7), "101": pytest.approx(0.3)}


def test_a_measurement_in_the_middle_and_again_at_the_end():
    circuit = QuantumCircuit(1, 2)
    circuit.h(0)
    circuit.measure(0, 0)
    circuit.h(0)
    circuit.measure(0, 1)
    assert outcome_probabilities(circuit) == pytest.approx(
        {"00": 0.25, "01": 0.25, "10": 0.25, "11": 0.25}
    )
    over = QuantumCircuit(2, 1)
    over.x(0)
    over.measure(0, 0)
    over.measure(1, 0)
    assert outcome_probabilities(over) == {"0": pytest.approx(1)}


def test_reset_forgets():
    circuit = QuantumCircuit(2, 2)
    circuit.h(0)
    circuit.cx(0, 1)
    circuit.reset(0)
    circuit.measure([0, 1], [0, 1])
    assert outcome_probabilities(circuit) == pytest.approx({"00": 0.5, "10": 0.5})


def feed_forward() -> QuantumCircuit:
    q, c, d = QuantumRegister(3), ClassicalRegister(2, "c"), ClassicalRegister(2, "d")
    circuit = QuantumCircuit(q, c, d)
    circuit.ry(0.8, 0)
    circuit.ry(1.3, 1)
    circuit.measure([0, 1], c)
    with circuit.if_test((c, 2)) as otherwise:
        circuit.x(2)
    with otherwise, circuit.switch(c) as case:
        with case(1, 3):
            circuit.ry(0.5, 2)
        with case(case.DEFAULT):
            circuit.ry(0.2, 2)
    with circuit.if_test(expr.less(expr.bit_xor(c, 3), 2)):
        circuit.ry(0.4, 0)
    with circuit.if_test(expr.not_equal(expr.cast(c[0], types.Bool()), c[1])):
        circuit.x(1)
    angle = Parameter("angle")
    with circuit.for_loop(range(1, 3), angle):
        circuit.rx(angle / 4, 0)
    circuit.measure([0, 2], d)
    return circuit


def test_feed_forward_agrees_with_the_simulator():
    circuit = feed_forward()
    shots = 20_000
    counts = AerSimulator(seed_simulator=7).run(circuit, shots=shots).result().get_counts()
    exact = outcome_probabilities(circuit)
    assert sum(exact.values()) == pytest.approx(1)
    assert check_counts(counts, exact).answer == "equivalent"
    moved = {key[::-1]: p for key, p in exact.items()}
    assert check_counts(counts, moved).answer == "different"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (lambda c: expr.equal(expr.bit_and(c, 6), 4), True),
        (lambda c: expr.equal(expr.bit_or(c, 2), 7), True),
        (lambda c: expr.equal(expr.bit_not(c), 2), True),
        (lambda c: expr.equal(expr.shift_left(c, 1), 2), True),
        (lambda c: expr.equal(expr.shift_right(c, 1), 2), True),
        (lambda c: expr.greater_equal(c, 6), False),
        (lambda c: expr.less_equal(c, 5), True),
        (lambda c: expr.greater(c, 4), True),
        (lambda c: expr.logic_or(c[1], expr.index(c, 2)), True),
        (lambda c: expr.cast(c, types.Bool()), True),
    ],
)
def test_expressions_on_a_register_that_holds_five(condition, holds: bool):
    c = ClassicalRegister(3, "c")
    circuit = QuantumCircuit(QuantumRegister(4), c)
    circuit.x([0, 2])
    circuit.measure(range(3), c)
    circuit.barrier()
    with circuit.if_test(condition(c)):
        circuit.x(3)
    ((only),) = branches(circuit, ground(4))
    assert only.bits == (1, 0, 1)
    assert abs(only.state[13 if holds else 5, 0]) == pytest.approx(1)


def test_what_is_not_followed_is_named():
    loose = QuantumCircuit(1)
    loose.rx(Parameter("t"), 0)
    with pytest.raises(NotSimulable, match="parameters"):
        branches(loose, ground(1))
    loop = QuantumCircuit(1, 1)
    with loop.for_loop(range(2)):
        loop.h(0)
        loop.measure(0, 0)
        with loop.if_test((loop.clbits[0], 1)):
            loop.break_loop()
    with pytest.raises(NotSimulable, match="break"):
        branches(loop, ground(1))
    deep = QuantumCircuit(12, 1)
    for _ in range(15):
        deep.h(0)
        deep.measure(0, 0)
    with pytest.raises(NotSimulable, match="branches"):
        branches(deep, ground(12))
    with pytest.raises(NotSimulable, match="30 qubits"):
        outcome_probabilities(QuantumCircuit(30, 1))


def test_thresholds_are_those_of_the_formulas():
    # Table of the design study: K outcomes, N shots, alpha = 1e-6.
    for outcomes, shots, expected in ((2, 100, 0.313), (8, 1024, 0.124), (32, 10_000, 0.054)):
        assert tvd_threshold(outcomes, shots) == pytest.approx(expected, abs=6e-4)
    assert event_threshold(1024) == pytest.approx(0.084, abs=6e-4)
    assert expectation_threshold(4096) == pytest.approx(0.084, abs=6e-4)
    assert expectation_threshold(4096, weight=3.0) == pytest.approx(3 * 0.0841, abs=2e-3)
    for bad in ((0, 10, 0.1), (2, 0, 0.1), (2, 10, 0.0), (2, 10, 1.0)):
        with pytest.raises(ValueError, match="threshold"):
            tvd_threshold(*bad)


@pytest.mark.parametrize("outcomes", [2, 8, 32])
@pytest.mark.parametrize("shots", [100, 4096])
def test_the_false_alarm_budget_is_kept(outcomes: int, shots: int):
    rng, alpha, draws = np.random.default_rng(11), 0.05, 4000
    p = np.full(outcomes, 1 / outcomes)
    shares = rng.multinomial(shots, p, size=draws) / shots
    gaps = 0.5 * np.abs(shares - p).sum(axis=1)
    # A bound, so the rate stays below its budget; one half of the threshold would not hold it.
    assert np.mean(gaps > tvd_threshold(outcomes, shots, alpha)) <= alpha
    assert np.mean(gaps > tvd_threshold(outcomes, shots, alpha) / 2) > alpha / 4
    single = np.abs(shares[:, 0] - p[0])
    assert np.mean(single > event_threshold(shots, alpha)) <= alpha
    values = 2 * rng.binomial(shots, 0.5, size=draws) / shots - 1
    rate = np.mean(np.abs(values) > expectation_threshold(shots, alpha))
    assert 0 < rate <= alpha


@few
@given(st.floats(0.02, 1.0), st.integers(2, 64), st.sampled_from([1e-2, 1e-6]))
def test_shots_needed_is_the_fewest(distance: float, outcomes: int, alpha: float):
    shots = shots_needed(distance, outcomes, alpha)
    assert 2 * tvd_threshold(outcomes, shots, alpha) <= distance * (1 + 1e-9)
    if shots > 1:
        assert 2 * tvd_threshold(outcomes, shots - 1, alpha) > distance


def test_the_shots_needed_tell_right_from_wrong():
    right, wrong = np.array([0.5, 0.5, 0, 0]), np.array([0.4, 0.4, 0.1, 0.1])
    distance, alpha, rng = 0.2, 0.01, np.random.default_rng(3)
    shots = shots_needed(distance, 4, alpha)
    limit = tvd_threshold(4, shots, alpha)
    for truth, passes in ((right, True), (wrong, False)):
        gaps = 0.5 * np.abs(rng.multinomial(shots, truth, size=2000) / shots - right).sum(axis=1)
        assert np.mean((gaps <= limit) != passes) <= alpha
    with pytest.raises(ValueError, match="distance"):
        shots_needed(0, 2)


def test_counts_of_a_real_sampler():
    circuit = random_bell()
    circuit.measure_all()
    exact = outcome_probabilities(circuit)
    data = StatevectorSampler(seed=5).run([circuit], shots=4096).result()[0].data
    counts = data["meas"].get_counts()
    found = check_counts(counts, exact)
    assert (found.answer, found.method) == ("equivalent", "tvd")
    assert found.closeness == pytest.approx(1, abs=0.01)
    assert check_counts(counts, {"00": 0.7, "11": 0.3}).answer == "different"
    assert check_counts({"0 0": 2050, "1 1": 2046}, exact).answer == "equivalent"


def test_one_forbidden_outcome_is_enough():
    bell = {"00": 0.5, "11": 0.5}
    found = check_counts({"00": 2048, "11": 2047, "01": 1}, bell)
    assert (found.answer, found.method) == ("different", "forbidden")
    assert found.closeness is not None
    assert found.closeness > 0.99
    noisy = check_counts({"00": 2048, "11": 2047, "01": 1}, bell, noiseless=False)
    assert noisy.answer == "equivalent"
    assert check_counts({"0": 2048, "1": 2048}, bell).answer == "different"


def test_too_few_shots_decide_nothing():
    bell = {"00": 0.5, "11": 0.5}
    assert check_counts({"00": 3, "11": 2}, bell).answer == "unknown"
    many = {"00": 500, "11": 524}
    assert check_counts(many, bell).answer == "equivalent"
    assert check_counts(many, bell, distance=0.3).answer == "equivalent"
    assert check_counts(many, bell, distance=0.1).answer == "unknown"


@pytest.mark.parametrize(
    "counts",
    [None, [1, 2], {}, {"0": 0}, {"0": -1}, {"0": 0.5}, {"0": math.nan}, {0: 5}, {"0": "many"}],
)
def test_counts_that_are_no_counts_are_an_answer(counts):
    found = check_counts(counts, {"0": 1.0})
    assert (found.answer, found.closeness) == ("different", 0.0)


def test_probabilities_must_be_some():
    for bad in ({"0": 0.5}, {"0": 1.5, "1": -0.5}, {}):
        with pytest.raises(ValueError, match="probabilities"):
            check_counts({"0": 1}, bad)
