"""Variational algorithms: kernels of feature maps, and costs beyond the plain energy."""

from random import Random

from qspark.data.families._variational import ANSATZ, asks
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import sorted_imports

_MAPS = {
    "z": ("z_feature_map(n, reps=REPS)", "from qiskit.circuit.library import z_feature_map",
          "REPS times: H on all qubits, then the phase gate P(2 x_q) on every qubit q", "z(x)"),
    "zz": ("zz_feature_map(n, reps=REPS, entanglement='linear')",
           "from qiskit.circuit.library import zz_feature_map",
           "REPS times: H on all qubits, P(2 x_q) on every qubit q, and for each neighbouring pair (q, q+1) "
           "the sequence CX(q, q+1), P(2 (pi - x_q)(pi - x_{q+1})) on q+1, CX(q, q+1)", "zz(x)"),
    "pauli": ("pauli_feature_map(n, reps=REPS, paulis=['Y', 'ZZ'], entanglement='linear')",
              "from qiskit.circuit.library import pauli_feature_map",
              "Qiskit's Pauli feature map with the Pauli strings Y and ZZ (in this order), linear "
              "entanglement, REPS repetitions, and the default data map", "y(x)"),
    "turns": ("", "from qiskit.circuit import ParameterVector",
              "REPS times: RY(x_q) on every qubit q, then CZ on each neighbouring pair (q, q+1), then "
              "RX(x_q / 2) on every qubit q", "turns(x)"),
}  # fmt: skip
_KERNEL_TEST = """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import pauli_feature_map
from qiskit.quantum_info import Statevector, partial_trace
def z(x):
    qc = QuantumCircuit(len(x))
    for _ in range($reps):
        for q, v in enumerate(x):
            qc.h(q)
            qc.p(2 * v, q)
    return qc
def zz(x):
    qc = QuantumCircuit(len(x))
    for _ in range($reps):
        for q, v in enumerate(x):
            qc.h(q)
            qc.p(2 * v, q)
        for q in range(len(x) - 1):
            qc.cx(q, q + 1)
            qc.p(2 * (np.pi - x[q]) * (np.pi - x[q + 1]), q + 1)
            qc.cx(q, q + 1)
    return qc
def y(x):
    qc = pauli_feature_map(len(x), $reps, "linear", paulis=["Y", "ZZ"])
    return qc.assign_parameters(dict(zip(sorted(qc.parameters, key=lambda p: p.name), x)))
def turns(x):
    qc = QuantumCircuit(len(x))
    for _ in range($reps):
        for q, v in enumerate(x):
            qc.ry(v, q)
        for q in range(len(x) - 1):
            qc.cz(q, q + 1)
        for q, v in enumerate(x):
            qc.rx(v / 2, q)
    return qc
def state(x):
    return Statevector($map)
rng = np.random.default_rng(np.random.randint(2**31))
for n in (2, 3):
    one, two = rng.uniform(0.2, 2.5, (3, n)).tolist(), rng.uniform(0.2, 2.5, (2, n)).tolist()
    k = np.array([[abs(state(a).inner(state(b))) ** 2 for b in one] for a in one])
    cross = np.array([[abs(state(a).inner(state(b))) ** 2 for b in two] for a in one])
    $check
"""


@family(
    "variational",
    "advanced",
    oracle="value",
    skills=("kernels", "feature-maps"),
    why="The fidelity kernel is the chance to return to zero after one map and the inverse of the other.",
    tolerance=1e-7,
)
def state_kernel(rng: Random) -> Instance:
    """A kernel matrix of feature-map states, or something computed from it."""
    name, reps = rng.choice(list(_MAPS)), rng.choice([1, 2])
    build, line, words, own = _MAPS[name]
    way = rng.choice(["inner", "uncompute", "overlap", "fidelity"])
    ask = rng.choice(
        ["gram", "gram", "cross", "projected", "alignment", "centred", "nearest", "score"]
    )
    imports = ["import numpy as np", "from qiskit.quantum_info import Statevector", line]
    if name == "turns":
        imports.append("from qiskit import QuantumCircuit")
        make = (
            "x = ParameterVector(\"x\", n)\nfeature = QuantumCircuit(n)\n" + f"for _ in range({reps}):\n"
            "    for q in range(n):\n        feature.ry(x[q], q)\n"
            "    for q in range(n - 1):\n        feature.cz(q, q + 1)\n"
            "    for q in range(n):\n        feature.rx(x[q] / 2, q)\n"
        )  # fmt: skip
    else:
        make = f"feature = {build.replace('REPS', str(reps))}\n"
    head = "_, n = np.shape(first)\n" + make
    pair = {
        "inner": "abs(Statevector(one).inner(Statevector(two))) ** 2",
        "uncompute": "Statevector(two.compose(one.inverse())).probabilities()[0]",
        "overlap": "Statevector(unitary_overlap(one, two)).probabilities()[0]",
        "fidelity": "state_fidelity(Statevector(one), Statevector(two))",
    }[way]  # fmt: skip
    if way == "overlap":
        imports.append("from qiskit.circuit.library import unitary_overlap")
    elif way == "fidelity":
        imports.append("from qiskit.quantum_info import state_fidelity")
    circuits = "ones = [feature.assign_parameters(row) for row in first]\n"
    if ask in ("cross", "nearest", "score"):
        circuits += "twos = [feature.assign_parameters(row) for row in second]\n"
    square = f"kernel = np.array([[{pair} for two in ones] for one in ones])\n"
    across = f"kernel = np.array([[{pair} for two in twos] for one in ones])\n"
    second = ", second: list[list[float]]"
    gamma = rng.choice([0.3, 0.5, 0.8, 1.0, 1.5])
    if gamma == 1.0:
        gamma = 1.2
    body, more, kind, said, check = {
        "gram": (square + "return kernel\n", "", "np.ndarray",
                 "Return the square matrix K_ij for all pairs of points in `first`.",
                 "assert np.allclose(candidate(one), k, atol=1e-7)"),
        "cross": (across + "return kernel\n", second, "np.ndarray",
                  "Return the matrix K_ij with i for the points of `first` and j for those of `second`.",
                  "assert np.allclose(candidate(one, two), cross, atol=1e-7)"),
        "centred": (
            square + "middle = np.eye(len(first)) - 1 / len(first)\n"
            "return middle @ kernel @ middle\n", "", "np.ndarray",
            "Return the centred square matrix for `first`: K_ij minus the mean of row i minus the mean of "
            "column j plus the mean of all entries.",
            "c = np.eye(3) - 1 / 3\n    assert np.allclose(candidate(one), c @ k @ c, atol=1e-7)"),
        "alignment": (
            square + "target = np.outer(labels, labels)\n"
            "return float(np.sum(kernel * target) / np.linalg.norm(kernel) / np.linalg.norm(target))\n",
            ", labels: list[int]", "float",
            "`labels` holds y_i = 1 or -1 for the points of `first`. Return the alignment: the sum of "
            "K_ij y_i y_j over all i, j, divided by the Frobenius norms of K and of the matrix y_i y_j.",
            "labels = np.array([1, -1, -1])\n    want = labels @ k @ labels / np.sqrt((k**2).sum()) / 3\n"
            "    assert abs(candidate(one, labels.tolist()) - want) < 1e-7"),
        "nearest": (
            across + "return [int(j) for j in kernel.argmax(axis=1)]\n", second, "list[int]",
            "Return for each point of `first` the index of the point of `second` with the largest kernel.",
            "assert list(candidate(one, two)) == [int(np.argmax(row)) for row in cross]\n"
            "    assert list(candidate(two, one)) == [int(np.argmax(row)) for row in cross.T]"),
        "score": (
            across + "return [float(value) for value in np.array(weights) @ kernel + BIAS]\n",
            second + ", weights: list[float]", "list[float]",
            "Return for each point j of `second` the score: the sum over i of `weights[i]` K_ij, plus BIAS.",
            "weights = [0.7, -1.1, 0.4]\n    want = [sum(w * cross[i, j] for i, w in enumerate(weights)) "
            "+ BIAS for j in range(2)]\n"
            "    assert np.allclose(candidate(one, two, weights), want, atol=1e-7)"),
        "projected": (
            "def reduced(circuit: QuantumCircuit) -> np.ndarray:\n    state = Statevector(circuit)\n"
            "    return np.array([\n"
            "        partial_trace(state, [p for p in range(n) if p != q]).data for q in range(n)\n    ])\n\n"
            "parts = [reduced(circuit) for circuit in ones]\n"
            f"return np.array([[np.exp(-{gamma} * np.sum(np.abs(a - b) ** 2)) for b in parts] "
            "for a in parts])\n", "", "np.ndarray",
            f"The kernel is projected: exp(-{gamma} times the sum over all qubits of the squared Frobenius "
            "distance of the two reduced one-qubit density matrices). Return its square matrix for `first`.",
            "part = [[partial_trace(state(a), [p for p in range(n) if p != q]).data for q in range(n)] "
            "for a in one]\n    want = [[np.exp(-GAMMA * sum((abs(u - v) ** 2).sum() for u, v in "
            "zip(a, b))) for b in part] for a in part]\n"
            "    assert np.allclose(candidate(one), want, atol=1e-7)".replace("GAMMA", str(gamma))),
    }[ask]  # fmt: skip
    bias = str(rng.choice([0.2, -0.3, 0.5, -0.6]))
    body, said, check = (text.replace("BIAS", bias) for text in (body, said, check))
    if ask == "projected":
        imports += [
            "from qiskit import QuantumCircuit",
            "from qiskit.quantum_info import partial_trace",
        ]
    test = _KERNEL_TEST.replace("$reps", str(reps)).replace("$map", own).replace("$check", check)
    facts = [
        f"A point x = (x_0, x_1, ...) is put into a state of as many qubits: {words}.".replace(
            "REPS", str(reps)
        ),
        "`first` is a list of points" + (" and so is `second`." if "second" in more else "."),
    ]
    if ask != "projected":
        facts.append("The kernel is K_ij = |<state of i|state of j>|^2, computed exactly.")
    return Instance(
        entry_point=rng.choice(["kernel", "quantum_kernel", "state_overlaps"]),
        signature=f"(first: list[list[float]]{more}) -> {kind}",
        asks=asks(
            (
                f"A quantum kernel ({name} features, {reps} repetition{'s' if reps > 1 else ''}).",
                "I need this kernel in Qiskit.",
                "Kernel of data in quantum states:",
                "Write the function that computes it.",
            ),
            [*facts, said],
        ),
        imports=sorted_imports(
            [x for x in imports if "Statevector" not in x or "Statevector" in body + pair]
        ),
        body=head + circuits + body,
        test=test,
        params={"map": name, "reps": reps, "way": way, "ask": ask},
    )


@family(
    "variational",
    "intermediate",
    oracle="value",
    skills=("penalties", "overlaps", "variance"),
    why="A penalty with the overlaps of lower states turns an excited level into a minimum.",
    tolerance=1e-7,
)
def penalised_energy(rng: Random) -> Instance:
    """A cost function beyond the plain energy: deflation, folded spectrum, variance, symmetry."""
    ask = rng.choice(["deflation", "deflation", "folded", "variance", "number", "weighted", "gap"])
    way = rng.choice(["inner", "overlap", "compose", "density"])
    beta, shift = rng.randint(5, 45) / 10, rng.randint(2, 15) / 10 * rng.choice([-1, 1])
    count, letter = rng.choice([0, 1]), rng.choice("ZX")
    imports = [
        "from qiskit import QuantumCircuit",
        "from qiskit.quantum_info import SparsePauliOp, Statevector",
    ]
    mean = rng.choice([
        "float(state.expectation_value(hamiltonian).real)",
        "float((state.data.conj() @ hamiltonian.to_matrix() @ state.data).real)",
        "float(StatevectorEstimator().run([(bound, hamiltonian)]).result()[0].data.evs)",
    ])  # fmt: skip
    head = "bound = ansatz.assign_parameters(values)\nstate = Statevector(bound)\n"
    body = head + f"energy = {mean}\n"
    arguments = "ansatz: QuantumCircuit, hamiltonian: SparsePauliOp, values: list[float]"
    facts = [
        "The state is `ansatz` on |0...0> with its parameters (in the order of `ansatz.parameters`) set to "
        "`values`; E is the exact mean of `hamiltonian` in it.",
    ]
    call = "qc, h, x"
    if ask in ("deflation", "weighted"):
        overlap = {
            "inner": "abs(state.inner(Statevector(ansatz.assign_parameters(other)))) ** 2",
            "overlap": "Statevector(unitary_overlap(bound, ansatz.assign_parameters(other)))"
            ".probabilities()[0]",
            "compose": "Statevector(bound.compose(ansatz.assign_parameters(other).inverse()))"
            ".probabilities()[0]",
            "density": "state_fidelity(state, DensityMatrix(ansatz.assign_parameters(other)))",
        }[way]  # fmt: skip
        if way == "overlap":
            imports.append("from qiskit.circuit.library import unitary_overlap")
        elif way == "density":
            imports.append("from qiskit.quantum_info import DensityMatrix, state_fidelity")
        if ask == "deflation":
            body += f"penalty = sum({overlap} for other in lower)\nreturn float(energy + {beta} * penalty)\n"
            arguments += ", lower: list[list[float]]"
            call += ", others"
            facts.append(
                f"Return E + {beta} times the sum over the parameter lists in `lower` of "
                "|<state of that list|state of `values`>|^2 (same ansatz), as a float."
            )
            own = f"e + {beta} * sum(abs(np.vdot(vector(o), v)) ** 2 for o in others)"
        else:
            body += (
                f"for other, weight in zip(lower, weights, strict=True):\n    energy += weight * {overlap}\n"
                "return energy\n"
            )
            arguments += ", lower: list[list[float]], weights: list[float]"
            call += ", others, [1.5, 0.4]"
            facts.append(
                "Return E plus the sum over the parameter lists in `lower` of the entry of `weights` times "
                "|<state of that list|state of `values`>|^2 (same ansatz), as a float."
            )
            own = "e + sum(w * abs(np.vdot(vector(o), v)) ** 2 for o, w in zip(others, [1.5, 0.4]))"
    elif ask == "folded":
        square = rng.choice([
            "moved = (hamiltonian - SHIFT * SparsePauliOp('I' * ansatz.num_qubits)).simplify()\n"
            "folded = (moved @ moved).simplify()\n"
            "return float(state.expectation_value(folded).real)\n",
            "square = state.expectation_value(hamiltonian @ hamiltonian).real\n"
            "return float(square - 2 * SHIFT * energy + SHIFT**2)\n",
            "moved = hamiltonian.power(2) - 2 * SHIFT * hamiltonian\n"
            "return float(state.expectation_value(moved.simplify()).real + SHIFT**2)\n",
        ]).replace("SHIFT", f"({shift})" if shift < 0 else str(shift))  # fmt: skip
        body = (body if "energy" in square else head) + square
        facts[0] = facts[0].replace("; E is the exact mean of `hamiltonian` in it", "")
        facts.append(
            f"Return the exact mean of (H - w)^2 with H = `hamiltonian` and w = {shift}, a float."
        )
        own = (
            f"np.vdot(v, (m - {shift} * np.eye(len(m))) @ (m - {shift} * np.eye(len(m))) @ v).real"
        )
    elif ask == "variance":
        form = rng.choice(["square - energy**2", "max(square - energy**2, 0.0) ** 0.5",
                           f"energy + {beta} * (square - energy**2)"])  # fmt: skip
        body += (
            "square = float(state.expectation_value((hamiltonian @ hamiltonian).simplify()).real)\n"
            f"return {form}\n"
        )
        said = {
            "square - energy**2": "the exact variance <H^2> - E^2 of H = `hamiltonian`",
            "max(square - energy**2, 0.0) ** 0.5": "the exact standard deviation of H = `hamiltonian`",
        }.get(form, f"E + {beta} times the exact variance of H = `hamiltonian`")
        facts.append(f"Return {said} as a float.")
        own = form.replace("square", "np.vdot(m @ v, m @ v).real").replace("energy", "e")
    elif ask == "number":
        build = (
            f"labels = [('{letter}', [q], -0.5) for q in range(n)]\n"
            f"count = SparsePauliOp.from_sparse_list([*labels, ('', [], n / 2 - {count})], num_qubits=n)\n"
        )
        if count == 0:
            build = build.replace(" - 0)", ")")
        body = (
            head
            + "n = ansatz.num_qubits\n"
            + f"energy = {mean}\n"
            + build
            + (
                f"return energy + {beta} * float(state.expectation_value((count @ count).simplify()).real)\n"
            )
        )
        facts.append(
            f"N is the number of qubits in the -1 eigenstate of {letter}: the sum of (1 - {letter}_q) / 2. "
            f"Return E + {beta} times the exact mean of (N - {count})^2 as a float."
        )
        own = (
            f"e + {beta} * np.vdot(v, np.linalg.matrix_power(sum((np.eye(len(m)) - Pauli((['I'] * n)[q:] "
            f"and ''.join('{letter}' if p == q else 'I' for p in range(n))).to_matrix()) / 2 "
            f"for q in range(n)) - {count} * np.eye(len(m)), 2) @ v).real"
        ).replace("Pauli((['I'] * n)[q:] and ''.join(", "Pauli(''.join(")
    else:
        form = rng.choice(["energy - levels[0]", "(energy - levels[0]) / (levels[-1] - levels[0])",
                           "(energy - levels[0]) / (levels[1] - levels[0])"])  # fmt: skip
        imports.append("import numpy as np")
        body += f"levels = np.linalg.eigvalsh(hamiltonian.to_matrix())\nreturn float({form})\n"
        said = {
            "energy - levels[0]": "E minus the smallest eigenvalue of `hamiltonian`",
            "(energy - levels[0]) / (levels[-1] - levels[0])": "(E - lowest) / (highest - lowest), with the "
            "lowest and highest eigenvalue of `hamiltonian`",
            "(energy - levels[0]) / (levels[1] - levels[0])": "(E - lowest) / (second - lowest), with the "
            "two smallest eigenvalues of `hamiltonian` (not degenerate)",
        }[form]  # fmt: skip
        facts.append(f"Return {said}, as a float.")
        own = form.replace("energy", "e").replace("levels", "w")
    if "StatevectorEstimator" in body:
        imports.append("from qiskit.primitives import StatevectorEstimator")
    return Instance(
        entry_point=rng.choice(["cost", "penalised", "cost_function"]),
        signature=f"({arguments}) -> float",
        asks=asks(
            (
                "A cost function for a variational algorithm.",
                "Here is the cost that I need.",
                "Cost function:",
                "Write that cost function with quantum_info.",
            ),
            facts,
        ),
        imports=sorted_imports(imports),
        body=body,
        test=ANSATZ.strip()
        + f"""
from qiskit.quantum_info import Pauli
for n, size, labels in ((2, 3, ["ZI", "XX", "IY"]), (3, 4, ["ZIX", "IYI", "XZZ"])):
    qc, x = ansatz(n, size), list(rng.uniform(0.3, 2.5, size))
    others = rng.uniform(0.3, 2.5, (2, size)).tolist()
    h = SparsePauliOp(labels, rng.uniform(0.4, 1.5, 3))
    def vector(point):
        return Statevector(qc.assign_parameters(point)).data
    m, v, e = h.to_matrix(), vector(x), energy(qc, h, x)
    w = np.linalg.eigvalsh(m + 0)
    want = {own}
    got = candidate({call})
    assert isinstance(got, float) and abs(got - want) < 1e-7
"""
        if ask != "gap"
        else ANSATZ.strip()
        + f"""
for n, labels in ((2, ["ZI", "XX", "IY", "IZ"]), (3, ["ZIX", "IYI", "XZZ", "IIZ"])):
    qc, x = ansatz(n, 4), list(rng.uniform(0.3, 2.5, 4))
    h = SparsePauliOp(labels, rng.uniform(0.4, 1.5, 4))
    e, w = energy(qc, h, x), np.linalg.eigvalsh(h.to_matrix())
    if w[1] - w[0] > 1e-3:
        assert abs(candidate(qc, h, x) - ({own})) < 1e-6
""",
        params={"ask": ask, "way": way, "beta": beta, "shift": shift},
    )
