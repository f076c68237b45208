"""Fidelities of values that are no circuits with the reference's, rescaled as `closeness.py` says."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit.quantum_info import (
    DensityMatrix,
    Operator,
    SparsePauliOp,
    StabilizerState,
    Statevector,
    state_fidelity,
)

MOST_QUBITS = 10
_MOST_TERMS = 2000
_NOTHING = 1e-6

Complex = NDArray[np.complex128]


def rescaled(fidelity: float, trivial: Sequence[float]) -> float | None:
    """A fidelity with the best of the trivial answers' at 0; None where one of those is at 1."""
    floor = max(0.0, *trivial)
    if 1 - floor < _NOTHING:
        return None
    return min(1.0, max(0.0, (fidelity - floor) / (1 - floor)))


def distributions(
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


def weights(mapping: Mapping[Any, Any]) -> dict[Any, float]:
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


def states(value: Any, reference: Any, given: list[Any]) -> float | None:
    """Closeness of state vectors, stabilizer states and density matrices (up to 5 qubits)."""
    if value.num_qubits != reference.num_qubits:
        return 0.0
    mixed = isinstance(reference, DensityMatrix) or isinstance(value, DensityMatrix)
    qubits = reference.num_qubits or 0
    if not 0 < qubits <= MOST_QUBITS // (1 + mixed):
        return None
    kind: Any = DensityMatrix if mixed else Statevector
    made, wanted = (
        kind(one.clifford.to_circuit() if isinstance(one, StabilizerState) else one)
        for one in (value, reference)
    )
    zero = kind.from_label("0" * qubits)
    fidelities = [float(state_fidelity(one, wanted, validate=False)) for one in (made, zero)]
    return rescaled(fidelities[0], fidelities[1:]) if np.isfinite(fidelities).all() else 0.0


def operators(value: Any, reference: Any, given: list[Any]) -> float | None:
    """Closeness of operators, gates, Cliffords and Paulis, up to 8 qubits."""
    if value.num_qubits != reference.num_qubits:
        return 0.0
    if not 0 < reference.num_qubits <= MOST_QUBITS - 2:
        return None
    left, right = (np.asarray(Operator(one)) for one in (value, reference))
    return rescaled(_overlap(left, right), [_overlap(np.eye(len(right)), right)])


def observables(value: SparsePauliOp, reference: SparsePauliOp, given: list[Any]) -> float | None:
    """Of the coefficients as a vector; the trivial answer is the identity."""
    if value.num_qubits != reference.num_qubits:
        return 0.0
    tables: list[dict[str, complex]] = []
    for one in (value, reference):
        if len(one) > _MOST_TERMS:
            return None
        table: dict[str, complex] = {}
        for label, weight in one.to_list():
            table[label] = table.get(label, 0) + complex(weight)
        tables.append(table)
    labels = sorted({*tables[0], *tables[1], "I" * (reference.num_qubits or 0)})
    left, right = (np.array([table.get(label, 0) for label in labels]) for table in tables)
    identity = np.array([1.0 * (set(label) == {"I"}) for label in labels])
    return rescaled(_overlap(left, right), [_overlap(identity, right)])


def arrays(value: Any, reference: Any, given: list[Any]) -> float | None:
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
