"""Ready-made ansatz circuits: hardware-efficient layers bound to angles, Pauli two-designs."""

from random import Random

from qspark.data.families.ansatz_patterns import PAIRS, WORDS
from qspark.data.families.base import Instance, Wrong, angle, family
from qspark.data.families.wording import call, fill


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
