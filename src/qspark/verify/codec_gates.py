"""Codecs for what QPY does not bring back as it was: gates of the library, and delays.

QPY of Qiskit 2.x makes a library gate anew by calling its class with the gate's `params`. Where a
constructor takes something else (AndGate, QuadraticFormGate, the adders) that raises, or gives
another gate. Such a gate crosses here as its class and its attributes, and defines itself anew on
the other side: a definition that was set by hand does not cross.
"""

import functools
from collections.abc import Sequence
from typing import Any

import qiskit.circuit.library as library
from qiskit import QuantumCircuit
from qiskit.circuit import (
    ControlFlowOp,
    ControlledGate,
    Delay,
    Gate,
    Instruction,
)
from qiskit.circuit.library import C4XGate, PiecewiseChebyshevGate
from qiskit.synthesis.boolean.boolean_expression import BooleanExpression

from qspark.verify.codec import CannotCross, Codec

_BY_ATTRIBUTES = (
    "AndGate", "BitFlipOracleGate", "BitwiseXorGate", "DiagonalGate", "ExactReciprocalGate",
    "FullAdderGate", "HalfAdderGate", "InnerProductGate", "IntegerComparatorGate", "Isometry",
    "LinearAmplitudeFunctionGate", "LinearPauliRotationsGate", "MCGupDiag", "MCMTGate", "MCXGate",
    "MCXGrayCode", "MCXRecursive", "MCXVChain", "MSGate", "ModularAdderGate", "MultiplierGate",
    "OrGate", "PhaseOracleGate", "PiecewiseChebyshevGate", "PiecewiseLinearPauliRotationsGate",
    "PolynomialPauliRotationsGate", "QuadraticFormGate", "StatePreparation", "UCGate",
    "UCPauliRotGate", "UCRXGate", "UCRYGate", "UCRZGate", "UniformSuperpositionGate",
    "WeightedSumGate",
)  # fmt: skip
_ITS_CLASSES = tuple(getattr(library, name) for name in _BY_ATTRIBUTES)
_ELSEWHERE = "elsewhere"  # the name of what stands in a circuit for an operation that is apart
_NOT_SENT = ("_definition", "f_x")  # made anew; a function, of which only `polynomials` is needed


def whole(operation: Any) -> bool:
    """Whether an operation has a codec here, because QPY would change it."""
    if type(operation) is Delay:
        return operation.unit != "dt"
    return getattr(operation, "base_class", type(operation)) in (*_ITS_CLASSES, C4XGate)


def apart(circuit: QuantumCircuit) -> tuple[QuantumCircuit, list[tuple[int, Any]]]:
    """A circuit that QPY brings back, and the operations that it does not, by their place.

    Within definitions and control flow they are replaced by gates without a class of their own.
    Raises CannotCross.
    """
    out: list[tuple[int, Any]] = []
    changed: dict[int, Instruction] = {}
    for place, item in enumerate(circuit.data):
        if item.is_standard_gate():
            continue
        operation = item.operation
        if whole(operation):
            out.append((place, operation))
            changed[place] = Instruction(_ELSEWHERE, operation.num_qubits, operation.num_clbits, [])
        elif (better := sound(operation)) is not operation:
            changed[place] = better
    return _with(circuit, changed), out


def put_back(circuit: QuantumCircuit, operations: Sequence[tuple[int, Any]]) -> None:
    """Set the operations that were apart at their places. Raises CannotCross for any other place."""
    for place, operation in operations:
        # Qiskit panics when an item of control flow is set, and a panic is no Exception.
        found = circuit.data[place]
        if found.name != _ELSEWHERE or not isinstance(operation, Instruction):
            raise CannotCross("not a packet: an operation for a place that holds another")
        if (operation.num_qubits, operation.num_clbits) != (len(found.qubits), len(found.clbits)):
            raise CannotCross("not a packet: an operation of another size")
        circuit.data[place] = circuit.data[place].replace(operation=operation)


def sound(operation: Any) -> Any:
    """The operation itself where QPY brings it back; else one that does the same.

    Raises CannotCross for a delay in seconds inside of something.
    """
    if isinstance(operation, Delay) and whole(operation):
        raise CannotCross("a delay in seconds within a block")
    if whole(operation):
        return _plain(operation)
    if isinstance(operation, ControlFlowOp):
        blocks = [_sound_circuit(block) for block in operation.blocks]
        if all(new is old for new, old in zip(blocks, operation.blocks, strict=True)):
            return operation
        return operation.replace_blocks(blocks)
    if type(operation) in (Gate, Instruction) and operation.definition is not None:
        inner = _sound_circuit(operation.definition)
        if inner is not operation.definition:
            operation = operation.copy()
            operation.definition = inner
        return operation
    if isinstance(operation, ControlledGate) and sound(operation.base_gate) is not (
        operation.base_gate
    ):
        return _plain(operation)
    return operation


def _plain(operation: Instruction) -> Instruction:
    """A gate without a class of its own, of the same name and definition."""
    name, size, label = operation.name, operation.num_qubits, operation.label
    if isinstance(operation, Gate):
        found: Instruction = Gate(name, size, [], label=label)
    else:
        found = Instruction(name, size, operation.num_clbits, [], label=label)
    if operation.definition is None:
        raise CannotCross(type(operation).__qualname__)
    found.definition = _sound_circuit(operation.definition)
    return found


def _sound_circuit(circuit: QuantumCircuit) -> QuantumCircuit:
    changed = {}
    for place, item in enumerate(circuit.data):
        if not item.is_standard_gate():
            better = sound(item.operation)
            if better is not item.operation:
                changed[place] = better
    return _with(circuit, changed)


def _with(circuit: QuantumCircuit, changed: dict[int, Instruction]) -> QuantumCircuit:
    if not changed:
        return circuit
    # Made anew: setting an item of control flow in `data` panics in Qiskit 2.6.
    found = circuit.copy_empty_like()
    for place, item in enumerate(circuit.data):
        operation: Any = changed.get(place, item.operation)
        found._append(operation, item.qubits, item.clbits)
    return found


def _attributes(gate: Instruction) -> tuple[Any, ...]:
    state = {name: value for name, value in vars(gate).items() if name not in _NOT_SENT}
    return (state,)


def _made(kind: type, state: dict[str, Any]) -> Instruction:
    """A gate of the class with these attributes, of which none may hide what the class defines."""
    gate = Instruction.__new__(kind)
    for name, value in state.items():
        if hasattr(kind, name) or callable(value):
            raise CannotCross(f"{kind.__qualname__}.{name}")
        gate.__dict__[name] = value
    gate.__dict__["_definition"] = None
    return gate


def _expression_parts(expression: BooleanExpression) -> tuple[Any, ...]:
    return (expression.expression, list(expression.args))


GATES: tuple[Codec, ...] = (
    *(
        Codec(
            kind, _attributes, functools.partial(_made, kind), mutable=True,
            exact=kind is not PiecewiseChebyshevGate,
        )
        for kind in _ITS_CLASSES
    ),
    Codec(
        C4XGate, lambda v: (v.label, v.ctrl_state),
        lambda label, state: C4XGate(label=label, ctrl_state=state), family=True,
    ),
    Codec(Delay, lambda v: (v.duration, v.unit), Delay, mutable=True),
    Codec(BooleanExpression, _expression_parts, BooleanExpression),
)  # fmt: skip
