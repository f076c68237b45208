"""What QPY does not bring back as it was: gates of the library, expressions, bounds of angles."""

import warnings
from typing import Any

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import Annotation, Parameter
from qiskit.circuit import library as lib
from qiskit.providers.fake_provider import GenericBackendV2
from qiskit.quantum_info import Operator
from qiskit.transpiler import Target

from qspark.verify.codec import CannotCross, Handles
from qspark.verify.codec_gates import GATES
from qspark.verify.codec_qiskit import coder

CODER = coder()
NONE = Handles()


def there(value: Any) -> tuple[Any, list[str]]:
    packet, _ = CODER.pack(value, NONE)
    found, _, inexact = CODER.unpack(packet.data, NONE)
    return found, inexact


def gates() -> list[Any]:
    with warnings.catch_warnings(action="ignore"):
        chains = [lib.MCXVChain(3), lib.MCXVChain(3, True), lib.MCXRecursive(5), lib.MCXGrayCode(5)]
    return [
        lib.AndGate(3), lib.AndGate(2, [1, -1]), lib.OrGate(2), lib.BitFlipOracleGate("a & ~b"),
        lib.PhaseOracleGate("a ^ b"), lib.PhaseOracleGate("a ^ b", ["b", "a"]),
        lib.BitwiseXorGate(3, 5), lib.InnerProductGate(2), lib.DiagonalGate([1, 1j, -1, 1]),
        lib.ExactReciprocalGate(3, 0.5), lib.FullAdderGate(2), lib.HalfAdderGate(2),
        lib.ModularAdderGate(2), lib.MultiplierGate(2), lib.MultiplierGate(2, 3),
        lib.IntegerComparatorGate(2, 3, geq=False), lib.Isometry(np.eye(4)[:, :2], 0, 0),
        lib.LinearAmplitudeFunctionGate(2, 1.0, 0.5, (0, 1), (0, 2)),
        lib.LinearPauliRotationsGate(2, 0.5, 0.25, "X"), lib.MCGupDiag(np.eye(2), 1, 0, 0),
        lib.MCMTGate(lib.RYGate(0.5), 2, 2), lib.MCMTGate(lib.ZGate(), 2, 1, ctrl_state=1),
        lib.MCXGate(5, ctrl_state=3), lib.C4XGate(), lib.C4XGate(ctrl_state=2), *chains,
        lib.MSGate(3, 0.4), lib.PiecewiseLinearPauliRotationsGate(2, [0, 2], [1, 2], [0.5, 0.1]),
        lib.PolynomialPauliRotationsGate(2, [0.1, 0.2, 0.3]),
        lib.QuadraticFormGate(3, [[0, 2], [0, 0]], [1, -2], 1), lib.StatePreparation(2, 2),
        lib.StatePreparation("01"), lib.StatePreparation([0.6, 0.8]).inverse(),
        lib.UCGate([np.eye(2), lib.HGate().to_matrix()]), lib.UCPauliRotGate([0.1, 0.2], "X"),
        lib.UCRXGate([0.1, 0.2]), lib.UCRYGate([0.1, 0.2]), lib.UCRZGate([0.1, 0.2]),
        lib.UniformSuperpositionGate(3, 2), lib.WeightedSumGate(2, [1, 1]),
    ]  # fmt: skip


@pytest.mark.parametrize("gate", gates(), ids=lambda gate: type(gate).__name__)
def test_library_gates_cross_whole(gate: Any) -> None:
    circuit = QuantumCircuit(gate.num_qubits)
    circuit.append(gate, range(gate.num_qubits))
    for value in (gate, circuit):
        found, inexact = there(value)
        assert inexact == []
        other = found if value is gate else found.data[0].operation
        kind = getattr(gate, "base_class", type(gate))
        assert getattr(other, "base_class", type(other)) is kind
        assert (other.name, other.label) == (gate.name, gate.label)
        if gate.definition is None:  # WeightedSumGate: the transpiler alone can make it
            assert list(other.params) == gate.params
            continue
        assert np.allclose(Operator(found).data, Operator(value).data)


def test_every_gate_with_a_codec_is_tried_here() -> None:
    tried = {getattr(gate, "base_class", type(gate)) for gate in gates()}
    left = {codec.kind for codec in GATES} - tried
    assert {kind.__name__ for kind in left} == {
        "PiecewiseChebyshevGate", "BooleanExpression", "Delay",
    }  # fmt: skip


def test_a_gate_made_from_a_function_crosses_in_part() -> None:
    gate = lib.PiecewiseChebyshevGate(lambda x: np.sin(x) / 2, 2, 2)
    found, inexact = there(gate)
    assert inexact
    assert np.allclose(Operator(found).data, Operator(gate).data)


def form() -> Any:
    return lib.QuadraticFormGate(2, [[0, 1], [0, 0]], [1, -1], 1)


def own_gate() -> Any:
    inner = QuantumCircuit(4, name="inner")
    inner.h(0)
    inner.append(form(), range(4))
    return inner.to_gate()


@pytest.mark.parametrize(
    ("gate", "whole"),
    [(own_gate(), True), (form().inverse(), True), (own_gate().control(1), False),
     (form().control(1), False)],
)  # fmt: skip
def test_what_contains_them_does_the_same(gate: Any, whole: bool) -> None:
    circuit = QuantumCircuit(gate.num_qubits)
    circuit.append(gate, range(gate.num_qubits))
    found, inexact = there(circuit)
    assert (inexact == []) is whole
    assert found.data[0].operation.name == gate.name
    assert np.allclose(Operator(found).data, Operator(circuit).data)


def test_in_a_block_they_lose_their_class_only() -> None:
    circuit = QuantumCircuit(4, 1)
    circuit.measure(0, 0)
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.append(form(), range(4))
    found, inexact = there(circuit)
    assert inexact
    [block] = found.data[1].operation.blocks
    assert np.allclose(Operator(block).data, Operator(form()).data)


def forged(value: Any, *changes: tuple[str, str]) -> bytes:
    """The packet of a value with changes to its text."""
    packet, _ = CODER.pack(value, NONE)
    size, count = (int.from_bytes(packet.data[at : at + 4], "big") for at in (0, 4))
    start = 8 + 8 * count
    text = packet.data[start : start + size].decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    head = len(text.encode()).to_bytes(4, "big") + packet.data[4:start]
    return head + text.encode() + packet.data[start + size :]


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        ('"amount"', '"amount"', ""),
        ('"amount"', '"to_matrix"', "to_matrix"),
        ('"amount"', '"num_qubits"', "num_qubits"),
        ('"amount"', '"__class__"', "__class__"),
        ("77", '["class", "builtins.int"]', "amount"),
    ],
)
def test_attributes_that_hide_what_a_class_defines_are_refused(old, new, refused) -> None:
    data = forged(lib.BitwiseXorGate(7, 77), (old, new))
    if not refused:
        assert CODER.unpack(data, NONE)[0].amount == 77
        return
    with pytest.raises(CannotCross, match=refused):
        CODER.unpack(data, NONE)


def test_an_operation_takes_no_place_but_its_own() -> None:
    circuit = QuantumCircuit(4, 1)
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.x(0)
    circuit.append(form(), range(4))
    place = '["builtins.tuple", 1,'
    assert type(CODER.unpack(forged(circuit), NONE)[0].data[1].operation) is type(form())
    for other in (0, -2, 7):
        with pytest.raises(CannotCross):
            CODER.unpack(forged(circuit, (place, f'["builtins.tuple", {other},')), NONE)


def test_an_expression_with_complex_numbers_cannot_cross() -> None:
    with pytest.raises(CannotCross, match="complex"):
        CODER.pack(1j * Parameter("a") - 2, NONE)


def test_bounds_of_angles_cross() -> None:
    target = Target(num_qubits=2)
    theta, phi = Parameter("theta"), Parameter("phi")
    target.add_instruction(lib.RZXGate(theta), {(0, 1): None}, angle_bounds=[(0, 1.5)])
    target.add_instruction(lib.CUGate(theta, phi, 0.1, 0), {(0, 1): None},
                           angle_bounds=[(0, 1), None, None, None])  # fmt: skip
    target.add_instruction(lib.XGate(), {(0,): None})
    found, _ = there(target)
    assert found.supported_angle_bound("rzx", [1.4])
    assert not found.supported_angle_bound("rzx", [1.6])
    assert found.supported_angle_bound("cu", [0.5, 9, 9, 9])
    assert not found.gate_has_angle_bounds("x")


def test_a_made_up_device_keeps_its_connections() -> None:
    device = GenericBackendV2(3, coupling_map=[[0, 1], [2, 1]], seed=3)
    found, _ = there(device)
    assert sorted(found.coupling_map) == sorted(device.coupling_map) == [(0, 1), (2, 1)]


def test_what_qpy_cannot_write_cannot_cross() -> None:
    class Note(Annotation):
        namespace = "own.note"

    circuit = QuantumCircuit(1)
    with circuit.box([Note()]):
        circuit.x(0)
    with pytest.raises(CannotCross):
        CODER.pack(circuit, NONE)
