"""The named entanglement patterns of Qiskit: which pairs of qubits an ansatz couples."""

from random import Random

from qspark.data.families.base import Instance, family

# What a test needs to know about Qiskit's named entanglement patterns.
PAIRS = """
def pairs(kind, n, layer):
    line = [(i, i + 1) for i in range(n - 1)]
    ring = ([(n - 1, 0)] if n > 2 else []) + line
    turned = ring[len(ring) - layer % len(ring):] + ring[:len(ring) - layer % len(ring)]
    return {
        "linear": line,
        "reverse_linear": line[::-1],
        "circular": ring,
        "pairwise": line[::2] + line[1::2],
        "full": [(i, j) for i in range(n) for j in range(i + 1, n)],
        "sca": [(b, a) for a, b in turned] if layer % 2 else turned,
    }[kind]
"""
WORDS = {
    "linear": "a chain (0,1), (1,2), ...",
    "reverse_linear": "a chain in reversed order, the pair of the two highest qubits first",
    "circular": "a ring that starts with the pair (last, 0)",
    "pairwise": "even bonds first and odd bonds after them",
    "full": "all pairs",
    "sca": "shifted-circular-alternating",
}


@family(
    "ansatz",
    "basic",
    oracle="value",
    skills=("entanglement-patterns",),
    why="Named patterns differ in the order and direction of pairs, and sca changes with the layer.",
)
def entangled_pairs(rng: Random) -> Instance:
    """The pairs of qubits that an ansatz function entangles, read from its data."""
    kind = rng.choice(sorted(WORDS))
    reps = rng.choice([1, 2, 3])
    gate = {"real_amplitudes": "cx", "efficient_su2": "cx", "n_local": "cz"}
    maker = rng.choice(sorted(gate))
    code = f'{maker}(num_qubits, entanglement="{kind}", reps={reps})'
    if maker == "n_local":
        code = f'n_local(num_qubits, "ry", "cz", entanglement="{kind}", reps={reps})'
    form = rng.choice(["list", "layers", "count"] if reps > 1 else ["list", "count"])
    name = f"`{maker}`" + (" with ry rotations and cz entanglers" if maker == "n_local" else "")
    if form == "layers":
        tail = f"""
size = len(found) // {reps}
return [found[layer * size : (layer + 1) * size] for layer in range({reps})]"""
        told = "a list with one list of pairs per entangling layer"
        kinds, shown = "list[list[tuple[int, int]]]", "[pairs(KIND, n, k) for k in range(REPS)]"
    elif form == "count":
        tail = "\nreturn Counter(found)"
        told = "a collections.Counter of the ordered pairs over all layers"
        kinds = "Counter[tuple[int, int]]"
        shown = "Counter(p for k in range(REPS) for p in pairs(KIND, n, k))"
    else:
        tail = "\nreturn found"
        told = "one flat list of pairs in circuit order"
        kinds, shown = (
            "list[tuple[int, int]]",
            "[p for k in range(REPS) for p in pairs(KIND, n, k)]",
        )
    body = f"""
circuit = {code}
found = [
    tuple(circuit.find_bit(qubit).index for qubit in instruction.qubits)
    for instruction in circuit.data
    if instruction.operation.num_qubits == 2
]{tail}
"""
    asks = (
        f"For {name}, entanglement '{kind}' and {reps} repetition(s) on `num_qubits` qubits, return the "
        f"index pairs (first qubit, second qubit) of the two-qubit gates as {told}.",
        f"Which qubits does Qiskit's {name} entangle when entanglement='{kind}' and reps={reps}? Read "
        f"it from the circuit data and return {told}; a pair is (index of the gate's first qubit, index "
        "of its second).",
        f"Inspect the circuit of {name} ('{kind}', reps={reps}, `num_qubits` qubits). Output: {told}, "
        "each pair a tuple of qubit indices in the order of the gate's arguments.",
    )
    test = f"""
from collections import Counter
{PAIRS}
for n in (3, 4, 5):
    got = candidate(n)
    want = {shown.replace("KIND", repr(kind)).replace("REPS", str(reps))}
    assert got == want, (got, want)
"""
    imports = f"from qiskit.circuit.library import {maker}"
    return Instance(
        "entangler_pairs",
        asks,
        f"from collections import Counter\n\n{imports}" if form == "count" else imports,
        f"(num_qubits: int) -> {kinds}",
        body,
        test,
        {"kind": kind, "reps": reps, "maker": maker},
    )
