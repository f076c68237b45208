"""Whether a device can run a circuit, and what the circuit costs there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qiskit import QuantumCircuit
from qiskit.circuit import ControlFlowOp
from qiskit.transpiler import Target

# The distance that still counts as the same: root mean square over the columns of the difference.
# A rotation that is off by t is t/2 away; transpiled circuits were within 2e-14 of their originals.
_STANDARD = "qiskit.circuit.library.standard_gates"


def isa_faults(circuit: QuantumCircuit, target: Target) -> list[str]:
    """What in `circuit` the `target` cannot run, one line each; empty when it can run everything.

    Checks name, qubits and parameters (fixed angles, angle bounds) of every instruction, also in
    the bodies of control flow; barriers and other directives are free.
    """
    if target.num_qubits is not None and circuit.num_qubits > target.num_qubits:
        return [f"{circuit.num_qubits} qubits, the target has {target.num_qubits}"]
    return list(_isa_faults(circuit, target, range(circuit.num_qubits)))


def _isa_faults(circuit: QuantumCircuit, target: Target, at: Sequence[int]) -> Iterator[str]:
    for one in circuit.data:
        op, qubits = one.operation, tuple(at[circuit.find_bit(q).index] for q in one.qubits)
        if getattr(op, "_directive", False):
            continue
        if isinstance(op, ControlFlowOp):
            if not target.instruction_supported(op.name, qubits):
                yield f"{op.name} is not supported"
            for block in op.blocks:
                yield from _isa_faults(block, target, qubits)
        elif not target.instruction_supported(op.name, qubits, parameters=list(op.params)):
            yield f"{op.name}{tuple(op.params) if op.params else ''} on qubits {qubits}"


def costs(circuit: QuantumCircuit) -> dict[str, int]:
    """What running `circuit` takes: "depth", "two_qubit_depth", "nonlocal_gates", and "ops.NAME".

    Gates on two or more qubits are nonlocal and make up the two-qubit depth. What is no standard
    gate on three qubits or fewer is unrolled where it has a definition, and so are the bodies of
    control flow (both branches, every round of a for loop, one of a while loop), so that nothing
    hides in a wrapper; "ops.NAME" counts wrappers too. Barriers are free.
    """
    found = {"depth": 0, "two_qubit_depth": 0, "nonlocal_gates": 0}
    levels: dict[tuple[str, int], int] = {}
    wires = {bit: index for index, bit in enumerate((*circuit.qubits, *circuit.clbits))}
    for op, at, leaf in _flat(circuit, wires):
        found[f"ops.{op.name}"] = found.get(f"ops.{op.name}", 0) + 1
        nonlocal_gate = leaf and op.num_qubits > 1
        found["nonlocal_gates"] += nonlocal_gate
        for kind, counts in (("depth", leaf), ("two_qubit_depth", nonlocal_gate)):
            if counts:
                level = 1 + max((levels.get((kind, wire), 0) for wire in at), default=0)
                levels.update({(kind, wire): level for wire in at})
                found[kind] = max(found[kind], level)
    return found


def _flat(circuit: QuantumCircuit, wires: Mapping[Any, int]) -> Iterator[tuple[Any, Any, bool]]:
    """Every instruction with its wires, and whether it stands for itself; contents after it."""
    for one in circuit.data:
        op, at = one.operation, [wires[bit] for bit in (*one.qubits, *one.clbits)]
        if getattr(op, "_directive", False):
            continue
        standard = getattr(op, "base_class", type(op)).__module__.startswith(_STANDARD)
        if isinstance(op, ControlFlowOp):
            inside = list(op.blocks) * (len(op.params[0]) if op.name == "for_loop" else 1)
        else:
            leaf = getattr(op, "definition", None) is None or (standard and op.num_qubits <= 3)
            inside = [] if leaf else [op.definition]
        yield op, at, not inside
        for block in inside:
            yield from _flat(block, dict(zip((*block.qubits, *block.clbits), at, strict=True)))


def over_bounds(circuit: QuantumCircuit, bounds: Mapping[str, int]) -> list[str]:
    """The entries of `costs` that exceed `bounds`, one line each; {"ops.unitary": 0} forbids one."""
    have = costs(circuit)
    over = {key: have.get(key, 0) for key, limit in bounds.items() if have.get(key, 0) > limit}
    return [f"{key} is {value}, allowed are {bounds[key]}" for key, value in over.items()]
