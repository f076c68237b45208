"""Following a circuit exactly through its measurements, resets and branches.

A state is followed for each outcome that the circuit's classical bits can have: exact where the
circuit is small, and the only way to compare circuits whose gates depend on what was measured.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.circuit import CASE_DEFAULT, ClassicalRegister, Clbit
from qiskit.circuit.classical import expr, types
from qiskit.exceptions import QiskitError
from qiskit.quantum_info import Operator

MAX_AMPLITUDES = 1 << 22
_MATRIX_QUBITS = 4
_NO_WEIGHT = 1e-24
_NO_PROBABILITY = 1e-12

Amplitudes = NDArray[np.complex128]


class NotSimulable(ValueError):
    """The circuit has a part that is not followed here, or would need too much memory."""


@dataclass(frozen=True)
class Branch:
    """One way in which the measurements of a circuit can come out.

    `bits` are the classical bits by index, each 0 or 1. `state` has shape (2**qubits, columns), row
    index little-endian as in Qiskit; the squared norm of a column is the branch's probability for
    that input.
    """

    bits: tuple[int, ...]
    state: Amplitudes


def branches(circuit: QuantumCircuit, columns: Amplitudes) -> list[Branch]:
    """Every branch of `circuit` on the input states `columns`, shape (2**qubits, inputs); exact.

    Measurements and resets split the state by projection, which is the definition of a quantum
    instrument (Nielsen and Chuang, section 2.2.3); branches without weight are dropped. Followed:
    gates, measure, reset, if, switch, for and box, on classical bits and registers. NotSimulable:
    while loops, break, continue, run-time variables, parameters without a value, a gate without a
    definition, more than `MAX_AMPLITUDES` amplitudes in all.
    """
    if circuit.parameters or circuit.num_vars:
        raise NotSimulable("parameters or variables without a value")
    shape = (2,) * circuit.num_qubits + (columns.shape[1],)
    start = (columns.astype(complex).reshape(shape), (0,) * circuit.num_clbits)
    scope = {bit: index for index, bit in enumerate(circuit.clbits)}
    done = _play([start], circuit, range(circuit.num_qubits), scope)
    return [Branch(bits, state.reshape(columns.shape)) for state, bits in done]


_Path = tuple[Amplitudes, tuple[int, ...]]


def _play(
    paths: list[_Path], circuit: QuantumCircuit, wires: Any, scope: dict[Clbit, int]
) -> list[_Path]:
    """Follow `circuit`, whose qubit i is axis group `wires[i]` and whose bits `scope` numbers."""
    factor = np.exp(1j * float(circuit.global_phase))
    paths = [(state * factor, bits) for state, bits in paths] if factor != 1 else paths
    for instruction in circuit.data:
        at = [wires[circuit.find_bit(qubit).index] for qubit in instruction.qubits]
        paths = _step(paths, instruction.operation, at, instruction.clbits, scope)
        if sum(state.size for state, _ in paths) > MAX_AMPLITUDES:
            raise NotSimulable("too many branches")
    return paths


def _step(
    paths: list[_Path], op: Any, at: list[int], clbits: Any, scope: dict[Clbit, int]
) -> list[_Path]:
    def body(block: QuantumCircuit, some: list[_Path]) -> list[_Path]:
        inner = {bit: scope[out] for bit, out in zip(block.clbits, clbits, strict=True)}
        if block.num_vars:
            raise NotSimulable("run-time variables are not followed")
        return _play(some, block, at, inner)

    if getattr(op, "_directive", False) or op.name == "delay":
        return paths
    if op.name in ("measure", "reset"):
        into = scope[clbits[0]] if op.name == "measure" else None
        return [part for path in paths for part in _project(path, at[0], into)]
    if op.name == "box":
        return body(op.blocks[0], paths)
    if op.name == "for_loop":
        values, parameter, block = op.params
        if _leaves_loop(block):
            raise NotSimulable("break and continue are not followed")
        for value in values:
            bound = {} if parameter is None else {parameter: value}
            paths = body(block.assign_parameters(bound, strict=False), paths)
        return paths
    if op.name in ("if_else", "switch_case"):
        result: list[_Path] = []
        for path in paths:
            chosen = _chosen_block(op, path[1], scope)
            result += [path] if chosen is None else body(chosen, [path])
        return result
    matrix = _matrix(op)
    if matrix is not None:
        return [(_applied(matrix, state, at), bits) for state, bits in paths]
    if getattr(op, "definition", None) is None:
        raise NotSimulable(f"{op.name} is not followed")
    return body(op.definition, paths)


def _leaves_loop(block: QuantumCircuit) -> bool:
    inner = (part for one in block.data for part in getattr(one.operation, "blocks", ()))
    names = {one.operation.name for one in block.data}
    return bool(names & {"break_loop", "continue_loop"}) or any(map(_leaves_loop, inner))


def _matrix(op: Any) -> Amplitudes | None:
    """The matrix of a gate, or None where its definition is to be followed."""
    if op.num_qubits > _MATRIX_QUBITS and getattr(op, "definition", None) is not None:
        return None
    if op.num_qubits > 2 * _MATRIX_QUBITS:
        raise NotSimulable(f"{op.name} on {op.num_qubits} qubits has no definition")
    try:
        return np.asarray(Operator(op).data, dtype=complex)
    except (QiskitError, TypeError):
        return None


def _applied(matrix: Amplitudes, state: Amplitudes, at: list[int]) -> Amplitudes:
    # Axis 0 is the qubit with the highest index, in the state as in the matrix. Gates are mostly
    # zeros, and a loop over the rest is faster here than a library product with its threads.
    axes = [state.ndim - 2 - wire for wire in reversed(at)]
    result = np.zeros_like(state)
    old, new = (np.moveaxis(one, axes, range(len(axes))) for one in (state, result))
    for row, column in np.argwhere(matrix):
        place, source = (np.unravel_index(index, (2,) * len(axes)) for index in (row, column))
        new[place] += matrix[row, column] * old[source]
    return result


def _project(path: _Path, wire: int, into: int | None) -> list[_Path]:
    """Split by the outcome of `wire`: written to bit `into`, or, when None, reset to zero."""
    state, bits = path
    axis, parts = state.ndim - 2 - wire, []
    for outcome in (0, 1):
        half = np.take(state, outcome, axis=axis)
        if np.vdot(half, half).real <= _NO_WEIGHT * state.shape[-1]:
            continue
        empty = np.zeros_like(half)
        one = into is not None and outcome == 1
        written = bits if into is None else (*bits[:into], outcome, *bits[into + 1 :])
        parts.append((np.stack((empty, half) if one else (half, empty), axis=axis), written))
    return parts


def _chosen_block(op: Any, bits: tuple[int, ...], scope: dict[Clbit, int]) -> QuantumCircuit | None:
    if op.name == "if_else":
        condition = op.condition
        if isinstance(condition, tuple):
            holds = _value(condition[0], bits, scope) == int(condition[1])
        else:
            holds = bool(_value(condition, bits, scope))
        return op.params[0] if holds else op.params[1]
    target = _value(op.target, bits, scope)
    for labels, block in op.cases_specifier():
        if any(label is CASE_DEFAULT or int(label) == target for label in labels):
            return block
    return None


_BINARY: dict[str, Callable[[int, int], Any]] = {
    "BIT_AND": operator.and_,
    "BIT_OR": operator.or_,
    "BIT_XOR": operator.xor,
    "LOGIC_AND": lambda a, b: bool(a) and bool(b),
    "LOGIC_OR": lambda a, b: bool(a) or bool(b),
    "EQUAL": operator.eq,
    "NOT_EQUAL": operator.ne,
    "LESS": operator.lt,
    "LESS_EQUAL": operator.le,
    "GREATER": operator.gt,
    "GREATER_EQUAL": operator.ge,
    "SHIFT_LEFT": operator.lshift,
    "SHIFT_RIGHT": operator.rshift,
    "ADD": operator.add,
    "SUB": operator.sub,
    "MUL": operator.mul,
}


def _value(node: Any, bits: tuple[int, ...], scope: dict[Clbit, int]) -> int:
    """The value of a classical bit, register or expression: an unsigned integer."""
    if isinstance(node, Clbit):
        return bits[scope[node]]
    if isinstance(node, ClassicalRegister):
        return sum(bits[scope[bit]] << place for place, bit in enumerate(node))
    if isinstance(node, expr.Var) and isinstance(node.var, Clbit | ClassicalRegister):
        return _value(node.var, bits, scope)
    known = isinstance(getattr(node, "type", None), types.Uint | types.Bool)
    if isinstance(node, expr.Value) and known:
        return int(node.value)
    if isinstance(node, expr.Index):
        return _value(node.target, bits, scope) >> _value(node.index, bits, scope) & 1
    if isinstance(node, expr.Cast | expr.Unary) and known:
        inner = _value(node.operand, bits, scope)
        if isinstance(node, expr.Unary):
            inner = int(not inner) if node.op.name == "LOGIC_NOT" else ~inner
        return _wrapped(inner, node.type)
    if isinstance(node, expr.Binary) and known and node.op.name in _BINARY:
        left, right = _value(node.left, bits, scope), _value(node.right, bits, scope)
        return _wrapped(int(_BINARY[node.op.name](left, right)), node.type)
    raise NotSimulable("a condition on run-time variables or other types")


def _wrapped(value: int, kind: Any) -> int:
    return value % (1 << kind.width) if isinstance(kind, types.Uint) else int(value % 2)


def split_final_measurements(circuit: QuantumCircuit) -> tuple[list[Any], list[tuple[Any, Clbit]]]:
    """The instructions before the final measurements, and what those read: (qubit, classical bit).

    A measurement is final when neither its qubit nor its bit is used afterwards. Barriers, delays
    and simulator directives are dropped: none of them changes a state.
    """
    body: list[Any] = []
    read: list[tuple[Any, Clbit]] = []
    busy: set[Any] = set()
    for instruction in reversed(circuit.data):
        op, used = instruction.operation, {*instruction.qubits, *instruction.clbits}
        if getattr(op, "_directive", False) or op.name == "delay":
            continue
        if op.name == "measure" and not used & busy:
            read.append((instruction.qubits[0], instruction.clbits[0]))
        else:
            body.append(instruction)
        busy |= used
    return body[::-1], read[::-1]


def outcome_probabilities(circuit: QuantumCircuit) -> dict[str, float]:
    """The exact probability of every possible bit string of `circuit`, all qubits starting in 0.

    Keys have one character per classical bit; outcomes without weight are left out. NotSimulable:
    as for `branches`.
    """
    if (1 << circuit.num_qubits) > MAX_AMPLITUDES:
        raise NotSimulable(f"{circuit.num_qubits} qubits are too many for exact probabilities")
    body, read = split_final_measurements(circuit)
    before = circuit.copy_empty_like()
    for instruction in body:
        before.append(instruction)
    start = np.zeros((1 << circuit.num_qubits, 1), dtype=complex)
    start[0, 0] = 1
    wires = [circuit.find_bit(qubit).index for qubit, _ in read]
    found: dict[str, float] = {}
    for branch in branches(before, start):
        weights = (np.abs(branch.state) ** 2).reshape((2,) * circuit.num_qubits)
        axes = [circuit.num_qubits - 1 - wire for wire in wires]
        others = tuple(axis for axis in range(circuit.num_qubits) if axis not in axes)
        kept = np.transpose(weights.sum(axis=others), np.argsort(np.argsort(axes)))
        for outcome in np.argwhere(kept > _NO_PROBABILITY):
            bits = list(branch.bits)
            for value, (_, clbit) in zip(outcome, read, strict=True):
                bits[circuit.find_bit(clbit).index] = int(value)
            key = "".join(map(str, reversed(bits)))
            found[key] = found.get(key, 0.0) + float(kept[tuple(outcome)])
    return found
