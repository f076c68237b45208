"""How close a value is to the reference's: the graded half of a reward.

Fidelities, up to a global phase, rescaled so that the reference is at 1 and the best of the trivial
answers at 0: (F - F0) / (1 - F0), never below 0. Trivial are the empty circuit, the input handed
back, the state |0...0>, the identity, all shots on zero, all outcomes alike. Otherwise doing nothing
would be close to every small rotation.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
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

from qspark.verify.branches import NotSimulable
from qspark.verify.closeness_circuits import circuits
from qspark.verify.closeness_values import (
    arrays,
    distributions,
    observables,
    operators,
    states,
    weights,
)

_MOST_ITEMS = 16
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
        (QuantumCircuit, circuits),
        (_STATES, states),
        (_OPERATORS, operators),
        (SparsePauliOp, observables),
        (np.ndarray, arrays),
    ]
    for kinds, measure in by_kind:
        if isinstance(reference, kinds):
            return measure(value, reference, given) if isinstance(value, kinds) else None
    if isinstance(reference, BitArray) and isinstance(value, BitArray):
        return distributions(value.get_counts(), reference.get_counts())
    if isinstance(reference, Mapping) and isinstance(value, Mapping):
        shares = weights(reference), weights(value)
        if shares[0] and shares[1]:
            return distributions(shares[1], shares[0])
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
