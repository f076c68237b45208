"""Layers made with n_local: rotations, entanglers, and patterns by name or by hand."""

from random import Random
from typing import Any

from qspark.data.families.ansatz_patterns import PAIRS, WORDS
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


@family(
    "ansatz",
    "intermediate",
    oracle="unitary",
    skills=("parameter-order", "layers"),
    why="n_local numbers its parameters block by block and inside a block qubit by qubit.",
    tolerance=1e-8,
)
def rotation_entanglement_layers(rng: Random) -> Instance:
    """n_local with one or two rotations, an entangling gate and a pattern."""
    rotations = rng.choice([["ry"], ["rx"], ["ry", "rz"], ["rz", "rx"], ["rx", "ry"], ["rz", "ry"]])
    entangler = rng.choice(["cx", "cz", "crx", "cry", "rzz", "cp", "rxx", "cy"])
    free = entangler in ("crx", "cry", "rzz", "cp", "rxx")
    kind = rng.choice(sorted(WORDS))
    options = {
        "skip_final_rotation_layer": rng.random() < 0.5,
        "insert_barriers": rng.random() < 0.4,
    }
    prefix = rng.choice(["a", "w", "phi", "theta"])
    chosen = [f"{name}=True" for name, on in options.items() if on]
    blocks = repr(rotations[0]) if len(rotations) == 1 else repr(rotations)
    blocks, block = blocks.replace("'", '"'), f'"{entangler}"'
    named = ["num_qubits", blocks, block, f'"{kind}"', "reps=reps", f'parameter_prefix="{prefix}"']
    body = call("return n_local", *named, *chosen)
    final = "no" if options["skip_final_rotation_layer"] else "one more"
    walls = "with a barrier between layers" if options["insert_barriers"] else "without barriers"
    names = " then ".join(rotations)
    own = f", one parameter per {entangler}" if free else ""
    asks = (
        f"Build a layered ansatz: `reps` times a rotation layer ({names} on every qubit) and an "
        f"entangling layer of {entangler} gates in Qiskit's '{kind}' pattern{own}; {final} rotation "
        f"layer at the end, {walls}. Number the parameters `{prefix}[0], {prefix}[1], ...` in circuit "
        "order (gate type by gate type, qubit by qubit).",
        f"I need the n-local circuit with rotation blocks {names}, entanglement block {entangler} and "
        f"entanglement '{kind}' ({WORDS[kind]}), for any number of qubits and repetitions, {walls} and "
        f"with {final} rotation layer behind the last entangling layer. Its ParameterVector is called "
        f"`{prefix}` and is used up in the order of the gates.",
        f"Variational form wanted. Rotations: {names}. Entangler: {entangler}, '{kind}'. Final rotation "
        f"layer: {'skipped' if final == 'no' else 'kept'}. Barriers: "
        f"{'between layers' if options['insert_barriers'] else 'none'}. Parameter vector: `{prefix}`, "
        "indices in gate order. Return the QuantumCircuit for `num_qubits` and `reps`.",
        f"How do I write a circuit with `reps` blocks of {names} rotations on all qubits followed by "
        f"{entangler} gates along the '{kind}' entanglement of Qiskit, {walls}, and {final} rotation "
        f"layer to finish? All angles are elements of one vector `{prefix}` that is consumed gate after "
        "gate.",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import get_standard_gate_name_mapping
from qiskit.quantum_info import Operator
$pairs
gates = get_standard_gate_name_mapping()
rng = np.random.default_rng(np.random.randint(2**31))
for n, reps in ((3, 2), (4, 3), (4, 1)):
    got = candidate(n, reps)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == n
    values = rng.uniform(-3, 3, 200)
    want, used = QuantumCircuit(n), 0
    for layer in range(reps + 1):
        if layer < reps or not $skip:
            for name in $rotations:
                for qubit in range(n):
                    getattr(want, name)(values[used], qubit)
                    used += 1
        if layer < reps:
            for pair in pairs("$kind", n, layer):
                gate = gates["$entangler"].copy()
                if gate.params:
                    gate.params = [values[used]]
                    used += 1
                want.append(gate, pair)
    assert got.num_parameters == used, (got.num_parameters, used)
    assert [p.name for p in got.parameters] == [f"$prefix[{i}]" for i in range(used)]
    assert ("barrier" in got.count_ops()) == $barriers
    bound = got.assign_parameters(values[:used])
    assert Operator(bound).equiv(want, atol=1e-8, rtol=0)
""",
        pairs=PAIRS,
        rotations=rotations,
        entangler=entangler,
        kind=kind,
        prefix=prefix,
        skip=options["skip_final_rotation_layer"],
        barriers=options["insert_barriers"],
    )
    return Instance(
        "layered_ansatz",
        asks,
        "from qiskit import QuantumCircuit\nfrom qiskit.circuit.library import n_local",
        "(num_qubits: int, reps: int) -> QuantumCircuit",
        body,
        test,
        {"rotations": rotations, "entangler": entangler, "kind": kind},
    )


@family(
    "ansatz",
    "advanced",
    oracle="unitary",
    skills=("entanglement-lists", "layers"),
    why="A plain list of pairs is used in all repetitions; a callable of the layer makes them differ.",
    tolerance=1e-8,
)
def hand_made_entanglement(rng: Random) -> Instance:
    """n_local whose entanglement is a list, a function of the layer, or pairs per block."""
    n, reps = rng.choice([4, 5]), rng.choice([2, 3])
    shape = rng.choice(["list", "layer", "stride", "blocks", "triples"])
    rotation, prefix = rng.choice(["rx", "ry"]), rng.choice(["t", "x", "beta"])
    order = rng.sample(range(n), n)
    one = [tuple(order[:2]), tuple(order[1:3])]
    two = [(order[2], order[0]), (order[3], order[1])]
    idle = rng.random() < 0.5
    block = rng.choice(["cx", "cz", "crz", "rxx", "cy", "crx"])
    plan: list[Any]
    if shape == "list":
        code, told = f"entanglement = {one}", f"in every layer the pairs {one}, in that order"
        plan = [[(block, pair) for pair in one]] * reps
    elif shape == "layer":
        reps = 3
        layers = [one if k % 2 == 0 else two for k in range(reps)]
        code = f"""
even, odd = {one}, {two}

def entanglement(layer: int) -> list[tuple[int, int]]:
    return odd if layer % 2 else even
"""
        told = f"the pairs {one} in layers 0, 2, ... and {two} in layers 1, 3, ..."
        plan = [[(block, tuple(p)) for p in layer] for layer in layers]
    elif shape == "stride":
        start, reps = rng.choice([n - 2, n - 1]), 3
        code = f"""
def entanglement(layer: int) -> list[tuple[int, int]]:
    first = (layer + {start}) % {n}
    return [(first, (first + 1) % {n})]
"""
        told = f"in layer k (from 0) the single pair ((k+{start}) mod {n}, (k+{start + 1}) mod {n})"
        plan = [[(block, ((k + start) % n, (k + start + 1) % n))] for k in range(reps)]
    elif shape == "blocks":
        other = rng.choice([g for g in ("rzz", "ch", "swap", "iswap") if g != block])
        code = f"entanglement = [{one}, {two}]"
        told = (
            f"in every layer {block} on the pairs {one} and after them {other} on the pairs {two}"
        )
        plan = [[(block, pair) for pair in one] + [(other, pair) for pair in two]] * reps
        block = f'{block}", "{other}'
    else:
        block = rng.choice(["ccx", "ccz", "cswap"])
        triples = [tuple(order[:3]), tuple(order[1:4])]
        code, told = f"entanglement = {triples}", f"in every layer {block} on the triples {triples}"
        plan = [[(block, triple) for triple in triples]] * reps
    blocks = f'["{block}"]' if shape == "blocks" else f'"{block}"'
    end = rng.random() < 0.5
    touched = sorted({q for layer in plan for _, pair in layer for q in pair})
    idle = idle and len(touched) < n
    extra = [f'parameter_prefix="{prefix}"'] + ["skip_unentangled_qubits=True"] * idle
    extra += ["skip_final_rotation_layer=True"] * end
    rotated = touched if idle else list(range(n))
    named = [str(n), f'"{rotation}"', blocks, "entanglement", f"reps={reps}", *extra]
    body = f"{code.strip()}\n{call('return n_local', *named)}"
    idlers = "only on qubits that take part in some entangling gate" if idle else "on all qubits"
    close = "ends with the last entangling layer" if end else "ends with one more rotation layer"
    what = f"{rotation} rotations ({idlers})"
    gate = block.replace('", "', " and ")
    asks = (
        f"Make a variational circuit on {n} qubits with {reps} repetitions of {what} and entanglers "
        f"{gate}: {told}. It {close}. The angles are elements of one ParameterVector `{prefix}` whose "
        "indices ascend with the gates (inside a layer by qubit).",
        f"Our hardware graph is irregular, so the entangling layers are given by hand: {told} (gate: "
        f"{gate}). {n} qubits, {reps} repetitions, each begun by {what}; the circuit {close}. One "
        f"ParameterVector `{prefix}`, with indices ascending in gate order (qubit by qubit in a layer).",
        f"n-local circuit, {n} qubits. Repetitions: {reps}. Rotation: {rotation}, {idlers}. "
        f"Entanglement: {told}, with {gate}. The circuit {close}. ParameterVector: `{prefix}`, indices "
        "rising as the gates come, qubits ascending in a layer.",
        f"Can you give me an ansatz in which the entanglement is custom? {told.capitalize()}; block "
        f"{gate}; {n} qubits; {reps} reps of {what} before each entangling layer; it {close}. Angles "
        f"come from a ParameterVector `{prefix}`; along the gates the index rises (in a layer: qubit by "
        "qubit).",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import get_standard_gate_name_mapping
from qiskit.quantum_info import Operator
gates = get_standard_gate_name_mapping()
values = np.random.default_rng(np.random.randint(2**31)).uniform(-3, 3, 200)
got = candidate()
assert isinstance(got, QuantumCircuit) and got.num_qubits == $n
want, used = QuantumCircuit($n), 0
plan = $plan
for layer in range(len(plan) + 1):
    if layer < len(plan) or not $end:
        for qubit in $rotated:
            want.$rotation(values[used], qubit)
            used += 1
    for name, qubits in plan[layer] if layer < len(plan) else ():
        gate = gates[name].copy()
        if gate.params:
            gate.params = [values[used]]
            used += 1
        want.append(gate, qubits)
assert len(got.parameters) == used and all(p.vector.name == "$prefix" for p in got.parameters)
assert Operator(got.assign_parameters(values[:used])).equiv(want, atol=1e-8, rtol=0)
""",
        n=n,
        plan=plan,
        end=end,
        rotated=rotated,
        rotation=rotation,
        prefix=prefix,
    )
    return Instance(
        "irregular_ansatz",
        asks,
        "from qiskit import QuantumCircuit\nfrom qiskit.circuit.library import n_local",
        "() -> QuantumCircuit",
        body,
        test,
        {"n": n, "reps": reps, "shape": shape},
    )
