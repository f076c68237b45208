"""Simulation: Ising problems of numbers, and adiabatic sweeps."""

from random import Random

from qspark.data.families._simulation import asks, needs
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import indented, sorted_imports

_SHAPES = {
    "linear": ("u", "u"), "square": ("u**2", "u^2"), "root": ("np.sqrt(u)", "sqrt(u)"),
    "smooth": ("u**2 * (3 - 2 * u)", "u^2 (3 - 2u)"), "sine": ("np.sin(np.pi * u / 2) ** 2", "sin(pi u / "
        "2)^2"),
    "cube": ("u**3", "u^3"),
}  # fmt: skip


@family(
    "simulation",
    "advanced",
    oracle="value",
    skills=("adiabatic", "ising", "endianness"),
    why="The problem's diagonal is the square of the signed sum, with spin +1 for bit 0 and -1 for bit 1.",
    tolerance=1e-7,
)
def number_partition(rng: Random) -> Instance:
    """Partition of numbers as an Ising model, and adiabatic sweeps that look for it."""
    ask = rng.choice(
        ["operator", "ground", "perfect", "gap", "gaps", "sweep", "sweep", "sides", "levels"]
    )
    shape = rng.choice(list(_SHAPES))
    code, words = _SHAPES[shape]
    steps, points = rng.choice([5, 8, 10, 12]), rng.choice([11, 15, 21, 26])
    scale, time = rng.choice([0.1, 0.2, 0.25, 0.5]), rng.choice([2.0, 3.0, 4.0, 5.0])
    limit = rng.choice([0.5, 1.0, 2.0, 3.0, 4.5])
    build = rng.choice([
        "n = len(numbers)\nterms = [('ZZ', [a, b], 2.0 * numbers[a] * numbers[b]) "
        "for a, b in combinations(range(n), 2)]\n"
        "terms.append(('', [], float(sum(value**2 for value in numbers))))\n"
        "cost = SparsePauliOp.from_sparse_list(terms, num_qubits=n)\n",
        "n = len(numbers)\nsigned = SparsePauliOp.from_sparse_list(\n"
        "    [('Z', [q], value) for q, value in enumerate(numbers)], num_qubits=n\n)\n"
        "cost = (signed @ signed).simplify()\n",
        "n = len(numbers)\nsigned = SparsePauliOp.from_sparse_list(\n"
        "    [('Z', [q], value) for q, value in enumerate(numbers)], num_qubits=n\n)\n"
        "cost = signed.power(2).simplify()\n",
    ])  # fmt: skip
    if ask not in ("operator", "perfect", "levels") and "combinations" in build:
        build = (
            "n = len(numbers)\nsigned = SparsePauliOp.from_sparse_list(\n"
            "    [('Z', [q], value) for q, value in enumerate(numbers)], num_qubits=n\n)\n"
            "cost = signed.compose(signed).simplify()\n"
        )
    diagonal = "energies = cost.to_matrix().diagonal().real\n"
    mixer = (
        f"mixer = SparsePauliOp.from_sparse_list([('X', [q], -1.0) for q in range(n)], num_qubits=n)\n"
        f"problem = {scale} * cost\n"
    )
    mixed = "H(s) = (1 - s) M + s P with M = -(X_0 + ... + X_{n-1}) and P = SCALE C".replace(
        "SCALE", str(scale)
    )
    facts = [
        "C is the Ising operator of the partition problem for `numbers`: on the basis state with the "
        "bits x_q "
        "(qubit q) its value is the square of the sum of `numbers[q]` (1 - 2 x_q) over q.",
    ]
    kind = "float"
    if ask == "operator":
        body = build + rng.choice(["return cost.simplify()\n", "return cost\n"])
        kind = "SparsePauliOp"
        facts.append("Return C as a `SparsePauliOp` on len(numbers) qubits, the constant included.")
        check = "assert isinstance(got, SparsePauliOp)\n"
        check += "    assert np.allclose(got.to_matrix(), np.diag(c), atol=1e-9)"
    elif ask == "ground":
        body = (
            build
            + diagonal
            + "return [int(k) for k in np.flatnonzero(energies < energies.min() + 1e-9)]\n"
        )
        kind = "list[int]"
        facts.append(
            "Return the sorted list of the integers (bit q is x_q) of all basis states with the smallest C."
        )
        check = "assert got == [k for k in range(2**n) if c[k] < min(c) + 1e-9]"
    elif ask == "perfect":
        body = build + diagonal + f"return bool(energies.min() < {limit}**2)\n"
        kind = "bool"
        facts.append(
            f"Return whether the numbers can be split into two groups whose sums differ by less than "
            f"{limit}: "
            "a bool, from the smallest value of C."
        )
        check = f"assert got is bool(min(c) < {limit}**2)"
    elif ask == "sides":
        body = (
            build
            + diagonal
            + (
                "best = int(np.argmin(energies))\n"
                "left = [value for q, value in enumerate(numbers) if not best >> q & 1]\n"
                "right = [value for q, value in enumerate(numbers) if best >> q & 1]\nreturn left, right\n"
            )
        )
        kind = "tuple[list[int], list[int]]"
        facts.append(
            "Return the two groups of a basis state with the smallest C: the list of the numbers with "
            "bit 0 and "
            "the list of those with bit 1, each in the given order."
        )
        check = (
            "assert sorted([*got[0], *got[1]]) == sorted(numbers)\n"
            "    assert abs((sum(got[0]) - sum(got[1])) ** 2 - min(c)) < 1e-9"
        )
    elif ask == "levels":
        body = (
            build
            + diagonal
            + (
                "found = {}\nfor value in energies.round().astype(int).tolist():\n"
                "    found[value] = found.get(value, 0) + 1\nreturn found\n"
            )
        )
        kind = "dict[int, int]"
        facts.append(
            "Return a dict from each value of C (an int) to the number of basis states with it."
        )
        check = "assert got == {int(v): sum(round(w) == round(v) for w in c) for v in c}"
    elif ask in ("gap", "gaps"):
        inner = (
            "hamiltonian = (1 - s) * mixer + s * problem\n"
            "levels = np.linalg.eigvalsh(hamiltonian.to_matrix())\ngaps.append(float(levels[2] - "
            "levels[0]))\n"
        )
        body = (
            build + mixer + f"gaps = []\nfor s in np.linspace(0, 1, {points}):\n" + indented(inner)
        )
        facts += [mixed + ".", f"The gap at s is the third smallest eigenvalue minus the smallest "
                               f"(levels counted "
                  f"with multiplicity); take it at s = numpy.linspace(0, 1, {points})."]  # fmt: skip
        want = f"g = [np.sort(np.linalg.eigvalsh((1 - s) * x + s * {scale} * np.diag(c))) for s in "
        want += f"np.linspace(0, 1, {points})]\n    g = [v[2] - v[0] for v in g]\n    "
        if ask == "gap":
            body += "return min(gaps)\n"
            facts.append("Return the smallest of these gaps as a float.")
            check = want + "assert abs(got - min(g)) < 1e-7"
        else:
            body += "return gaps\n"
            kind = "list[float]"
            facts.append("Return the list of these gaps.")
            check = want + "assert np.allclose(got, g, rtol=0, atol=1e-7)"
    else:
        how = rng.choice(["chance", "energy", "state"])
        step = rng.choice([
            "gate = PauliEvolutionGate((1 - s) * mixer + s * problem, STEP, synthesis=MatrixExponential())\n"
            "qc.compose(gate.definition, inplace=True)\n",
            "gate = HamiltonianGate(((1 - s) * mixer + s * problem).to_matrix(), STEP)\n"
            "qc.append(gate, range(n))\n",
            "u = expm(-1j * STEP * ((1 - s) * mixer + s * problem).to_matrix())\nqc.unitary(u, range(n))\n",
        ]).replace("STEP", "step")  # fmt: skip
        if how != "state" and "expm" in step:
            # Forwards and backwards give the same probabilities: H(s) is real.
            step = "gate = HamiltonianGate(((1 - s) * mixer + s * problem).to_matrix(), step)\n"
            step += "qc.compose(gate, range(n), inplace=True)\n"
        body = build + mixer + (
            f"step = {time} / {steps}\nqc = QuantumCircuit(n)\nqc.h(range(n))\n"
            f"for k in range({steps}):\n"
            + indented(f"u = (k + 0.5) / {steps}\ns = {code}\n" + step) + "state = Statevector(qc)\n"
        )  # fmt: skip
        body = body.replace("    u = (k + 0.5)", "    part = (k + 0.5)").replace(
            f"    s = {code}\n",
            f"    s = {code.replace('u', 'part') if 'np' not in code else code}\n",
        )
        if "np" in code:
            body = body.replace(
                f"s = {code}\n", f"s = {code.replace(' u', ' part').replace('(u', '(part')}\n"
            )
        facts += [
            mixed + ".",
            f"Sweep from the uniform superposition in {steps} steps of equal length with the total time "
            f"{time}: in "
            f"step k = 0, 1, ... the exact exp(-i H(s) d) acts, d the length, with s = {words} at "
            f"u = (k + 1/2) / {steps}.",
        ]
        tail, kind, said, read = {
            "chance": (
                diagonal + "chances = state.probabilities()\n"
                "return float(chances[energies < energies.min() + 1e-9].sum())\n", "float",
                "Return the exact probability to measure a basis state with the smallest C, as a float.",
                "abs(got - p[c < min(c) + 1e-9].sum()) < 1e-7"),
            "energy": ("return float(state.expectation_value(cost).real)\n", "float",
                       "Return the exact mean of C at the end as a float.", "abs(got - p @ c) < 1e-7"),
            "state": ("return state\n", "Statevector", "Return the final `Statevector`.",
                      "abs(np.vdot(got.data, v)) > 1 - 1e-7"),
        }[how]  # fmt: skip
        body += tail
        facts.append(said)
        check = f"""v = np.full(2**n, 2 ** (-n / 2)) + 0j
    for k in range({steps}):
        u = (k + 0.5) / {steps}
        s = {code}
        v = expm(-1j * {time / steps} * ((1 - s) * x + s * {scale} * np.diag(c))) @ v
    p = abs(v) ** 2
    assert {read}"""
    imports = needs(body + kind)
    if "combinations(" in body:
        imports.append("from itertools import combinations")
    return Instance(
        entry_point=rng.choice(["partition", "split_numbers", "ising_partition"]),
        signature=f"(numbers: list[int]) -> {kind}",
        asks=asks(
            (
                rng.choice([
                    "Number partitioning as an Ising problem.", "Split numbers with qubits.",
                    "The partition problem on a quantum computer.",
                ]),
                "Write it with SparsePauliOp.",
                "Ising form of a partition:",
                "Partition some numbers.",
            ),
            facts,
        ),
        imports=sorted_imports(imports),
        body=body,
        test=f"""
import numpy as np
from scipy.linalg import expm
from qiskit.quantum_info import SparsePauliOp, Statevector
for numbers in ([3, 1, 2], [4, 1, 1, 3], [2, 5, 1], [7, 2, 2, 1]):
    n = len(numbers)
    c = np.array([sum(v * (1 - 2 * (k >> q & 1)) for q, v in enumerate(numbers)) ** 2.0 for k in range(2**n)])
    x = np.zeros((2**n, 2**n))
    for k in range(2**n):
        for q in range(n):
            x[k, k ^ 1 << q] = -1
    got = candidate(list(numbers))
    {check}
""",
        params={"ask": ask, "shape": shape, "steps": steps, "points": points, "scale": scale},
    )  # fmt: skip
