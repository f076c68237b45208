"""Ansatz circuits that evolve under given operators: Hamiltonian layers, named times."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


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
