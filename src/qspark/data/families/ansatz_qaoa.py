"""QAOA circuits bound to a schedule of angles."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import call, fill


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
            'values |= {f"\N{GREEK SMALL LETTER GAMMA}[{k}]": gamma for k, gamma in enumerate(gammas)}',
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
