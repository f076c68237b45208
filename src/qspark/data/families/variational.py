"""Variational algorithms: QAOA, and gradients of energies."""

from random import Random

from qspark.data.families._variational import asks
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import indented, sorted_imports

# problem: argument, words, terms of the Ising form (letters, qubits, value) as code, own cost of bits
_PROBLEMS = {
    "cut": (
        "edges: list[tuple[int, int, float]], n: int",
        "C(x) is minus the total weight of the edges (a, b, weight) in `edges` whose ends have different "
        "bits",
        "for a, b, weight in edges:\n    terms.append((\"ZZ\", [a, b], weight / 2))\n"
        "    constant -= weight / 2\n",
        "-sum(w for a, b, w in edges if x[a] != x[b])", "edges, n"),
    "ising": (
        "edges: list[tuple[int, int, float]], fields: list[float]",
        "C(x) is the sum of weight s_a s_b over the (a, b, weight) in `edges` plus the sum of "
        "`fields[q]` s_q, with s = 1 for the bit 0 and s = -1 for the bit 1; n is the length of `fields`",
        "n = len(fields)\nfor a, b, weight in edges:\n    terms.append((\"ZZ\", [a, b], weight))\n"
        "for q, field in enumerate(fields):\n    terms.append((\"Z\", [q], field))\n",
        "sum(w * (1 - 2 * x[a]) * (1 - 2 * x[b]) for a, b, w in edges)"
        " + sum(f * (1 - 2 * v) for f, v in zip(fields, x))", "edges, fields"),
    "split": (
        "numbers: list[float]",
        "C(x) is the square of the difference between the sum of the `numbers` with bit 0 and the sum of "
        "those with bit 1; n is the length of `numbers`",
        "n = len(numbers)\nconstant += sum(value**2 for value in numbers)\n"
        "for a, b in combinations(range(n), 2):\n"
        "    terms.append((\"ZZ\", [a, b], 2 * numbers[a] * numbers[b]))\n",
        "sum(v * (1 - 2 * b) for v, b in zip(numbers, x)) ** 2", "numbers"),
    "packing": (
        "edges: list[tuple[int, int, float]], n: int",
        "C(x) is minus the number of ones in x plus, for every (a, b, penalty) in `edges` with both bits "
        "1, the penalty",
        "for q in range(n):\n    terms.append((\"Z\", [q], 0.5))\n    constant -= 0.5\n"
        "for a, b, penalty in edges:\n    constant += penalty / 4\n"
        "    terms += [(\"Z\", [a], -penalty / 4), (\"Z\", [b], -penalty / 4)]\n"
        "    terms.append((\"ZZ\", [a, b], penalty / 4))\n",
        "-sum(x) + sum(p for a, b, p in edges if x[a] and x[b])", "edges, n"),
}  # fmt: skip
_MIXERS = {
    "x": ("qc.rx(2 * beta, range(n))\n",
          "the mixer exp(-i beta (X_0 + ... + X_{n-1}))", "",
          "state = expm(-1j * b * sum(one(q, X) for q in range(n))) @ state"),
    "y": ("for q in range(n):\n    qc.ry(2 * beta, q)\n",
          "the mixer exp(-i beta (Y_0 + ... + Y_{n-1}))", "",
          "state = expm(-1j * b * sum(one(q, Y) for q in range(n))) @ state"),
    "xy": ("for q in range(n - 1):\n    qc.append(XXPlusYYGate(2 * beta), [q, q + 1])\n",
           "the mixer: exp(-i beta (X_q X_{q+1} + Y_q Y_{q+1}) / 2) for q = 0, 1, ..., n-2, q = 0 "
           "acting first", "from qiskit.circuit.library import XXPlusYYGate",
           "for q in range(n - 1):\n            pair = one(q, X) @ one(q + 1, X) + one(q, Y) @ one(q + 1, Y)"
           "\n            state = expm(-0.5j * b * pair) @ state"),
    "tilted": ("qc.rx(2 * beta, range(n))\nqc.cz(0, n - 1)\n",
               "the mixer exp(-i beta (X_0 + ... + X_{n-1})) and then a CZ on qubits 0 and n-1", "",
               "state = expm(-1j * b * sum(one(q, X) for q in range(n))) @ state\n"
               "        state = np.array([v * (1 - 2 * (bits[k][0] & bits[k][-1])) "
               "for k, v in enumerate(state)])"),
}  # fmt: skip
_QAOA_TEST = """
import numpy as np
from scipy.linalg import expm
from qiskit.quantum_info import SparsePauliOp, Statevector
X, Y = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]])
rng = np.random.default_rng(np.random.randint(2**31))
for edges, n in (([(0, 1, 1.1), (1, 2, 0.4)], 3), ([(0, 2, 0.7), (1, 0, 1.6), (3, 1, 0.9)], 4)):
    fields, numbers = list(rng.uniform(0.2, 1.5, n)), list(rng.uniform(0.3, 1.2, n))
    bits = [[k >> q & 1 for q in range(n)] for k in range(2**n)]
    costs = np.array([$cost for x in bits])
    def one(q, m):
        return np.kron(np.eye(2 ** (n - 1 - q)), np.kron(m, np.eye(2**q)))
    gammas, betas = list(rng.uniform(0.2, 1.1, $reps)), list(rng.uniform(0.2, 1.1, $reps))
    state = $start + 0j
    for g, b in zip(gammas, betas):
        state = np.exp(-1j * g * costs) * state
        $mixer
    chances = abs(state) ** 2
    got = candidate($call)
    $check
"""


@family(
    "variational",
    "advanced",
    oracle="state",
    skills=("qaoa", "ising", "parameters"),
    why="RZZ(2t) is exp(-i t ZZ), and bits become spins by s = 1 - 2x.",
    tolerance=1e-7,
)
def alternating_layers(rng: Random) -> Instance:
    """A QAOA circuit, or what it gives, for a weighted problem and a chosen mixer."""
    problem, mixer = rng.choice(list(_PROBLEMS)), rng.choice(list(_MIXERS))
    arguments, words, code, cost, names = _PROBLEMS[problem]
    mix, mixed, extra, own_mixer = _MIXERS[mixer]
    way = rng.choice(["evolution", "gates", "diagonal", "lists"])
    ask = rng.choice(["circuit", "free", "free", "energy", "chances", "best", "operator", "state"])
    reps = rng.choice([1, 2, 3]) if ask == "free" else 2
    start = rng.choice(["plus", "first"])
    if mixer == "xy":
        start = rng.choice(["first", "last"])
    if ask == "free":
        way = rng.choice(["evolution", "gates"])
    if ask == "operator":
        way = "evolution"
    imports = ["from qiskit import QuantumCircuit"] if ask != "operator" else []
    used = "constant" in code
    needs_constant = ask in ("energy", "operator") or way == "diagonal"
    body = "terms = []\n" + ("constant = 0.0\n" if used else "") + code
    if used and not needs_constant:
        lines = [line for line in code.splitlines() if "constant" not in line]
        body = "terms = []\n" + "\n".join(lines) + "\n"
    if "combinations(" in body:
        imports.append("from itertools import combinations")
    hamiltonian = "cost = SparsePauliOp.from_sparse_list(terms, num_qubits=n)\n"
    if used and needs_constant:
        hamiltonian = (
            'cost = SparsePauliOp.from_sparse_list([*terms, ("", [], constant)], num_qubits=n)\n'
        )
    if way in ("evolution", "diagonal") or ask == "energy":
        imports.append("from qiskit.quantum_info import SparsePauliOp")
        body += hamiltonian
    prepare = {"plus": "qc.h(range(n))\n", "first": "qc.x(0)\n", "last": "qc.x(n - 1)\n"}[start]
    begin = {
        "plus": "the uniform superposition", "first": "the basis state with a 1 on qubit 0 only",
        "last": "the basis state with a 1 on qubit n-1 only",
    }[start]  # fmt: skip
    phase = {
        "evolution": "qc.append(PauliEvolutionGate(cost, gamma), range(n))\n",
        "gates": "for _, qubits, value in terms:\n    if len(qubits) == 2:\n"
        "        qc.rzz(2 * gamma * value, *qubits)\n    else:\n"
        "        qc.rz(2 * gamma * value, qubits[0])\n",
        "diagonal": "values = cost.to_matrix(sparse=True).diagonal().real\n"
        "qc.append(DiagonalGate(np.exp(-1j * gamma * values).tolist()), range(n))\n",
        "lists": "for letters, qubits, value in terms:\n"
        "    term = PauliEvolutionGate(Pauli(letters), gamma * value)\n    qc.append(term, qubits)\n",
    }[way]  # fmt: skip
    if way in ("evolution", "lists"):
        imports.append("from qiskit.circuit.library import PauliEvolutionGate")
    if way == "lists":
        imports.append("from qiskit.quantum_info import Pauli")
    if way == "diagonal":
        imports += ["import numpy as np", "from qiskit.circuit.library import DiagonalGate"]
    layer = indented(phase + mix)
    more = ", gammas: list[float], betas: list[float]"
    facts = [
        f"Bits x_q belong to qubit q; {words}.",
        f"Start in {begin}. Layer k first applies exp(-i gamma_k C), with C the diagonal operator of the "
        f"cost, then {mixed} with beta = beta_k.",
    ]
    if ask == "free":
        imports.append("from qiskit.circuit import ParameterVector")
        more = ""
        name = rng.choice([("gamma", "beta"), ("g", "b"), ("cost", "mix"), ("p", "m")])
        body += f'gammas = ParameterVector("{name[0]}", {reps})\n'
        body += f'betas = ParameterVector("{name[1]}", {reps})\n'
        facts.append(
            f"Make a circuit with {reps} layer{'s' if reps > 1 else ''} and free parameters: the gamma_k "
            f"are the entries of a parameter vector `{name[0]}`, the beta_k of a vector `{name[1]}`."
        )
    elif ask != "operator":
        facts.append("gamma_k and beta_k are `gammas[k]` and `betas[k]`, k = 0 first.")
    loop = "for gamma, beta in zip(gammas, betas, strict=True):\n" + layer
    if ask != "operator":
        body += "qc = QuantumCircuit(n)\n" + prepare + loop
        if extra:
            imports.append(extra)
    ending, kind, said, check = {
        "circuit": ("return qc\n", "QuantumCircuit", "Return the circuit without measurements.",
                    "assert abs(np.vdot(Statevector(got).data, state)) > 1 - 1e-7"),
        "state": ("return Statevector(qc)\n", "Statevector", "Return the final `Statevector`.",
                  "assert isinstance(got, Statevector) and abs(np.vdot(got.data, state)) > 1 - 1e-7"),
        "free": ("return qc\n", "QuantumCircuit", "Return it without measurements.", ""),
        "energy": (
            "return float(Statevector(qc).expectation_value(cost).real)\n", "float",
            "Return the exact mean of C in the final state (constant included) as a float.",
            "assert abs(got - costs @ chances) < 1e-7"),
        "chances": (
            "return Statevector(qc).probabilities()\n", "np.ndarray",
            "Return the exact probabilities as an array; entry k belongs to the bits of k (bit q of k is "
            "x_q).", "assert np.allclose(got, chances, atol=1e-7)"),
        "best": (
            "chances = Statevector(qc).probabilities_dict()\nkey = max(chances, key=chances.get)\n"
            "return [int(char) for char in reversed(key)], float(chances[key])\n", "tuple[list[int], float]",
            "Return the tuple of the bits [x_0, x_1, ...] of the most probable outcome and its exact "
            "probability.",
            "assert chances[sum(v << q for q, v in enumerate(got[0]))] > max(chances) - 1e-9\n"
            "    assert abs(got[1] - max(chances)) < 1e-7"),
        "operator": ("return cost.simplify()\n", "SparsePauliOp",
                     "Return C as a `SparsePauliOp` on n qubits (constant included).",
                     "assert isinstance(got, SparsePauliOp)\n"
                     "    assert np.allclose(got.to_matrix(), np.diag(costs), atol=1e-8)"),
    }[ask]  # fmt: skip
    if ask == "operator":
        more, facts = "", facts[:1]
    if ask == "free":
        check = (
            f"values = {{f'{name[0]}[{{k}}]': v for k, v in enumerate(gammas)}}\n"
            f"    values |= {{f'{name[1]}[{{k}}]': v for k, v in enumerate(betas)}}\n"
            "    assert {p.name for p in got.parameters} == set(values)\n"
            "    bound = got.assign_parameters({p: values[p.name] for p in got.parameters})\n"
            "    assert abs(np.vdot(Statevector(bound).data, state)) > 1 - 1e-7"
        )
    if ask in ("state", "energy", "chances", "best"):
        imports.append("from qiskit.quantum_info import Statevector")
        body = body.replace("Statevector(qc)", "Statevector(qc.decompose(reps=2))")
        if way in ("gates", "diagonal"):
            body = body.replace("Statevector(qc.decompose(reps=2))", "Statevector(qc)")
    if kind == "np.ndarray":
        imports.append("import numpy as np")
    body += ending
    own_start = {
        "plus": "np.full(2**n, 2 ** (-n / 2))", "first": "np.eye(2**n)[1]",
        "last": "np.eye(2**n)[2 ** (n - 1)]",
    }[start]  # fmt: skip
    test = _QAOA_TEST
    for key, value in {
        "cost": cost, "reps": reps, "start": own_start, "mixer": own_mixer,
        "call": names + (", gammas, betas" if more else ""), "check": check,
    }.items():  # fmt: skip
        test = test.replace(f"${key}", str(value))
    return Instance(
        entry_point=rng.choice(["qaoa", "alternating_layers", "optimisation_circuit"]),
        signature=f"({arguments}{more}) -> {kind}",
        asks=asks(
            (
                "QAOA for a small optimisation problem."
                if ask != "operator"
                else "An Ising cost operator.",
                "I need this as Qiskit code.",
                "Quantum optimisation:",
                "Write the function.",
            ),
            [*facts, said],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=test,
        params={"problem": problem, "mixer": mixer, "way": way, "ask": ask, "reps": reps},
        wrong=(
            (Wrong("S17", body.replace("2 * gamma", "gamma").replace("2 * beta", "beta")),)
            if ask != "operator"
            else ()
        ),
    )
