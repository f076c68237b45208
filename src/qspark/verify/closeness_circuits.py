"""How close circuits are: what they make of |0...0>, of other states, and of their classical bits."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Qubit

from qspark.verify.branches import branches, outcome_probabilities
from qspark.verify.closeness_values import MOST_QUBITS, distributions, rescaled
from qspark.verify.equivalence import Logical, channel_gap, logical

_MOST_GATES = 2000
_ALL_INPUTS = 4  # up to so many qubits every basis state is an input, above it some random states
_RANDOM_INPUTS = 8


def circuits(value: QuantumCircuit, reference: QuantumCircuit, given: list[Any]) -> float | None:
    """Closeness of two circuits on logical qubits, parameters bound by name, 0..1 or None.

    Raises NotSimulable.
    """
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
    return distributions(outcome_probabilities(value), wanted, trivial)


def _mean_of(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) / len(known) if known else None
