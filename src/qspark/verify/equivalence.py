"""Whether two circuits do the same, by the cheapest check that can decide it.

Qubits are logical: a circuit that carries a transpiler's layout is read through it, so wire i is
qubit i of the circuit before transpilation at the start and at the end, and its ancillas start in
zero (the meaning of `Operator.from_circuit`). Final measurements, barriers and delays are removed
unless classical outcomes are asked for. Which check when, and what it costs: docs/equivalence.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import ControlFlowOp, Qubit
from qiskit.exceptions import QiskitError
from qiskit.quantum_info import Clifford, StabilizerState

from qspark.verify import qcec_child
from qspark.verify.branches import (
    Amplitudes,
    Branch,
    NotSimulable,
    branches,
    split_final_measurements,
)
from qspark.verify.distributions import Equivalence

# The distance that still counts as the same: root mean square over the columns of the difference.
# A rotation that is off by t is t/2 away; transpiled circuits were within 2e-14 of their originals.
TOLERANCE = 1e-8
EXACT_BITS = 16
PROBE_BITS = 18
PROBES = 8


@dataclass(frozen=True)
class Logical:
    """A circuit on logical wires: wire i < `width` is qubit i, the wires above are ancillas in 0.

    `static` says that nothing in it measures, resets or branches.
    """

    circuit: QuantumCircuit
    width: int
    static: bool


def logical(circuit: QuantumCircuit, layout: bool = True, measured: bool = False) -> Logical:
    """`circuit` on its logical wires, idle ancillas left out, the routing permutation undone.

    `layout` False reads the qubits as they stand. Final measurements are removed unless `measured`.
    NotSimulable: run-time variables, or a layout that does not belong to the circuit.
    """
    if circuit.num_vars:
        raise NotSimulable("run-time variables are not followed")
    start = end = list(range(width := circuit.num_qubits))
    if layout and circuit.layout is not None:
        try:
            start = circuit.layout.initial_index_layout()
            end = circuit.layout.final_index_layout(filter_ancillas=False)
            width = len(circuit.layout.initial_index_layout(filter_ancillas=True))
        except (QiskitError, TypeError, KeyError, IndexError, AttributeError) as error:
            raise NotSimulable("the layout cannot be read") from error
        if not set(start) == set(end) == set(range(circuit.num_qubits)):
            raise NotSimulable("the layout does not belong to the circuit")
    wire_at = {position: wire for wire, position in enumerate(start)}
    body, _ = split_final_measurements(circuit)
    if measured:
        body = [one for one in circuit.data if not getattr(one.operation, "_directive", False)]
    used = {wire_at[circuit.find_bit(qubit).index] for one in body for qubit in one.qubits}
    # content[v] is the wire that holds, at the end, what belongs on wire v.
    content = [wire_at[position] for position in end]
    moved = {wire for wire, source in enumerate(content) if wire != source}
    kept = [wire for wire in range(circuit.num_qubits) if wire < width or wire in used | moved]
    wires = [Qubit() for _ in kept]
    of = dict(zip(kept, wires, strict=True))
    result = QuantumCircuit(wires, circuit.clbits, *circuit.cregs)
    result.global_phase = circuit.global_phase
    for one in body:
        at = [of[wire_at[circuit.find_bit(qubit).index]] for qubit in one.qubits]
        result.append(one.operation, at, one.clbits, copy=False)
    for wire in kept:
        source = content[wire]
        if source != wire:
            result.swap(of[wire], of[source])
            # What sat on `wire` is now on `source`.
            content[content.index(wire)], content[wire] = source, wire
    return Logical(result, width, not any(_dynamic(one.operation) for one in body))


def _dynamic(op: Any) -> bool:
    if op.name in ("measure", "reset") or isinstance(op, ControlFlowOp):
        return True
    inside = None if hasattr(op, "to_matrix") else getattr(op, "definition", None)
    return inside is not None and any(_dynamic(one.operation) for one in inside.data)


def equivalent(
    a: QuantumCircuit,
    b: QuantumCircuit,
    *,
    inputs: Sequence[int] | None = None,
    outputs: Sequence[int] | None = None,
    outcomes: bool = False,
    exact_phase: bool = False,
    layout: bool = True,
    tolerance: float = TOLERANCE,
    timeout: float = 10.0,
    seed: int = 0,
    bindings: int = 3,
) -> Equivalence:
    """Whether `a` and `b` do the same, up to a global phase unless `exact_phase`.

    `inputs` are the logical qubits with an arbitrary input, the others start in 0: None means all
    (the same unitary or channel), () that only the prepared state counts. `outputs` are those whose
    final state counts, None for all; the others are discarded. With `outcomes` the classical bits
    count too, jointly with the state and by index; final measurements then stay. With unbound
    parameters both circuits are bound, by name, to `bindings` random values drawn from `seed`.

    Tried in this order: exact evolution of all input columns (qubits + inputs <= 16, so 8 for a
    unitary, 16 for a state; the only check for what measures, resets or branches), Clifford tableau
    or stabilizer state, exact evolution of up to 8 columns or 8 Haar probes (up to 15 qubits for a
    unitary, 18 for a state), QCEC (`timeout` seconds per binding), unknown. What the candidate did
    wrong is an answer. ValueError: a qubit that the first circuit `a` lacks, or bindings < 1.
    """
    for what in (a, b):
        if not isinstance(what, QuantumCircuit):
            return Equivalence("different", 0.0, "type", f"{type(what).__name__} is no circuit")
    if bindings < 1:
        raise ValueError("at least one binding is needed")
    rng, rule = np.random.default_rng(seed), (outcomes, exact_phase, tolerance)
    names = sorted({parameter.name for parameter in (*a.parameters, *b.parameters)})
    answers: list[Equivalence] = []
    for _ in range(bindings if names else 1):
        values = {name: float(rng.uniform(-2 * np.pi, 2 * np.pi)) for name in names}
        try:
            bound = [one.assign_parameters(values, strict=False) for one in (a, b)]
            first, second = (logical(one, layout, outcomes) for one in bound)
            answer = _decide(first, second, inputs, outputs, rule, timeout, rng)
        except (NotSimulable, QiskitError) as error:
            answer = Equivalence("unknown", None, "none", str(error)[:300])
        if answer.answer != "equivalent":
            return answer
        answers.append(answer)
    if not names:
        return answers[0]
    detail = f"with {bindings} random values of {', '.join(names)}"[:300]
    return Equivalence("equivalent", answers[0].closeness, answers[0].method, detail)


def _decide(
    a: Logical,
    b: Logical,
    inputs: Sequence[int] | None,
    outputs: Sequence[int] | None,
    rule: tuple[bool, bool, float],
    timeout: float,
    rng: np.random.Generator,
) -> Equivalence:
    """The checks in their order; `rule` is (outcomes, exact_phase, tolerance)."""
    outcomes, exact_phase, _ = rule
    for name, given in (("inputs", inputs), ("outputs", outputs)):
        if given is not None and not set(given) <= set(range(a.width)):
            raise ValueError(f"{name} must be among the {a.width} qubits of the circuit")
    if a.width != b.width:
        return Equivalence("different", 0.0, "width", f"{a.width} and {b.width} qubits")
    if outcomes and a.circuit.num_clbits != b.circuit.num_clbits:
        bits = f"{a.circuit.num_clbits} and {b.circuit.num_clbits} classical bits"
        return Equivalence("different", 0.0, "width", bits)
    asked = sorted(range(a.width) if inputs is None else set(inputs))
    wires = max(a.circuit.num_qubits, b.circuit.num_qubits)
    for one in (a, b):
        one.circuit.add_bits([Qubit() for _ in range(wires - one.circuit.num_qubits)])
    pure = a.static and b.static and not outcomes and outputs is None
    keep = range(wires) if outputs is None else sorted(set(outputs))
    bits = wires + len(asked)
    if bits <= EXACT_BITS or not pure:
        if bits > EXACT_BITS:
            raise NotSimulable(f"{wires} wires with {len(asked)} inputs are too many for a channel")
        columns = _columns(wires, asked, np.eye(1 << len(asked)))
        return _evolved(a, b, columns, keep, rule, "exact")
    found = _stabilizer(a, b, asked, wires, exact_phase)
    if found is not None:
        return found
    few = 1 << len(asked) <= PROBES
    if wires + (len(asked) if few else PROBES.bit_length() - 1) <= PROBE_BITS:
        # Normalised complex Gaussian vectors are Haar-random states.
        drawn = rng.normal(size=(1 << len(asked), PROBES, 2)) @ (1, 1j)
        block = np.eye(1 << len(asked)) if few else drawn / np.linalg.norm(drawn, axis=0)
        columns = _columns(wires, asked, block)
        return _evolved(a, b, columns, keep, rule, "exact" if few else "probes")
    return _qcec(a, b, len(asked) == wires, exact_phase, timeout)


def _columns(wires: int, inputs: Sequence[int], block: Any) -> Amplitudes:
    """The input states `block`, shape (2**inputs, columns), on `inputs`; all other wires in 0."""
    rows = np.zeros(block.shape[0], dtype=int)
    for place, wire in enumerate(inputs):
        rows |= (np.arange(block.shape[0]) >> place & 1) << wire
    columns = np.zeros((1 << wires, block.shape[1]), dtype=complex)
    columns[rows] = block
    return columns


def _evolved(
    a: Logical,
    b: Logical,
    columns: Amplitudes,
    keep: Sequence[int],
    rule: tuple[bool, bool, float],
    method: str,
) -> Equivalence:
    """Compare what the two make of `columns`: as vectors where both stay pure, else as channels."""
    outcomes, exact_phase, tolerance = rule
    wires = columns.shape[0].bit_length() - 1
    ends = [branches(one.circuit, columns) for one in (a, b)]
    if not all(np.isfinite(branch.state).all() for end in ends for branch in end):
        return Equivalence("different", 0.0, method, "an angle is not a finite number")
    same_bits = not outcomes or ends[0][0].bits == ends[1][0].bits
    if len(ends[0]) == len(ends[1]) == 1 and len(keep) == wires and same_bits:
        gap, closeness = _gap(ends[0][0].state, ends[1][0].state, exact_phase)
    else:
        method = "channel"
        gap, closeness = channel_gap(ends[0], ends[1], keep, outcomes)
        if exact_phase and gap <= tolerance:
            return Equivalence("unknown", closeness, method, "a channel has no global phase")
    detail = f"distance {gap:.3g}, tolerance {tolerance:g}"
    return Equivalence("equivalent" if gap <= tolerance else "different", closeness, method, detail)


def _gap(v: Amplitudes, w: Amplitudes, exact_phase: bool) -> tuple[float, float]:
    """Root mean square distance of the columns, with one common phase; and |mean overlap|**2.

    With all columns of two unitaries the second is the process fidelity |Tr(V^ W)|^2 / d^2
    (Nielsen, Phys. Lett. A 303 (2002) 249); with Haar probes an estimate of it; with one state the
    state fidelity.
    """
    overlap = complex(np.vdot(w, v)) / v.shape[1]
    phase = 1.0 if exact_phase or abs(overlap) < 1e-12 else overlap / abs(overlap)
    distance = float(np.linalg.norm(v - phase * w)) / sqrt(v.shape[1])
    return distance, min(1.0, abs(overlap) ** 2)


def channel_gap(
    v: list[Branch], w: list[Branch], keep: Sequence[int], outcomes: bool
) -> tuple[float, float]:
    """Frobenius distance and Uhlmann fidelity of the Choi states of two channels.

    Every branch is a factor of its Choi state, J = sum V V^ (one block per classical outcome where
    those count), with trace 1. The fidelity is (sum over blocks of the nuclear norm of V^ W)**2,
    equal to the usual form by Uhlmann (Rep. Math. Phys. 9 (1976) 273); where one channel is unitary
    it is the process fidelity.
    """
    left, right = _factors(v, keep, outcomes), _factors(w, keep, outcomes)
    square = root = 0.0
    for bits in left.keys() | right.keys():
        parts = [side[bits] for side in (left, right) if bits in side]
        # V V^ - W W^ = M S M^ with M = (V, W) = Q R: the same norm as R S R^, without a big matrix.
        upper = np.asarray(np.linalg.qr(np.hstack(parts), mode="r"))
        signs = np.ones(upper.shape[1])
        signs[parts[0].shape[1] :] = -1
        square += float(np.linalg.norm((upper * signs) @ upper.conj().T)) ** 2
        if len(parts) == 2:
            cross = [np.asarray(np.linalg.qr(part.conj().T, mode="r")) for part in parts]
            root += float(np.linalg.norm(cross[0] @ cross[1].conj().T, ord="nuc"))
    return sqrt(square), min(1.0, root * root)


def _factors(
    ends: list[Branch], keep: Sequence[int], outcomes: bool
) -> dict[tuple[int, ...], Amplitudes]:
    """Per classical outcome the factor V of the Choi state, shape (2**kept * columns, rank)."""
    found: dict[tuple[int, ...], list[Amplitudes]] = {}
    for branch in ends:
        rows, columns = branch.state.shape
        wires = rows.bit_length() - 1
        kept = [wires - 1 - wire for wire in keep]
        lost = [axis for axis in range(wires) if axis not in kept]
        tensor = branch.state.reshape((2,) * wires + (columns,)) / sqrt(columns)
        tensor = np.transpose(tensor, (*kept, wires, *lost))
        part = tensor.reshape((1 << len(kept)) * columns, 1 << len(lost))
        found.setdefault(branch.bits if outcomes else (), []).append(part)
    return {bits: np.hstack(parts) for bits, parts in found.items()}


def _stabilizer(
    a: Logical, b: Logical, inputs: Sequence[int], wires: int, exact_phase: bool
) -> Equivalence | None:
    """Compare two Clifford circuits; None where one is none, or where only the phase is open.

    Tableaus where every wire has an arbitrary input; otherwise the stabilizer states that arise
    when every input is one half of a Bell pair and all other wires start in 0.
    """
    try:
        tableaus = [Clifford(one.circuit) for one in (a, b)]
    except QiskitError:
        return None
    if len(inputs) == wires:
        method, same = "clifford", tableaus[0] == tableaus[1]
    else:
        states = []
        for tableau in tableaus:
            paired = QuantumCircuit(wires + len(inputs))
            for reference, wire in enumerate(inputs, start=wires):
                paired.h(wire)
                paired.cx(wire, reference)
            paired.append(tableau, range(wires))
            states.append(StabilizerState(paired))
        method, same = "stabilizer", states[0].equiv(states[1])
    if same and exact_phase:
        return None
    return Equivalence("equivalent" if same else "different", 1.0 if same else None, method)


def _qcec(
    a: Logical, b: Logical, all_inputs: bool, exact_phase: bool, timeout: float
) -> Equivalence:
    """Ask QCEC; what it does not prove is unknown. It ignores the global phase."""
    criterion, detail = qcec_child.ask(a.circuit, b.circuit, timeout)
    if criterion.startswith("equivalent") and not exact_phase:
        return Equivalence("equivalent", 1.0, "qcec", detail)
    if criterion == "not_equivalent" and all_inputs:
        return Equivalence("different", None, "qcec", detail)
    return Equivalence("unknown", None, "qcec", detail)
