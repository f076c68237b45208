"""Ansatz circuits of rotation and entanglement layers: patterns, parameter order, layer options."""

from random import Random
from typing import Any

from qspark.data.families.base import Instance, Wrong, angle, family
from qspark.data.families.wording import call, fill

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


@family(
    "ansatz",
    "intermediate",
    oracle="unitary",
    skills=("parameter-order", "binding"),
    why="efficient_su2 applies its gates layer by layer; values follow the order of the vector.",
    tolerance=1e-8,
)
def bound_hardware_ansatz(rng: Random) -> Instance:
    """real_amplitudes, efficient_su2 or excitation_preserving, bound to given angles."""
    kind, reps = rng.choice(sorted(WORDS)), rng.choice([1, 2])
    skip = rng.random() < 0.5
    option = ["skip_final_rotation_layer=True"] * skip
    maker = rng.choice(["real_amplitudes", "efficient_su2", "excitation_preserving"])
    extra, layers, entangle = [], '["ry"]', "want.cx(*pair)"
    told = "ry on every qubit, cx entanglers"
    if maker == "efficient_su2":
        gates = rng.choice(
            [["rx", "rz"], ["ry", "rz"], ["rz", "sx", "rz"], ["ry", "x"], ["rx", "y"]]
        )
        shown = str(gates).replace("'", '"')
        extra = [] if gates == ["ry", "rz"] else [shown]
        layers, told = shown, f"{', '.join(gates)} on every qubit (in that order), cx entanglers"
    elif maker == "excitation_preserving":
        mode = rng.choice(["iswap", "fsim"])
        extra = [f'mode="{mode}"']
        layers = '["rz"]'
        entangle = "want.rxx(angles[used], *pair); want.ryy(angles[used], *pair); used += 1"
        told = "rz on every qubit, entanglers RXX(t) RYY(t) with one angle t for both"
        if mode == "fsim":
            entangle += "; want.cp(angles[used], *pair); used += 1"
            told += ", followed by a controlled phase with its own angle"
    ways = {
        "array": (
            "return circuit.assign_parameters(angles[: circuit.num_parameters])",
            "circuit",
            "",
        ),
        "dict": (
            "values = dict(zip(circuit.parameters, angles))\nreturn circuit.assign_parameters(values)",
            "circuit",
            "",
        ),
        "state": (
            "bound = circuit.assign_parameters(angles[: circuit.num_parameters])\nreturn Statevector(bound)",
            "state",
            "state",
        ),
        "inverse": (
            "bound = circuit.assign_parameters(angles[: circuit.num_parameters])\nreturn bound.inverse()",
            "circuit",
            "the inverse of",
        ),
    }
    # A circuit that keeps the number of excitations leaves all zeros alone.
    way = rng.choice(sorted(ways)[: 3 if maker == "excitation_preserving" else 4])
    tail, kind_out, _ = ways[way]
    named = ["num_qubits", *extra, f'entanglement="{kind}"', f"reps={reps}", *option]
    body = f"{call(f'circuit = {maker}', *named)}\n{tail}"
    goal = {
        "array": "Return the bound circuit",
        "dict": "Return the bound circuit",
        "state": "Return the Statevector that the bound circuit prepares from all zeros",
        "inverse": "Return the inverse of the bound circuit",
    }[way]
    end = "without the final rotation layer" if skip else "with a final rotation layer"
    asks = (
        f"Take Qiskit's `{maker}` ansatz ({told}; entanglement '{kind}', {reps} repetition(s), {end}) "
        "on `num_qubits` qubits and bind the first entries of `angles` to its parameters in their "
        f"order. {goal}; surplus angles are ignored.",
        f"`angles` is a list that may be longer than needed. Fill the circuit {maker} with it, in "
        f"parameter-vector order: {told}, '{kind}' entanglement, reps={reps}, {end}. {goal}.",
        f"{goal}: {maker}, `num_qubits` wide, reps {reps}, entanglement pattern '{kind}', {end}. "
        f"Layers: {told}. Parameter i gets angles[i]; leave the rest of `angles` unused.",
    )
    compare = {
        "circuit": (
            "assert isinstance(got, QuantumCircuit)\n    assert Operator(got).equiv(want, "
            "atol=1e-8, rtol=0)"
        ),
        "state": (
            "assert isinstance(got, Statevector)\n    assert got.equiv(Statevector(want), "
            "atol=1e-8, rtol=0)"
        ),
    }[kind_out]
    test = f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector
{PAIRS}
rng = np.random.default_rng(np.random.randint(2**31))
for n in (3, 4):
    angles = [float(a) for a in rng.uniform(-3, 3, 90)]
    got = candidate(n, angles)
    want, used = QuantumCircuit(n), 0
    for layer in range({reps + 1}):
        if layer < {reps} or not {skip}:
            for name in {layers}:
                for qubit in range(n):
                    if name in ("x", "y", "sx"):
                        getattr(want, name)(qubit)
                    else:
                        getattr(want, name)(angles[used], qubit)
                        used += 1
        if layer < {reps}:
            for pair in pairs("{kind}", n, layer):
                {entangle}
    want = want.inverse() if {way == "inverse"} else want
    {compare}
"""
    out = "Statevector" if kind_out == "state" else "QuantumCircuit"
    state = "\nfrom qiskit.quantum_info import Statevector" if kind_out == "state" else ""
    first = "" if kind_out == "state" else "from qiskit import QuantumCircuit\n"
    return Instance(
        "bound_ansatz",
        asks,
        f"{first}from qiskit.circuit.library import {maker}{state}",
        f"(num_qubits: int, angles: list[float]) -> {out}",
        body,
        test,
        {"maker": maker, "kind": kind, "reps": reps, "way": way},
        wrong=(Wrong("S21", body.replace("angles[:", "angles[::-1][:")),) if way == "array" else (),
    )


@family(
    "ansatz",
    "intermediate",
    oracle="structure",
    skills=("seeds", "structure"),
    why="A Pauli two-design draws its axes from the seed and starts with RY(pi/4) on every qubit.",
    tolerance=1e-8,
)
def two_design_with_seed(rng: Random) -> Instance:
    """pauli_two_design: the rotation axes per layer, or statistics over seeds."""
    reps, seed = rng.choice([1, 2, 3]), rng.randint(3, 400)
    form, prefix = (
        rng.choice(["circuit", "axes", "state", "counts"]),
        rng.choice(["x", "p", "w", "g"]),
    )
    walls = form in ("circuit", "counts") and rng.random() < 0.5
    named = ["num_qubits", f"reps={reps}", f"seed={seed}", f'parameter_prefix="{prefix}"']
    named += ["insert_barriers=True"] * walls
    made = call("circuit = pauli_two_design", *named)
    value = angle(rng)
    if form == "circuit":
        body = call("return pauli_two_design", *named)
        out, told = "QuantumCircuit", "Return the circuit"
    elif form == "axes":
        body = f"""
{made}
axes = [item.operation.name[1] for item in circuit.data if item.params]
layers = len(axes) // num_qubits
rows = [axes[num_qubits * layer : num_qubits * (layer + 1)] for layer in range(1, layers)]
return ["".join(row) for row in rows]
"""
        body = body.replace("item.params", "item.operation.name in ('rx', 'ry', 'rz')")
        out, told = (
            "list[str]",
            (
                "Leave out the fixed first layer and return, for each of the random rotation layers, a "
                "string of the axes ('x', 'y' or 'z') of qubits 0, 1, ..."
            ),
        )
    elif form == "state":
        body = f"""
{made}
return Statevector(circuit.assign_parameters([{value}] * circuit.num_parameters))
"""
        out, told = (
            "Statevector",
            f"Bind every parameter to {value} and return the resulting Statevector",
        )
    else:
        body = f"{made}\nreturn dict(circuit.count_ops())"
        out, told = "dict[str, int]", "Return its operation counts as a plain dict"
    imports = "from qiskit.circuit.library import pauli_two_design"
    imports = ("from qiskit import QuantumCircuit\n" if out == "QuantumCircuit" else "") + imports
    imports += "\nfrom qiskit.quantum_info import Statevector" if out == "Statevector" else ""
    bars = "barriers between the layers" if walls else "no barriers"
    asks = (
        f"Draw Qiskit's Pauli two-design on `num_qubits` qubits with {reps} repetition(s), seed {seed}, "
        f"parameter prefix '{prefix}' and {bars}. {told}.",
        (
            f"pauli_two_design, reps={reps}, seed={seed}, prefix `{prefix}`, {bars}, as wide as "
            f"`num_qubits` says. {told}."
        ),
        "For a barren-plateau study I need the random-Pauli ansatz (two-design) with a reproducible "
        f"seed of {seed}: {reps} rep(s), {bars}, parameters `{prefix}[i]`. {told}.",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import pauli_two_design
from qiskit.quantum_info import Operator, Statevector
for n in (3, 4, 5):
    got = candidate(n)
    model = pauli_two_design(n, reps=$reps, seed=$seed, parameter_prefix="$prefix", insert_barriers=$walls)
    form = "$form"
    if form == "circuit":
        assert isinstance(got, QuantumCircuit)
        assert [p.name for p in got.parameters] == [p.name for p in model.parameters]
        assert ("barrier" in got.count_ops()) == $walls
        values = np.linspace(0.3, 2.1, got.num_parameters)
        want = model.assign_parameters(values)
        assert Operator(got.assign_parameters(values)).equiv(want, atol=1e-8, rtol=0)
    elif form == "axes":
        names = [i.operation.name for i in model.data if i.operation.name in ("rx", "ry", "rz")]
        rows = [names[k:k + n] for k in range(n, len(names), n)]
        assert got == ["".join(name[1] for name in row) for row in rows]
    elif form == "state":
        assert isinstance(got, Statevector)
        want = Statevector(model.assign_parameters([$value] * model.num_parameters))
        assert got.equiv(want, atol=1e-8, rtol=0)
    else:
        assert type(got) is dict and got == dict(model.count_ops())
""",
        reps=reps,
        seed=seed,
        prefix=prefix,
        walls=walls,
        form=form,
        value=value,
    )
    return Instance(
        "two_design", asks, imports, f"(num_qubits: int) -> {out}", body, test,
        {"reps": reps, "seed": seed, "form": form},
    )  # fmt: skip


# Index sets that Qiskit's feature maps use for Pauli strings of one, two and three letters.
SETS = """
def index_sets(size, kind, n):
    if size == 1:
        return [(i,) for i in range(n)]
    if kind == "full":
        return list(itertools.combinations(range(n), size))
    line = [tuple(range(i, i + size)) for i in range(n - size + 1)]
    if kind == "reverse_linear":
        return line[::-1]
    if kind == "circular" and n > size:
        return [tuple(range(n - size + 1, n)) + (0,)] + line
    return line

def mapped(x, n, reps, alpha, paulis, kind, phi):
    hadamards = np.array([[1.0 + 0j]])
    for _ in range(n):
        hadamards = np.kron(hadamards, np.array([[1, 1], [1, -1]]) / np.sqrt(2))
    vector = np.eye(2**n)[0] + 0j
    for _ in range(reps):
        vector = hadamards @ vector
        for label in paulis:
            for found in index_sets(len(label), kind, n):
                term = SparsePauliOp.from_sparse_list([(label[::-1], list(found), 1)], n).to_matrix()
                angle = alpha / 2 * phi([x[i] for i in found])
                vector = np.cos(angle) * vector - 1j * np.sin(angle) * (term @ vector)
    return vector
"""
# Data maps: code of the function, its formula, whether it is Qiskit's default.
DATA_MAPS = [
    ("", "x_i for a single qubit and the product of (pi - x_j) over the qubits of a larger set",
     "x[0] if len(x) == 1 else np.prod([np.pi - v for v in x])"),
    ("def data_map(x):\n    return x[0] if len(x) == 1 else x[0] * x[1]",
     "x_i for a single qubit and x_i * x_j for a pair", "x[0] if len(x) == 1 else x[0] * x[1]"),
    ("def data_map(x):\n    return sum(x) / len(x)",
     "the mean of the features of the set", "sum(x) / len(x)"),
    ("def data_map(x):\n    return x[0] ** 2 if len(x) == 1 else x[0] - x[1]",
     "x_i squared for a single qubit and x_i - x_j for a pair", "x[0]**2 if len(x) == 1 else x[0] - x[1]"),
]  # fmt: skip
# The same for feature maps whose strings have one letter, and for those that have pairs only.
SINGLE_MAPS = [
    ("", "x_i", "x[0]"),
    ("def data_map(x):\n    return x[0] ** 2", "x_i squared", "x[0] ** 2"),
    ("def data_map(x):\n    return 3 * x[0] - 1", "3 x_i - 1", "3 * x[0] - 1"),
    ("def data_map(x):\n    return x[0].sin()", "sin(x_i)", "np.sin(x[0])"),
]
PAIR_MAPS = [
    ("", "(pi - x_i)(pi - x_j)", "(np.pi - x[0]) * (np.pi - x[1])"),
    ("def data_map(x):\n    return x[0] * x[1]", "x_i * x_j", "x[0] * x[1]"),
    ("def data_map(x):\n    return x[0] - x[1]", "x_i - x_j", "x[0] - x[1]"),
]


def feature_map(rng: Random, repetitions: tuple[int, ...]) -> dict[str, Any]:
    """A feature map function with options: its code, its words, and what its test needs."""
    maker = rng.choice(
        ["z_feature_map", "zz_feature_map", "pauli_feature_map", "pauli_feature_map"]
    )
    reps = rng.choice(repetitions)
    kind = rng.choice(["full", "linear", "circular", "reverse_linear"])
    alpha = rng.choice([2.0, 2.0, 1.0, 0.5, 1.5])
    arguments, paulis = [], {"z_feature_map": ["Z"], "zz_feature_map": ["Z", "ZZ"]}.get(maker)
    if paulis is None:
        paulis = rng.choice(
            [["Z", "YY"], ["X", "ZX"], ["Y", "XZ"], ["ZX"], ["Z", "XY"], ["Y", "ZZ"]]
        )
        arguments.append(f"paulis={paulis}".replace("'", '"'))
    sizes = {len(label) for label in paulis}
    maps = DATA_MAPS if len(sizes) == 2 else SINGLE_MAPS if 1 in sizes else PAIR_MAPS
    code, words, formula = rng.choice(maps)
    arguments.append(f"reps={reps}")
    if alpha != 2.0:
        arguments.append(f"alpha={alpha}")
    if maker != "z_feature_map":
        arguments.append(f'entanglement="{kind}"')
    if code:
        arguments.append("data_map_func=data_map")
    graph = (
        ""
        if maker == "z_feature_map"
        else f", qubit sets of the larger strings: '{kind}' entanglement"
    )
    told = (
        f"`{maker}` with {reps} repetition(s), Pauli strings {paulis} (leftmost letter on the highest "
        f"qubit of a set), alpha = {alpha}{graph}; each string P on a set S gives exp(-i alpha/2 "
        f"phi(x_S) P) with phi = {words}"
    )
    return {
        "maker": maker, "arguments": arguments, "code": code, "told": told,
        "test": f'{reps}, {alpha}, {paulis}, "{kind}", lambda x: {formula}',
        "params": {"maker": maker, "reps": reps, "alpha": alpha, "paulis": paulis, "kind": kind},
    }  # fmt: skip


@family(
    "ansatz",
    "intermediate",
    oracle="state",
    skills=("feature-maps", "binding"),
    why="A feature map applies Hadamards and exp(-i alpha/2 phi(x) P) for every string in turn.",
    tolerance=1e-8,
)
def encoded_features(rng: Random) -> Instance:
    """A data encoding circuit with options, bound to a feature vector."""
    way = rng.choice(["circuit", "state", "probabilities", "batch"])
    # After one repetition of diagonal phases all probabilities are the same.
    chosen = feature_map(rng, (2,) if way == "probabilities" else (1, 2))
    made = call(f"encoding = {chosen['maker']}", "len(features)", *chosen["arguments"])
    tails = {
        "circuit": "return encoding.assign_parameters(features)",
        "state": "return Statevector(encoding.assign_parameters(features))",
        "probabilities": (
            "bound = encoding.assign_parameters(features)\nreturn "
            "Statevector(bound).probabilities()"
        ),
        "batch": "return [encoding.assign_parameters(row) for row in samples]",
    }
    goals = {
        "circuit": "return the circuit bound to `features` (one qubit per feature)",
        "state": "return the Statevector that encodes `features` (one qubit per feature)",
        "probabilities": (
            "return the array of outcome probabilities of the state that encodes "
            "`features` (one qubit each)"
        ),
        "batch": "return a list with the bound circuit of every row of `samples` (one qubit per column)",
    }
    made = made.replace("len(features)", "samples.shape[1]") if way == "batch" else made
    body = "\n".join(
        part for part in (chosen["code"] + "\n" if chosen["code"] else "", made, tails[way]) if part
    )
    told, goal = chosen["told"], goals[way]
    asks = (
        f"Encode data with {told}; {goal}.",
        f"I use Qiskit's {told}. Write a function for it: {goal}.",
        f"{goal[0].upper()}{goal[1:]}. The encoding is {told}.",
        f"Quantum machine learning input stage: {told}. Feature k belongs to qubit k. What I need: {goal}.",
    )
    check = {
        "circuit": "assert isinstance(got, QuantumCircuit)\n    assert Statevector(got).equiv(want)",
        "state": "assert isinstance(got, Statevector) and got.equiv(want)",
        "probabilities": (
            "assert np.shape(got) == (2**n,) and np.allclose(got, np.abs(want.data) ** 2, "
            "atol=1e-8)"
        ),
        "batch": "assert len(got) == 2 and all(isinstance(c, QuantumCircuit) for c in got)\n"
        "    assert Statevector(got[0]).equiv(want) and Statevector(got[1]).equiv(other)",
    }[way]
    test = f"""
import itertools
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp, Statevector
{SETS}
rng = np.random.default_rng(np.random.randint(2**31))
for n in (3, 4):
    rows = rng.uniform(0.2, 2.5, (2, n))
    got = candidate({"rows" if way == "batch" else "[float(v) for v in rows[0]]"})
    want = Statevector(mapped(rows[0], n, {chosen["test"]}))
    other = Statevector(mapped(rows[1], n, {chosen["test"]}))
    {check}
"""
    given = "samples: np.ndarray" if way == "batch" else "features: list[float]"
    out = {"circuit": "QuantumCircuit", "state": "Statevector", "batch": "list[QuantumCircuit]"}
    lines = [f"from qiskit.circuit.library import {chosen['maker']}"]
    if way in ("circuit", "batch"):
        lines.insert(0, "from qiskit import QuantumCircuit")
    else:
        lines.append("from qiskit.quantum_info import Statevector")
    if way in ("batch", "probabilities"):
        lines = ["import numpy as np", *lines]
    return Instance(
        "encode", asks, "\n".join(lines), f"({given}) -> {out.get(way, 'np.ndarray')}", body, test,
        {**chosen["params"], "way": way},
    )  # fmt: skip


@family(
    "ansatz",
    "advanced",
    oracle="value",
    skills=("kernels", "feature-maps"),
    why="A fidelity kernel is the probability of all zeros behind the overlap circuit of two encodings.",
    tolerance=1e-7,
)
def fidelity_kernel(rng: Random) -> Instance:
    """The kernel matrix of a feature map, from states or from overlap circuits."""
    chosen = feature_map(rng, (2, 3))
    way = rng.choice(["states", "overlap", "inverse", "gram"])
    made = call(f"encoding = {chosen['maker']}", "left.shape[1]", *chosen["arguments"])
    head = (chosen["code"] + "\n\n" if chosen["code"] else "") + made
    if way == "states":
        body = f"""{head}
rows = np.array([Statevector(encoding.assign_parameters(x)).data for x in left])
columns = np.array([Statevector(encoding.assign_parameters(x)).data for x in right])
return np.abs(rows.conj() @ columns.T) ** 2
"""
    elif way == "gram":
        head = head.replace("left", "samples")
        body = f"""{head}
states = [Statevector(encoding.assign_parameters(x)) for x in samples]
kernel = np.eye(len(states))
for i in range(len(states)):
    for j in range(i):
        kernel[i, j] = kernel[j, i] = state_fidelity(states[i], states[j])
return kernel
"""
    elif way == "overlap":
        body = f"""{head}
circuit = unitary_overlap(encoding, encoding)
kernel = np.zeros((len(left), len(right)))
for i, x in enumerate(left):
    for j, y in enumerate(right):
        bound = circuit.assign_parameters([*x, *y])
        kernel[i, j] = Statevector(bound).probabilities()[0]
return kernel
"""
    else:
        body = f"""{head}
kernel = np.zeros((len(left), len(right)))
for i, x in enumerate(left):
    for j, y in enumerate(right):
        circuit = encoding.assign_parameters(x)
        circuit.compose(encoding.assign_parameters(y).inverse(), inplace=True)
        kernel[i, j] = abs(Statevector(circuit)[0]) ** 2
return kernel
"""
    told = chosen["told"]
    if way == "gram":
        goal = "the square array of |<psi(x_i)|psi(x_j)>|^2 over the rows x_i of `samples`"
        given, arguments, pair = "samples: np.ndarray", "left", "left, left"
    else:
        goal = (
            "the array whose entry (i, j) is |<psi(left_i)|psi(right_j)>|^2 for the rows of `left` "
            "and `right`"
        )
        given, arguments, pair = "left: np.ndarray, right: np.ndarray", "left, right", "left, right"
    asks = (
        f"Compute a quantum fidelity kernel exactly: {goal}, where psi(x) is prepared by {told}.",
        (
            f"For a support vector machine I need {goal} (exact, no shots). The encoding psi is {told}; "
            "feature k on qubit k."
        ),
        f"Kernel matrix, numpy, from exact simulation. Encoding: {told}. Output: {goal}.",
    )
    test = f"""
import itertools
import numpy as np
from qiskit.quantum_info import SparsePauliOp
{SETS}
rng = np.random.default_rng(np.random.randint(2**31))
for n, count in ((3, 2), (2, 3)):
    left, right = rng.uniform(0.2, 2.5, (2, n)), rng.uniform(0.2, 2.5, (count, n))
    got = candidate({arguments})
    sides = [[mapped(x, n, {chosen["test"]}) for x in side] for side in ({pair})]
    want = np.abs(np.array(sides[0]).conj() @ np.array(sides[1]).T) ** 2
    assert np.shape(got) == want.shape, np.shape(got)
    assert np.allclose(got, want, atol=1e-7)
"""
    names = f"unitary_overlap, {chosen['maker']}" if way == "overlap" else chosen["maker"]
    names = ", ".join(sorted(names.split(", ")))
    info = "Statevector, state_fidelity" if way == "gram" else "Statevector"
    return Instance(
        "kernel_matrix", asks,
        (f"import numpy as np\nfrom qiskit.circuit.library import {names}\nfrom qiskit.quantum_info "
        f"import {info}"),
        f"({given}) -> np.ndarray", body, test, {**chosen["params"], "way": way},
    )  # fmt: skip


@family(
    "ansatz",
    "advanced",
    oracle="expectation",
    skills=("hamiltonians", "estimator", "parameter-order"),
    why="The HVA exponentiates each commuting group with its own angle, in the given order.",
    tolerance=1e-8,
)
def variational_hamiltonian_layers(rng: Random) -> Instance:
    """A Hamiltonian variational ansatz of a spin chain, and its energy."""
    bond = rng.choice(["ZZ", "XX", "YY"])
    field = rng.choice([axis for axis in "XYZ" if axis != bond[0]])
    ring = rng.random() < 0.5
    start = rng.choice(["plus", "neel", "zero"])
    first = rng.choice(["bonds", "fields"])
    goal = rng.choice(["energy", "circuit", "state"])
    edges = "edges = [[i, i + 1] for i in range(num_spins - 1)]"
    edges += "\nedges.append([num_spins - 1, 0])" if ring else ""
    order = "[bonds, fields]" if first == "bonds" else "[fields, bonds]"
    prepare = {
        "plus": "circuit.h(range(num_spins))\n",
        "neel": "circuit.x(range(0, num_spins, 2))\n",
        "zero": "",
    }[start]
    tail = {
        "energy": """
job = StatevectorEstimator().run([(circuit, bonds + fields, angles)])
return float(job.result()[0].data.evs)""",
        "circuit": "\nreturn circuit",
        "state": "\nreturn Statevector(circuit.assign_parameters(angles))",
    }[goal]
    reps = "reps" if goal == "circuit" else "len(angles) // 2"
    body = f"""
num_spins = len(heights)
{edges}
bonds = SparsePauliOp.from_sparse_list([("{bond}", edge, coupling) for edge in edges], num_spins)
sites = [("{field}", [i], height) for i, height in enumerate(heights)]
fields = SparsePauliOp.from_sparse_list(sites, num_spins)
circuit = QuantumCircuit(num_spins)
{prepare}circuit.compose(hamiltonian_variational_ansatz({order}, reps={reps}), inplace=True)
{tail.strip()}
"""
    shape = "a ring" if ring else "an open chain"
    ket = {
        "plus": "|+> on every qubit",
        "neel": "|1> on the even and |0> on the odd qubits",
        "zero": "all zeros",
    }
    one, two = ("bond", "field") if first == "bonds" else ("field", "bond")
    what = {
        "energy": "Return <H> (a float, exact) for the given `angles`",
        "circuit": "Return the parametrised circuit for `reps` layers, its two parameters per layer "
        "ordered along the circuit (positions 2k and 2k+1 of `circuit.parameters` belong to "
        "layer k)",
        "state": "Return the Statevector for the given `angles`",
    }[goal]
    ham = f"H = coupling * sum {bond[0]}_i {bond[1]}_j over {shape} of spins + sum heights[i] {field}_i"
    angles = (
        ""
        if goal == "circuit"
        else " `angles` lists t_0, t_1, t_2, ... in circuit order (an even number of them)."
    )
    asks = (
        f"Hamiltonian variational ansatz for {ham}: start from {ket[start]}, then per layer exp(-i t "
        f"H_{one}) followed by exp(-i t' H_{two}), where H_bond and H_field are the two sums including "
        f"coefficients.{angles} {what}.",
        f"{ham}. Prepare {ket[start]} and apply layers of the exact evolution under the {one} part and "
        f"after it the {two} part, every part of every layer with its own time.{angles} {what}.",
        f"For variational ground-state search with {ham} I want an HVA (parts: {one}s first, {two}s "
        f"second; initial state {ket[start]}; each factor is exp(-i t H_part)).{angles} {what}.",
    )
    test = fill(
        """
import numpy as np
from scipy.linalg import expm
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
for n, reps in ((3, 2), (4, 1)):
    coupling, *heights = (float(v) for v in rng.uniform(0.3, 1.5, n + 1))
    edges = [[i, (i + 1) % n] for i in range(n if $ring else n - 1)]
    parts = [
        coupling * SparsePauliOp.from_sparse_list([("$bond", e, 1) for e in edges], n).to_matrix(),
        SparsePauliOp.from_sparse_list([("$field", [i], h) for i, h in enumerate(heights)], n).to_matrix(),
    ]
    angles = [float(v) for v in rng.uniform(0.2, 1.4, 2 * reps)]
    begin = QuantumCircuit(n)
    if "$start" == "plus":
        begin.h(range(n))
    elif "$start" == "neel":
        begin.x(range(0, n, 2))
    vector = Statevector(begin).data
    for k, angle in enumerate(angles):
        vector = expm(-1j * angle * parts[(k + $second) % 2]) @ vector
    got = candidate(coupling, heights, $given)
    if "$goal" == "energy":
        want = float(np.real(vector.conj() @ (parts[0] + parts[1]) @ vector))
        assert isinstance(got, float) and abs(got - want) < 1e-8, (got, want)
    else:
        if "$goal" == "circuit":
            assert isinstance(got, QuantumCircuit) and got.num_parameters == 2 * reps
            got = Statevector(got.assign_parameters(angles))
        assert isinstance(got, Statevector) and got.equiv(Statevector(vector), atol=1e-8, rtol=0)
""",
        ring=ring, bond=bond, field=field, start=start, goal=goal, second=0 if first == "bonds" else 1,
        given="reps" if goal == "circuit" else "angles",
    )  # fmt: skip
    info = {"state": "SparsePauliOp, Statevector"}.get(goal, "SparsePauliOp")
    primitive = "from qiskit.primitives import StatevectorEstimator\n" if goal == "energy" else ""
    last = "reps: int" if goal == "circuit" else "angles: list[float]"
    out = {"energy": "float", "circuit": "QuantumCircuit", "state": "Statevector"}[goal]
    return Instance(
        "spin_chain_ansatz", asks,
        "from qiskit import QuantumCircuit\nfrom qiskit.circuit.library import "
        f"hamiltonian_variational_ansatz\n{primitive}from qiskit.quantum_info import {info}",
        f"(coupling: float, heights: list[float], {last}) -> {out}", body, test,
        {"bond": bond, "field": field, "ring": ring, "start": start, "goal": goal},
    )  # fmt: skip


@family(
    "ansatz",
    "advanced",
    oracle="unitary",
    skills=("product-formulas", "parameter-names"),
    why="With a prefix per operator each operator has its own ParameterVector, indexed by repetition.",
    tolerance=1e-8,
)
def operator_evolution_ansatz(rng: Random) -> Instance:
    """evolved_operator_ansatz with a chosen synthesis and named parameters."""
    n = 3
    pools = [
        ("XXI", "IYY", "ZIZ"),
        ("ZZI", "XIX", "IYZ"),
        ("YXI", "IZZ", "XIY"),
        ("IXZ", "YZI", "ZIX"),
    ]
    labels = list(rng.choice(pools))
    rng.shuffle(labels)
    cs = [rng.choice([0.5, 1.0, 1.5, -0.75, 2.0, -1.25]) for _ in range(3)]
    groups = [[(labels[0], cs[0]), (labels[1], cs[1])], [(labels[2], cs[2])]]
    if rng.random() < 0.5:
        groups = groups[::-1]
    synthesis = rng.choice(["default", "suzuki", "exact", "lie2"])
    code = {
        "default": "", "suzuki": "SuzukiTrotter(order=2)", "exact": "MatrixExponential()",
        "lie2": "LieTrotter(reps=2)",
    }[synthesis]  # fmt: skip
    told = {
        "default": "first-order Trotter, terms in the order given",
        "suzuki": "one step of the symmetric second-order Suzuki formula (half steps forward then backward)",
        "exact": "the exact matrix exponential",
        "lie2": "two steps of first-order Trotter, terms in the order given",
    }[synthesis]
    prefixes = rng.choice([["a", "b"], ["w", "v"], ["theta", "phi"], ["s"]])
    reps = rng.choice([1, 2, 3])
    shown = [f"SparsePauliOp.from_list({group})".replace("'", '"') for group in groups]
    name = repr(prefixes) if len(prefixes) == 2 else repr(prefixes[0])
    named = ["operators", f"reps={reps}", f"parameter_prefix={name}".replace("'", '"')]
    named += [f"evolution={code}"] if code else []
    wall = synthesis != "exact" and rng.random() < 0.3
    named += ["insert_barriers=True"] * wall
    body = (
        f"operators = [\n    {shown[0]},\n    "
        f"{shown[1]},\n]\n{call('return evolved_operator_ansatz', *named)}"
    )
    terms = [" + ".join(f"{c} {label}" for label, c in group) for group in groups]
    if len(prefixes) == 2:
        names = (
            f"`{prefixes[0]}[r]` for the first and `{prefixes[1]}[r]` for the second operator in "
            "repetition r"
        )
    else:
        names = f"`{prefixes[0]}[0], {prefixes[0]}[1], ...` along the circuit"
    bars = " Put barriers between the evolutions." if wall else ""
    asks = (
        f"Build an ansatz of {reps} repetition(s) of exp(-i t A) followed by exp(-i t' B) on {n} "
        f"qubits, A = {terms[0]}, B = {terms[1]} (qubit 0 rightmost). Each exponential is synthesised "
        f"by {told}. Parameters: {names}.{bars}",
        f"Operators: {terms[0]}; {terms[1]}. Evolve them one after the other (this order in the "
        f"circuit), {reps} time(s), each evolution with its own free time and expanded by {told}. Name "
        f"the times {names}.{bars}",
        f"evolved-operator ansatz, reps={reps}, operators [{terms[0]}, {terms[1]}], evolution: {told}; "
        f"free parameters are {names}. Factor convention exp(-i t O).{bars} Return the circuit.",
    )
    test = fill(
        """
import numpy as np
from scipy.linalg import expm
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, SparsePauliOp
groups, prefixes, reps, synthesis = $groups, $prefixes, $reps, "$synthesis"
got = candidate()
assert isinstance(got, QuantumCircuit) and got.num_qubits == 3
names = {(r, k): f"{prefixes[k]}[{r}]" if len(prefixes) == 2 else f"{prefixes[0]}[{2 * r + k}]"
         for r in range(reps) for k in range(2)}
assert sorted(p.name for p in got.parameters) == sorted(names.values())
assert ("barrier" in got.count_ops()) >= $wall
rng = np.random.default_rng(np.random.randint(2**31))
times = {key: float(rng.uniform(0.2, 0.9)) for key in names}
got = got.assign_parameters({names[key]: times[key] for key in names})
want = np.eye(8)
for r in range(reps):
    for k, group in enumerate(groups):
        t = times[r, k]
        mats = [c * SparsePauliOp(label).to_matrix() for label, c in group]
        if synthesis == "exact":
            steps = [sum(mats)]
        elif synthesis == "suzuki" and len(mats) == 2:
            steps = [mats[0] / 2, mats[1], mats[0] / 2]
        elif synthesis == "lie2":
            steps = [m / 2 for m in mats] * 2
        else:
            steps = mats
        for step in steps:
            want = expm(-1j * t * step) @ want
assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        groups=groups, prefixes=prefixes, reps=reps, synthesis=synthesis, wall=wall,
    )  # fmt: skip
    klass = code.partition("(")[0]
    more = f"\nfrom qiskit.synthesis import {klass}" if klass else ""
    return Instance(
        "operator_ansatz", asks,
        "from qiskit import QuantumCircuit\nfrom qiskit.circuit.library import evolved_operator_ansatz\n"
        f"from qiskit.quantum_info import SparsePauliOp{more}",
        "() -> QuantumCircuit", body, test,
        {"groups": groups, "synthesis": synthesis, "prefixes": prefixes, "reps": reps},
    )  # fmt: skip


@family(
    "ansatz",
    "advanced",
    oracle="expectation",
    skills=("qaoa", "parameter-order"),
    why="Parameters of qaoa_ansatz are sorted by name: all beta come before all gamma.",
    tolerance=1e-8,
)
def qaoa_bound_to_schedule(rng: Random) -> Instance:
    """A QAOA circuit for an Ising problem, bound to lists of betas and gammas."""
    problem = rng.choice(["couplings", "maxcut", "fields", "partition"])
    ramp = rng.random() < 0.4
    mixer = rng.choice(["default", "default", "y", "ring"])
    bind = rng.choice(["list", "names"])
    goal = rng.choice(["circuit", "energy", "state", "probabilities"])
    lines, given = [], "num_nodes: int, edges: list[tuple[int, int, float]]"
    if problem == "partition":
        given = "numbers: list[float]"
        lines += [
            "num_nodes = len(numbers)",
            "pairs = itertools.combinations(range(num_nodes), 2)",
            'terms = [("ZZ", [i, j], 2 * numbers[i] * numbers[j]) for i, j in pairs]',
        ]
        cost_told = (
            "C = sum over pairs i < j of 2 numbers[i] numbers[j] Z_i Z_j (number partitioning, "
            "one qubit each)"
        )
    elif problem == "maxcut":
        lines.append('terms = [("ZZ", [i, j], w / 2) for i, j, w in edges]')
        cost_told = "C = sum over edges (i, j, w) of (w/2) Z_i Z_j"
    else:
        lines.append('terms = [("ZZ", [i, j], w) for i, j, w in edges]')
        cost_told = "C = sum over edges (i, j, w) of w Z_i Z_j"
    if problem == "fields":
        given += ", fields: list[float]"
        lines.append('terms += [("Z", [i], h) for i, h in enumerate(fields)]')
        cost_told += " plus sum of fields[i] Z_i"
    lines.append("cost = SparsePauliOp.from_sparse_list(terms, num_nodes)")
    extra, mix_told, start_told = [], "sum of X_i", "|+> on all qubits"
    if mixer == "y":
        lines += [
            'sites = [("Y", [i], 1) for i in range(num_nodes)]',
            "mixer = SparsePauliOp.from_sparse_list(sites, num_nodes)",
            "start = QuantumCircuit(num_nodes)",
            "start.rx(-np.pi / 2, range(num_nodes))",
        ]
        extra = ["initial_state=start", "mixer_operator=mixer"]
        mix_told, start_told = "sum of Y_i", "(|0> + i|1>)/sqrt(2) on all qubits"
    elif mixer == "ring":
        lines += [
            "hops = [[i, (i + 1) % num_nodes] for i in range(num_nodes)]",
            'terms = [(pauli, hop, 0.5) for hop in hops for pauli in ("XX", "YY")]',
            "mixer = SparsePauliOp.from_sparse_list(terms, num_nodes)",
            "start = QuantumCircuit(num_nodes)",
            "start.x(0)",
        ]
        extra = ["initial_state=start", "mixer_operator=mixer"]
        mix_told = (
            "sum over i of (X_i X_j + Y_i Y_j)/2 with j = i + 1 modulo the number of nodes, which is "
            "applied as a product of exponentials of single Pauli strings: for i = 0, 1, ... first XX "
            "and then YY"
        )
        start_told = "|1> on qubit 0 and |0> elsewhere"
    if ramp:
        lines += [
            "steps = (np.arange(num_layers) + 0.5) / num_layers",
            "gammas, betas = duration * steps, duration * (1 - steps)",
        ]
    lines.append(call("ansatz = qaoa_ansatz", "cost", "reps=len(betas)", *extra))
    if bind == "list":
        lines.append("circuit = ansatz.assign_parameters([*betas, *gammas])")
    else:
        lines += [
            'values = {f"β[{k}]": beta for k, beta in enumerate(betas)}',
            'values |= {f"γ[{k}]": gamma for k, gamma in enumerate(gammas)}',
            "circuit = ansatz.assign_parameters(values)",
        ]
    lines += {
        "circuit": ["return circuit"],
        "energy": ["return float(Statevector(circuit).expectation_value(cost).real)"],
        "state": ["return Statevector(circuit)"],
        "probabilities": ["return Statevector(circuit).probabilities_dict()"],
    }[goal]
    body = "\n".join(lines)
    what = {
        "circuit": "Return the bound circuit",
        "energy": "Return the exact expectation value of C as a float",
        "state": "Return the final Statevector",
        "probabilities": (
            "Return the exact probabilities as a dict from bit strings (node 0 rightmost) to floats"
        ),
    }[goal]
    layer, owned = (
        "exp(-i gammas[k] C) and after it exp(-i betas[k] B)",
        "`betas` and `gammas` (equally long)",
    )
    if ramp:
        layer = "exp(-i g C) and after it exp(-i b B), g = duration (k + 1/2)/num_layers and b = duration - g"
        owned = "a linear ramp with `num_layers` layers and a `duration` per layer"
    asks = (
        (
            f"QAOA with given schedule: {cost_told}, mixer B = {mix_told}, start {start_told}, layer k = "
            f"{layer}. {what}."
        ),
        f"My schedule: {owned}. Put it into a QAOA circuit for {cost_told}: layer k is "
        f"{layer}, with B = {mix_told}; the initial state is {start_told}. {what}.",
        f"{what} of the QAOA state. Cost: {cost_told}. Mixer: B = {mix_told}. Initial state: {start_told}. "
        f"Layer k = 0, 1, ... applies {layer}; the schedule is {owned}. Node i is qubit i.",
        f"Evaluate QAOA angles, {owned}: {cost_told}; B = {mix_told}; begin with {start_told}; "
        f"for each k do {layer}. {what}.",
    )
    test = fill(
        """
import numpy as np
from scipy.linalg import expm
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp, Statevector
def op(terms, n):
    return SparsePauliOp.from_sparse_list(terms, n).to_matrix()
rng = np.random.default_rng(np.random.randint(2**31))
for n, reps in ((3, 2), (4, 3)):
    edges = [(i, i + 1, float(rng.uniform(0.3, 1.5))) for i in range(n - 1)] + [(0, 2, 0.45)]
    fields = [float(v) for v in rng.uniform(-1, 1, n)]
    betas, gammas = ([float(v) for v in rng.uniform(0.1, 1.2, reps)] for _ in range(2))
    duration = 0.7
    if $ramp:
        gammas = [duration * (k + 0.5) / reps for k in range(reps)]
        betas = [duration - g for g in gammas]
    numbers = [float(v) for v in rng.uniform(0.3, 1.5, n)]
    if "$problem" == "partition":
        edges = [(i, j, 2 * numbers[i] * numbers[j]) for i in range(n) for j in range(i)]
    cost = op([("ZZ", [i, j], w * (0.5 if "$problem" == "maxcut" else 1)) for i, j, w in edges], n)
    if "$problem" == "fields":
        cost = cost + op([("Z", [i], h) for i, h in enumerate(fields)], n)
    start = QuantumCircuit(n)
    mixers = [op([("X", [i], 1) for i in range(n)], n)]
    if "$mixer" == "default":
        start.h(range(n))
    elif "$mixer" == "y":
        mixers = [op([("Y", [i], 1) for i in range(n)], n)]
        start.h(range(n))
        start.s(range(n))
    else:
        mixers = [op([(p, [i, (i + 1) % n], 0.5)], n) for i in range(n) for p in ("XX", "YY")]
        start.x(0)
    vector = Statevector(start).data
    for beta, gamma in zip(betas, gammas):
        vector = expm(-1j * gamma * cost) @ vector
        for part in mixers:
            vector = expm(-1j * beta * part) @ vector
    got = candidate($given)
    want, goal = Statevector(vector), "$goal"
    if goal == "energy":
        exact = float(np.real(vector.conj() @ cost @ vector))
        assert isinstance(got, float) and abs(got - exact) < 1e-8, (got, exact)
    elif goal == "probabilities":
        exact = want.probabilities_dict()
        assert all(abs(got.get(k, 0) - exact.get(k, 0)) < 1e-8 for k in {*got, *exact})
    else:
        assert isinstance(got, Statevector if goal == "state" else QuantumCircuit)
        got = got if goal == "state" else Statevector(got)
        assert got.equiv(want, atol=1e-8, rtol=0)
""",
        problem=problem, mixer=mixer, goal=goal, ramp=ramp,
        given=("numbers, " if problem == "partition" else "n, edges, ")
        + ("fields, " if problem == "fields" else "") + ("reps, duration" if ramp else "betas, gammas"),
    )  # fmt: skip
    out = {"circuit": "QuantumCircuit", "energy": "float", "state": "Statevector"}.get(
        goal, "dict[str, float]"
    )
    info = "SparsePauliOp" if goal == "circuit" else "SparsePauliOp, Statevector"
    top = "import itertools\n\n" if problem == "partition" else ""
    top += "import numpy as np\n" if mixer == "y" or ramp else ""
    top += "from qiskit import QuantumCircuit\n" if mixer != "default" or goal == "circuit" else ""
    schedule = (
        "num_layers: int, duration: float" if ramp else "betas: list[float], gammas: list[float]"
    )
    wrong = body.replace("[*betas, *gammas]", "[v for pair in zip(gammas, betas) for v in pair]")
    return Instance(
        "qaoa_schedule", asks,
        f"{top}from qiskit.circuit.library import qaoa_ansatz\nfrom qiskit.quantum_info import {info}",
        f"({given}, {schedule}) -> {out}", body, test,
        {"problem": problem, "mixer": mixer, "bind": bind, "goal": goal},
        wrong=(Wrong("S21", wrong),) if bind == "list" else (),
    )  # fmt: skip
