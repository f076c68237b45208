"""What crosses arrives as it was; what cannot is refused; what is no packet harms nobody."""

import collections
import fractions
import json
import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit, transpile
from qiskit.circuit import Delay, Parameter, ParameterVector, QuantumRegister
from qiskit.circuit.library import QFTGate, RZGate, UnitaryGate, XGate, efficient_su2
from qiskit.converters import circuit_to_dag
from qiskit.primitives import StatevectorEstimator, StatevectorSampler
from qiskit.quantum_info import (
    Choi,
    Clifford,
    CNOTDihedral,
    DensityMatrix,
    Kraus,
    Operator,
    Pauli,
    PauliList,
    SparseObservable,
    SparsePauliOp,
    StabilizerState,
    Statevector,
    Stinespring,
)
from qiskit.result import Counts
from qiskit.transpiler import CouplingMap
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel, ReadoutError, depolarizing_error
from qiskit_ibm_runtime.fake_provider import FakeManilaV2

from qspark.verify.codec import CannotCross, Handles, replay
from qspark.verify.codec_qiskit import coder

CODER = coder()
NONE = Handles()


def there(value: Any) -> tuple[Any, list[str]]:
    """The value after it has crossed, and the kinds that crossed in part."""
    packet, met = CODER.pack(value, NONE)
    found, met_there, inexact = CODER.unpack(packet.data, NONE)
    assert len(met) == len(met_there) and set(packet.inexact) <= set(inexact)
    return found, inexact


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text()
    | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers() | st.tuples(st.integers()), inner)
    ),
    max_leaves=20,
)


@given(PLAIN)
@settings(max_examples=200, deadline=None)
def test_plain_values_cross_exactly(value: Any) -> None:
    found, inexact = there(value)
    assert (found, type(found), inexact) == (value, type(value), [])


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_bytes_that_are_no_packet_are_refused(data: bytes) -> None:
    with pytest.raises(CannotCross):
        CODER.unpack(data, NONE)


def entangled() -> QuantumCircuit:
    circuit = QuantumCircuit(3, 1, name="ghz", global_phase=0.25, metadata={"a": [1]})
    circuit.h(0)
    circuit.cx(0, [1, 2])
    circuit.measure(2, 0)
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.x(1)
    return circuit


def noise() -> NoiseModel:
    model = NoiseModel()
    model.add_all_qubit_quantum_error(depolarizing_error(0.1, 1), ["x"])
    model.add_readout_error(ReadoutError([[0.9, 0.1], [0.2, 0.8]]), [0])
    return model


THETA = Parameter("θ")
EXACT = [
    2**70, -(2**64), float("inf"), -0.0, "\ud800\0", 1j, ..., range(1, 9, 2), slice(1, None),
    fractions.Fraction(1, 3), collections.Counter("abca"), frozenset({1, (2,)}),
    np.float64(1.5), np.bool_(True), np.array(["a", "bb"]), np.array([1, None], dtype=object),
    np.arange(6).reshape(2, 3).T, np.dtype("int8"),
    entangled(), transpile(entangled(), FakeManilaV2(), optimization_level=1),
    XGate(), XGate().control(2), RZGate(THETA), UnitaryGate(np.eye(4)), QFTGate(3),
    efficient_su2(3, reps=1), entangled().data[0], entangled().qubits[1], QuantumRegister(2, "r"),
    THETA, 2 * THETA + 1, ParameterVector("v", 3)[1],
    Statevector.from_label("01+"), DensityMatrix.from_label("-"), Operator(XGate()), Choi(XGate()),
    Kraus([[[1, 0], [0, 0.5]], [[0, 0], [0, 0.75**0.5]]]), Stinespring(XGate()),
    Clifford(XGate()), StabilizerState(Clifford(XGate())), Pauli("-iXYZ"), PauliList(["XX", "-ZY"]),
    SparsePauliOp(["XX", "YZ"], [1, 2j]), SparsePauliOp(["X"], np.array([THETA])),
    SparseObservable.from_list([("+I", 2)]), CNOTDihedral(QuantumCircuit(2)),
    Counts({"00": 3}, creg_sizes=[["c", 2]], memory_slots=2), CouplingMap.from_ring(4),
    depolarizing_error(0.1, 2), ReadoutError([[0.9, 0.1], [0.2, 0.8]]), noise(),
    circuit_to_dag(entangled()), QuantumCircuit, XGate, int, type(None),
]  # fmt: skip


@pytest.mark.parametrize("value", EXACT, ids=lambda value: f"{type(value).__name__}")
def test_values_cross_exactly(value: Any) -> None:
    found, inexact = there(value)
    assert getattr(found, "base_class", type(found)) is getattr(value, "base_class", type(value))
    assert bool(np.all(found == value))
    assert inexact == []


def test_what_compares_by_identity_keeps_its_facts() -> None:
    circuit = transpile(entangled(), FakeManilaV2(), optimization_level=1)
    found, _ = there(circuit)
    assert found.layout.final_index_layout() == circuit.layout.final_index_layout()
    assert found.metadata == {"a": [1]} and found.global_phase == circuit.global_phase
    target, _ = there(FakeManilaV2().target)
    assert target.operation_names == FakeManilaV2().target.operation_names
    assert target["cx"][(0, 1)].error == FakeManilaV2().target["cx"][(0, 1)].error
    assert there(FakeManilaV2())[0].name == "fake_manila"
    simulator, _ = there(AerSimulator(method="stabilizer", seed_simulator=7))
    assert (simulator.options.method, simulator.options.seed_simulator) == ("stabilizer", 7)
    assert math.isnan(there(float("nan"))[0])
    vector = ParameterVector("v", 3)
    assert list(there(vector)[0]) == list(vector)


def test_results_of_primitives_cross() -> None:
    measured = QuantumCircuit(2)
    measured.h(0)
    measured.measure_all()
    sampled = StatevectorSampler(seed=1).run([measured], shots=50).result()
    found, inexact = there(sampled)
    assert found[0].data.meas.get_counts() == sampled[0].data.meas.get_counts()
    assert (found[0].metadata, inexact) == (sampled[0].metadata, [])
    pub = (QuantumCircuit(1), SparsePauliOp(["Z"]))
    estimated = StatevectorEstimator().run([pub]).result()
    assert there(estimated)[0][0].data.evs == estimated[0].data.evs
    run = AerSimulator().run(measured, shots=9, seed_simulator=3).result()
    assert there(run)[0].get_counts() == run.get_counts()


class Equal(int):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


def test_subclasses_arrive_as_what_they_are_made_of_and_that_is_said() -> None:
    for value, kind in ((Equal(3), int), (type("S", (str,), {})("x"), str)):
        found, inexact = there(value)
        assert type(found) is kind and inexact
    found, inexact = there(type("C", (QuantumCircuit,), {})(2))
    assert type(found) is QuantumCircuit and inexact
    assert there(collections.defaultdict(int, a=1))[1]


class Odd:
    pass


@pytest.mark.parametrize(
    "value", [Odd(), Odd, json, object(), [Odd()], {1: Odd()}, open, (x for x in "a")]
)
def test_what_has_no_codec_is_refused(value: Any) -> None:
    with pytest.raises(CannotCross):
        CODER.pack(value, NONE)


def test_nesting_without_end_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    for value in (loop, deep):
        with pytest.raises(CannotCross):
            CODER.pack(value, NONE)


def forged(tree: Any, *blobs: bytes) -> bytes:
    text = json.dumps([tree, []]).encode()
    sizes = b"".join(struct.pack("!Q", len(blob)) for blob in blobs)
    return struct.pack("!II", len(text), len(blobs)) + sizes + text + b"".join(blobs)


CIRCUIT = "qiskit.circuit.quantumcircuit.QuantumCircuit"


@pytest.mark.parametrize(
    "tree",
    [
        ["os.system", "true"], ["class", "os._Environ"], ["member", "builtins.int", "real"],
        ["numpy.ndarray", "O", [1], ["list", ["os.system", "x"]]], {"a": 1}, ["known", 5], [],
        ["numpy.ndarray", "|O", ["list", 1], ["bytes", 0]], ["yours", 0], ["function", 1],
        ["numpy.ndarray", "<f8", ["list", 10**9, 10**9], ["bytes", 0]], ["bytes", 7],
        [CIRCUIT, ["bytes", 0], ["list"], None, None], ["builtins.dict", ["builtins.list"], 1],
    ],
    ids=str,
)  # fmt: skip
def test_forged_packets_are_refused(tree: Any) -> None:
    with pytest.raises(CannotCross):
        CODER.unpack(forged(tree, b"12345678"), NONE)


def test_circuits_of_older_formats_are_refused() -> None:
    packet, _ = CODER.pack(QuantumCircuit(1), NONE)
    at = packet.data.index(b"QISKIT") + 6
    for version in (1, 10, 12):
        older = packet.data[:at] + bytes([version]) + packet.data[at + 1 :]
        with pytest.raises(CannotCross, match="version"):
            CODER.unpack(older, NONE)


def test_changeable_objects_are_known_by_number() -> None:
    inner, circuit = [1], QuantumCircuit(1)
    packet, met = CODER.pack(([inner, circuit], inner), NONE)
    found, met_there, _ = CODER.unpack(packet.data, NONE)
    assert any(thing is found[0][1] for thing in met_there)
    answer, _ = CODER.pack((found[0][1], "new"), NONE, known=met_there)
    back, _, _ = CODER.unpack(answer.data, NONE, known=met)
    assert back[0] is circuit
    assert found[0][0] == [1]


def test_replay_changes_in_place() -> None:
    array, inner, circuit = np.zeros(2), [1], QuantumCircuit(1)
    old = [array, {"a": inner}, circuit]
    changed = QuantumCircuit(1)
    changed.x(0)
    assert replay(old, [np.ones(2), {"a": [1, 2]}, changed])
    assert array.tolist() == [1, 1] and inner == [1, 2] and circuit == changed
    assert not replay(array, np.ones(3))


@pytest.mark.parametrize(("length", "unit"), [(20, "ns"), (0.02, "us"), (2e-8, "s"), (5, "dt")])
def test_a_delay_keeps_its_unit(length, unit):
    circuit = QuantumCircuit(2, name="waits")
    circuit.h(0)
    circuit.delay(length, 1, unit=unit)
    circuit.cx(0, 1)
    again, _ = there(circuit)
    assert again == circuit
    delay = again.data[1].operation
    assert (type(delay), delay.duration, delay.unit) == (Delay, length, unit)


def test_a_delay_in_seconds_within_a_block_cannot_cross():
    circuit = QuantumCircuit(1, 1)
    with circuit.if_test((0, 1)):
        circuit.delay(1e-6, 0, unit="s")
    with pytest.raises(CannotCross):
        there(circuit)
