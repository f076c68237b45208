"""How close a value is to the reference's: the graded half of a reward.

Fidelities, up to a global phase, rescaled so that the reference is at 1 and the best of the trivial
answers at 0: (F - F0) / (1 - F0), never below 0. Trivial are the empty circuit, the input handed
back, the state |0...0>, the identity, all shots on zero, all outcomes alike. Otherwise doing nothing
would be close to every small rotation.
"""

from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.circuit import Gate, Qubit
from qiskit.exceptions import QiskitError
from qiskit.primitives import BitArray
from qiskit.quantum_info import (
    Clifford,
    DensityMatrix,
    Operator,
    Pauli,
    ScalarOp,
    SparsePauliOp,
    StabilizerState,
    Statevector,
)

from qspark.verify.branches import NotSimulable, branches, outcome_probabilities
from qspark.verify.equivalence import Logical, channel_gap, logical

MOST_QUBITS = 10
_MOST_GATES = 2000
_ALL_INPUTS = 4  # up to so many qubits every basis state is an input, above it some random states
_RANDOM_INPUTS = 8
_MOST_ITEMS = 16
_NOTHING = 1e-6

Complex = NDArray[np.complex128]
_STATES = (Statevector, DensityMatrix, StabilizerState)
_OPERATORS = (Operator, Clifford, Pauli, ScalarOp, Gate)


def closeness(value: Any, reference: Any, given: Sequence[Any] = ()) -> float | None:
    """How close `value` is to `reference`, 0..1; `given` are the arguments of the call.

    Circuits (logical qubits, so layout-aware): the mean of what can be told of the state that they
    make of |0...0>, of what they do to other states, and of their outcomes. States, operators,
    observables (coefficients), counts and other distributions, amplitudes and matrices as arrays;
    of lists and mappings the mean of the items. None: the types differ, are another's, or such
    values are too large (more than `MOST_QUBITS` qubits) or cannot be followed.
    """
    try:
        return _closeness(value, reference, list(given), 3)
    except (
        NotSimulable,
        QiskitError,
        ArithmeticError,
        ValueError,
        TypeError,
        np.linalg.LinAlgError,
    ):
        return None


def _closeness(value: Any, reference: Any, given: list[Any], depth: int) -> float | None:
    by_kind: list[tuple[Any, Callable[..., float | None]]] = [
        (QuantumCircuit, _circuits),
        (_STATES, _states),
        (_OPERATORS, _operators),
        (SparsePauliOp, _observables),
        (np.ndarray, _arrays),
    ]
    for kinds, measure in by_kind:
        if isinstance(reference, kinds):
            return measure(value, reference, given) if isinstance(value, kinds) else None
    if isinstance(reference, BitArray) and isinstance(value, BitArray):
        return _distributions(value.get_counts(), reference.get_counts())
    if isinstance(reference, Mapping) and isinstance(value, Mapping):
        weights = _weights(reference), _weights(value)
        if weights[0] and weights[1]:
            return _distributions(weights[1], weights[0])
        if not depth or value.keys() != reference.keys():
            return None
        return _mean([(value[key], reference[key]) for key in reference], given, depth)
    if isinstance(reference, list | tuple) and isinstance(value, list | tuple):
        if not depth or len(value) != len(reference):
            return None
        return _mean(list(zip(value, reference, strict=True)), given, depth)
    return None


def _mean(pairs: list[tuple[Any, Any]], given: list[Any], depth: int) -> float | None:
    """The mean over pairs that can be told; one whose reference can and which differs counts 0."""
    found = []
    for value, reference in pairs[:_MOST_ITEMS]:
        if _closeness(reference, reference, given, depth - 1) is not None:
            found.append(_closeness(value, reference, given, depth - 1) or 0.0)
    return sum(found) / len(found) if found else None


def rescaled(fidelity: float, trivial: Sequence[float]) -> float | None:
    """A fidelity with the best of the trivial answers' at 0; None where one of those is at 1."""
    floor = max(0.0, *trivial)
    if 1 - floor < _NOTHING:
        return None
    return min(1.0, max(0.0, (fidelity - floor) / (1 - floor)))


def _mean_of(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) / len(known) if known else None


# Circuits


def _circuits(value: QuantumCircuit, reference: QuantumCircuit, given: list[Any]) -> float | None:
    others = [one for one in given if isinstance(one, QuantumCircuit)][:2]
    every = [_bound(one) for one in (reference, value, *others)]
    if any(len(one.data) > _MOST_GATES for one in every):
        return None
    wired = [logical(one) for one in every]
    width = wired[0].width
    if wired[1].width != width:
        return 0.0
    wires = max(one.circuit.num_qubits for one in wired[:2])
    if wires > MOST_QUBITS:
        return None
    alike = [one for one in wired[2:] if one.width == width and one.circuit.num_qubits <= wires]
    wired = [*wired[:2], *alike]
    for one in wired:
        one.circuit.add_bits([Qubit() for _ in range(wires - one.circuit.num_qubits)])
    if all(one.static for one in wired[:2]):
        parts = _evolved([one for one in wired if one.static], wires, width)
    else:
        parts = [_channel(wired[0], wired[1], wires)]
    return _mean_of([*parts, _outcomes(every[1], every[0], every[2:])])


def _bound(circuit: QuantumCircuit) -> QuantumCircuit:
    """The circuit with a value for each parameter, the same for the same name."""
    values = {
        one: np.random.default_rng(list(one.name.encode())).uniform(-np.pi, np.pi)
        for one in circuit.parameters
    }
    return circuit.assign_parameters(values) if values else circuit


def _evolved(wired: list[Logical], wires: int, width: int) -> list[float | None]:
    """Of the state from |0...0>, and of the process on other inputs: |mean overlap|**2.

    The second is the process fidelity (Nielsen, Phys. Lett. A 303 (2002) 249), estimated with Haar
    states above `_ALL_INPUTS` qubits. The empty circuit is `columns` themselves.
    """
    size = 1 << width
    if width <= _ALL_INPUTS:
        block = np.eye(size, dtype=complex)
    else:
        drawn = np.random.default_rng(0).normal(size=(size, _RANDOM_INPUTS, 2)) @ (1, 1j)
        block = drawn / np.linalg.norm(drawn, axis=0)
    columns = np.zeros((1 << wires, 1 + block.shape[1]), dtype=complex)
    columns[0, 0] = 1
    columns[:size, 1:] = block
    wanted, *made = [branches(one.circuit, columns)[0].state for one in wired]
    made.append(columns)
    overlaps = [np.sum(wanted.conj() * state, axis=0) for state in made]
    if not all(np.isfinite(overlap).all() for overlap in overlaps):
        return [0.0]
    states = [abs(overlap[0]) ** 2 for overlap in overlaps]
    processes = [abs(overlap[1:].mean()) ** 2 for overlap in overlaps]
    return [rescaled(one[0], one[1:]) for one in (states, processes)]


def _channel(reference: Logical, value: Logical, wires: int) -> float | None:
    """Of state and classical bits together, where something measures, resets or branches."""
    start = np.zeros((1 << wires, 1), dtype=complex)
    start[0, 0] = 1
    empty = QuantumCircuit(wires, reference.circuit.num_clbits)
    outcomes = reference.circuit.num_clbits > 0
    if outcomes and value.circuit.num_clbits != reference.circuit.num_clbits:
        return 0.0
    wanted = branches(reference.circuit, start)
    found = []
    for other in (value.circuit, empty):
        found.append(channel_gap(branches(other, start), wanted, range(wires), outcomes)[1])
    return rescaled(found[0], found[1:])


def _outcomes(
    value: QuantumCircuit, reference: QuantumCircuit, given: list[QuantumCircuit]
) -> float | None:
    """Of the distribution of the classical bits, by index; None where the reference has none."""
    if not reference.num_clbits or not reference.count_ops().get("measure"):
        return None
    if value.num_clbits != reference.num_clbits:
        return 0.0
    if max(value.num_qubits, reference.num_qubits) > MOST_QUBITS:
        return None
    wanted = outcome_probabilities(reference)
    rest = [one for one in given if one.num_clbits == reference.num_clbits]
    trivial = [outcome_probabilities(one) for one in rest if one.num_qubits <= MOST_QUBITS]
    return _distributions(outcome_probabilities(value), wanted, trivial)


# Other values


def _distributions(
    value: Mapping[Any, float], reference: Mapping[Any, float],
    trivial: Sequence[Mapping[Any, float]] = (),
) -> float | None:  # fmt: skip
    """Of the classical fidelity (sum sqrt(p q))**2; all on zero, and all alike, are trivial."""
    bits, own = _bits(reference), _bits(value)
    text = isinstance(next(iter(reference)), str)
    if text and own != bits:
        return 0.0
    bits = max(bits, own)
    if bits > MOST_QUBITS:
        return None
    keys = [format(one, f"0{bits}b") if text else one for one in range(1 << bits)]
    others = [*trivial, {keys[0]: 1.0}, dict.fromkeys(keys, 1.0)]
    return rescaled(_fidelity(value, reference), [_fidelity(one, reference) for one in others])


def _bits(weights: Mapping[Any, float]) -> int:
    """How many bits the keys have: strings of them, or integers."""
    return max(
        (len(key) if isinstance(key, str) else key.bit_length() for key in weights), default=0
    )


def _fidelity(p: Mapping[Any, float], q: Mapping[Any, float]) -> float:
    total = sum(p.values()) * sum(q.values())
    if not total > 0:
        return 0.0
    return min(1.0, sum(sqrt(weight * q.get(key, 0.0)) for key, weight in p.items()) ** 2 / total)


def _weights(mapping: Mapping[Any, Any]) -> dict[Any, float]:
    """A mapping from bit strings or integers to weights; empty where it is another."""
    found = {}
    for key, weight in mapping.items():
        plain = key.replace(" ", "") if isinstance(key, str) else key
        bits = isinstance(plain, str) and plain and not set(plain) - set("01")
        whole = isinstance(plain, int) and not isinstance(plain, bool) and plain >= 0
        if not (bits or whole):
            return {}
        if not isinstance(weight, int | float | np.integer | np.floating):
            return {}
        found[plain] = found.get(plain, 0.0) + float(weight)
        if not 0 <= found[plain] < 1e300:
            return {}
    alike = len({type(key) for key in found}) == 1
    return found if alike and sum(found.values()) > 0 else {}


def _states(value: Any, reference: Any, given: list[Any]) -> float | None:
    if value.num_qubits != reference.num_qubits:
        return 0.0
    if not reference.num_qubits or reference.num_qubits > MOST_QUBITS:
        return None
    if isinstance(reference, DensityMatrix) or isinstance(value, DensityMatrix):
        if reference.num_qubits > MOST_QUBITS // 2:
            return None
        left, right = (DensityMatrix(one).data for one in (value, reference))
        return rescaled(_overlap(left, right), [_overlap(_first(right), right)])
    left, right = (Statevector(one).data for one in (value, reference))
    return rescaled(_overlap(left, right), [_overlap(_first(right), right)])


def _operators(value: Any, reference: Any, given: list[Any]) -> float | None:
    if value.num_qubits != reference.num_qubits:
        return 0.0
    if not reference.num_qubits or reference.num_qubits > MOST_QUBITS - 2:
        return None
    left, right = (np.asarray(Operator(one)) for one in (value, reference))
    return rescaled(_overlap(left, right), [_overlap(np.eye(len(right)), right)])


def _observables(value: SparsePauliOp, reference: SparsePauliOp, given: list[Any]) -> float | None:
    """Of the coefficients as a vector; the trivial answer is the identity."""
    if value.num_qubits != reference.num_qubits:
        return 0.0
    tables: list[dict[str, complex]] = []
    for one in (value, reference):
        if len(one) > _MOST_GATES:
            return None
        table: dict[str, complex] = {}
        for label, weight in one.to_list():
            table[label] = table.get(label, 0) + complex(weight)
        tables.append(table)
    labels = sorted({*tables[0], *tables[1], "I" * (reference.num_qubits or 0)})
    left, right = (np.array([table.get(label, 0) for label in labels]) for table in tables)
    identity = np.array([1.0 * (set(label) == {"I"}) for label in labels])
    return rescaled(_overlap(left, right), [_overlap(identity, right)])


def _arrays(value: Any, reference: Any, given: list[Any]) -> float | None:
    """Amplitudes or probabilities, and square matrices, of a whole number of qubits."""
    if reference.dtype.kind not in "fc" or value.dtype.kind not in "biufc":
        return None
    size = reference.shape[0] if reference.ndim else 0
    square = reference.shape == (size, size)
    if size < 2 or size & (size - 1) or size > 1 << MOST_QUBITS - 2 * square:
        return None
    if not (square or reference.ndim == 1):
        return None
    if value.shape != reference.shape:
        return 0.0
    trivial = [np.eye(size)] if square else [_first(reference), np.ones(size)]
    return rescaled(_overlap(value, reference), [_overlap(one, reference) for one in trivial])


def _first(like: Complex) -> Complex:
    """All weight on the first entry: the state |0...0>."""
    state = np.zeros(like.shape, dtype=complex)
    state.flat[0] = 1
    return state


def _overlap(a: Any, b: Any) -> float:
    """|<a, b>|**2 / (|a|**2 |b|**2): a fidelity for vectors and for unitaries; 0 for no numbers."""
    weight = float(np.linalg.norm(a)) * float(np.linalg.norm(b))
    found = abs(np.vdot(a, b)) / weight if weight > 0 else 0.0
    return min(1.0, float(found**2)) if np.isfinite(found) else 0.0
