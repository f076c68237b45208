"""Tangles of three qubits, statistics of generators, and the quality of gates."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family
from qspark.data.families.measures import ENTROPIES
from qspark.data.families.measures_noisy_entanglement import NOISES
from qspark.data.families.states import HELP


@family(
    "measures",
    "advanced",
    oracle="value",
    skills=("tangle", "partial-trace"),
    why="The squared concurrence with the rest of a pure state exceeds the sum of the pairwise ones.",
    tolerance=1e-6,
)
def monogamy_of_tangles(rng: Random) -> Instance:
    """Pairwise and residual tangles of three qubits."""
    a, b, c = rng.sample(range(3), 3)
    theta = angle(rng)
    gate, told, matrix = rng.choice(
        [
            ("", "", ""),
            (f"state = state.evolve(CRYGate({theta}), [{b}, {a}])\n",
             f" after a controlled RY({theta}) with control {b} and target {a}",
             f"v = act(v, library.CRYGate({theta}).to_matrix(), [{b}, {a}])"),
            (f"state = state.evolve(RXXGate({theta}), [{a}, {c}])\n",
             f" after an RXX({theta}) gate on qubits {a} and {c}",
             f"v = act(v, library.RXXGate({theta}).to_matrix(), [{a}, {c}])"),
            (f"state = state.evolve(CPhaseGate({theta}), [{b}, {c}])\n",
             f" after a controlled phase of {theta} on qubits {b} and {c}",
             f"v = act(v, library.CPhaseGate({theta}).to_matrix(), [{b}, {c}])"),
        ]
    )  # fmt: skip
    whole = f"2 * (1 - np.trace(np.linalg.matrix_power(reduced(r, [{a}]), 2)).real)"
    ab, ac, bc = (f"conc(reduced(r, {sorted(x)})) ** 2" for x in ((a, b), (a, c), (b, c)))
    table = [
        (f"one = 2 * (1 - np.real(partial_trace(state, [{b}, {c}]).purity()))\n"
         f"pairs = sum(concurrence(partial_trace(state, [q])) ** 2 for q in ({b}, {c}))\n"
         "return float(one - pairs)",
         f"the residual tangle of qubit {a}: its tangle with the pair of the others, "
         "2 (1 - Tr rho^2), minus the sum of its squared concurrences with each of them",
         f"{whole} - {ab} - {ac}"),
        (f"return (concurrence(partial_trace(state, [{c}])) ** 2, "
         f"concurrence(partial_trace(state, [{b}])) ** 2)",
         f"the tuple of the squared concurrences of qubit {a} with qubit {b} and of qubit {a} with "
         f"qubit {c}", f"[{ab}, {ac}]"),
        (f"return {{q: concurrence(partial_trace(state, [q])) for q in {sorted((a, b))}}}",
         f"a dict with the keys {min(a, b)} and {max(a, b)}: the value of key q is the concurrence that "
         "the other two qubits share when qubit q is discarded",
         f"[conc(reduced(r, [x for x in range(3) if x != q])) for q in {sorted((a, b))}]"),
        ("return sum(concurrence(partial_trace(state, [q])) ** 2 for q in range(3))",
         "the sum of the squared concurrences of the three pairs", f"{ab} + {ac} + {bc}"),
        ("grouped = Statevector(state.data, dims=(4, 2))\nreturn concurrence(grouped)"
         if a == 2 else
         "grouped = Statevector(state.reverse_qargs().data, dims=(4, 2))\n"
         "return concurrence(grouped)",
         f"the concurrence sqrt(2 (1 - Tr rho^2)) of qubit {2 if a == 2 else 0} with the pair of the "
         "other two",
         f"(2 * (1 - np.trace(np.linalg.matrix_power(reduced(r, [{2 if a == 2 else 0}]), 2)).real)) "
         "** 0.5"),
        (f"pair = partial_trace(state, [{c}])\n"
         f"return entanglement_of_formation(pair) / entropy(partial_trace(state, [{b}, {c}]))",
         f"the entanglement of formation of qubits {a} and {b} divided by the entropy of qubit {a}",
         "sent(np.diag([(1 + (1 - x**2) ** 0.5) / 2, (1 - (1 - x**2) ** 0.5) / 2])) / "
         f"sent(reduced(r, [{a}]))"),
    ]  # fmt: skip
    code, words, want = rng.choice(table)
    body = f"{gate}{code}\n"
    used = ["Statevector", "concurrence", "entanglement_of_formation", "entropy", "partial_trace"]
    names = [x for x in used if f"{x}(" in body or x == "Statevector"]
    gates = [g for g in ("CRYGate", "RXXGate", "CPhaseGate") if g in body]
    imports = ["import numpy as np"] if "np." in body else []
    imports += [f"from qiskit.circuit.library import {gates[0]}"] if gates else []
    imports.append(f"from qiskit.quantum_info import {', '.join(names)}")
    return Instance(
        entry_point="tangle_figure",
        signature="(state: Statevector)",
        asks=(
            f"For a pure state of three qubits (a Statevector){told}, return {words}.",
            f"`state` is a three-qubit Statevector. Take it{told or ' as it is'} and give {words}.",
            f"Distribution of entanglement among three qubits: return {words}; the state is the given "
            f"Statevector{told}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{HELP}{ENTROPIES}
starts = [6, 0, 0, 3, 0, 9, 7, 0], [0, 8, 5, 0, 7, 0, 0, 2], [0, 9, 3, 0, 6, 0, 0, 1]
for start in starts:
    v = np.array(start) / 10 + 0.15 * pure(3)
    v = v / np.linalg.norm(v)
    got = candidate(Statevector(v))
    got = [got[q] for q in sorted(got)] if isinstance(got, dict) else got
    {matrix or "pass"}
    r = np.outer(v, v.conj())
    x = conc(reduced(r, {sorted((a, b))}))
    assert np.allclose(np.asarray(got, float), {want}, atol=1e-6)
""",
        params={"qubits": [a, b, c], "words": words, "gate": told},
    )


@family(
    "measures",
    "advanced",
    oracle="value",
    skills=("metrology", "operators"),
    why="For a pure state the quantum Fisher information is four times the variance of the generator.",
    tolerance=1e-6,
)
def generator_statistics(rng: Random) -> Instance:
    """Variances, covariances and quantum Fisher information of Pauli-sum generators."""
    n = rng.choice([2, 3])
    weights = [rng.choice([-1, 1]) * rng.randint(3, 20) / 10 for _ in range(n)]
    letter, other = rng.sample("XYZ", 2)
    names = ["I" * (n - 1 - k) + letter + "I" * k for k in range(n)]
    spec = ", ".join(f'("{name}", {w})' for name, w in zip(names, weights, strict=True))
    code = f"generator = SparsePauliOp.from_list([{spec}])\n"
    told = "G = " + " + ".join(f"({w}) {letter}_{k}" for k, w in enumerate(weights))
    g = " + ".join(f'({w}) * full(word("{letter}"), [{k}], {n})' for k, w in enumerate(weights))
    read = rng.randrange(6)
    # A covariance needs a commuting site, a commutator needs none.
    label = "".join(rng.choice([x for x in "XYZ" if x != letter]) for _ in range(n - 1))
    label += letter if read == 1 else other
    h = f'full(word("{label}"), {list(range(n))}, {n})'
    pure = rng.random() < 0.6
    mean = "np.real(state.expectation_value(generator))"
    square = "np.real(state.expectation_value(generator @ generator))"
    table = [
        (f"return float({square} - {mean} ** 2)", "the variance of G",
         "(np.trace(r @ g @ g) - np.trace(r @ g) ** 2).real"),
        (f'other = SparsePauliOp("{label}")\n'
         "product = np.real(state.expectation_value(anti_commutator(generator, other))) / 2\n"
         f"return float(product - {mean} * np.real(state.expectation_value(other)))",
         f"the symmetrised covariance <(GP + PG)/2> - <G><P> of G and the Pauli string P = {label}",
         "(np.trace(r @ (g @ h + h @ g)) / 2 - np.trace(r @ g) * np.trace(r @ h)).real"),
        (f'other = SparsePauliOp("{label}")\n'
         "return float(abs(state.expectation_value(commutator(generator, other))) / 2)",
         f"the Robertson bound |<[G, P]>| / 2 for the Pauli string P = {label}",
         "abs(np.trace(r @ (g @ h - h @ g))) / 2"),
        (f'other = SparsePauliOp("{label}")\n'
         "return float(np.real(1j * state.expectation_value(commutator(generator, other))))",
         f"the rate of change i <[G, P]> of the Pauli string P = {label} when G is the Hamiltonian",
         "(1j * np.trace(r @ (g @ h - h @ g))).real"),
        (f'other = SparsePauliOp("{label}")\n'
         "return float(np.real(state.expectation_value(double_commutator(generator, other, generator)))"
         ")",
         f"the expectation value of the double commutator ([[G, P], G] + [G, [P, G]]) / 2 with the "
         f"Pauli string P = {label}",
         "np.trace(r @ ((g @ h - h @ g) @ g - g @ (g @ h - h @ g))).real"),
    ]  # fmt: skip
    if pure:
        table.append(
            (f"return float(4 * ({square} - {mean} ** 2))",
             "the quantum Fisher information of the family exp(-i t G)|state>",
             "4 * (np.trace(r @ g @ g) - np.trace(r @ g) ** 2).real")
        )  # fmt: skip
    else:
        table.append(
            ("values, vectors = np.linalg.eigh(state.data)\n"
             "matrix = vectors.conj().T @ generator.to_matrix() @ vectors\n"
             "total = 0.0\n"
             "for p, row in zip(values, np.abs(matrix) ** 2):\n"
             "    total += sum((p - q) ** 2 / (p + q) * entry for q, entry in zip(values, row))\n"
             "return float(2 * total)",
             "the quantum Fisher information 2 sum_jk (p_j - p_k)^2 / (p_j + p_k) |<j|G|k>|^2 over the "
             "eigenvalues p and eigenvectors of the state (which has full rank)", "qfi(r, g)")
        )  # fmt: skip
    read, words, want = table[read]
    body = f"{code}{read}\n"
    cls = "Statevector" if pure else "DensityMatrix"
    names = [x for x in ("anti_commutator", "commutator", "double_commutator") if f" {x}(" in body
             or f"({x}(" in body]  # fmt: skip
    imports = [cls, "SparsePauliOp", *names]
    wrong = ()
    if "Fisher" in words and pure:
        wrong = (Wrong("S17", body.replace("4 * (", "(")),)
    return Instance(
        entry_point="generator_figure",
        signature=f"(state: {cls}) -> float",
        asks=(
            f"With the generator {told} on {n} qubits (X_k acts on qubit k), return {words} in the "
            f"{cls} `state`.",
            f"Let {told} be an operator on {n} qubits, the index being the qubit. For a given {cls} "
            f"compute {words} as a float.",
            f"Metrology helper. Operator: {told}. State: a {cls} of {n} qubits. Output: {words}. Pauli "
            "strings have qubit 0 on the right.",
        ),
        imports=f"import numpy as np\nfrom qiskit.quantum_info import {', '.join(imports)}",
        body=body,
        test=f"""{HELP}
def qfi(r, g):
    p, u = np.linalg.eigh(r)
    m = np.abs(u.conj().T @ g @ u) ** 2
    return 2 * (m * (p[:, None] - p) ** 2 / (p[:, None] + p)).sum()
g = {g}
h = {h}
for _ in range(3):
    {"v = pure(" + str(n) + ")" if pure else f"r = mixed({n})"}
    {"r = np.outer(v, v.conj())" if pure else "pass"}
    got = candidate({"Statevector(v)" if pure else "DensityMatrix(r)"})
    assert abs(got - ({want})) < 1e-6
""",
        params={"generator": told, "words": words, "class": cls},
        wrong=wrong,
    )


@family(
    "measures",
    "intermediate",
    oracle="value",
    skills=("channels", "fidelity"),
    why="process_fidelity is the entanglement fidelity; the average gate fidelity is (d F + 1)/(d + 1).",
    tolerance=1e-8,
)
def gate_quality(rng: Random) -> Instance:
    """Fidelity figures of a gate with a coherent error and two kinds of noise."""
    p1, p2 = rng.randint(2, 20) / 100, rng.randint(2, 20) / 100
    aim, made, ideal, low, high = rng.choice(
        [
            ("SXGate", "RXGate", "square root of X", 120, 190),
            ("SGate", "RZGate", "S gate", 120, 190),
            ("TGate", "RZGate", "T gate", 50, 110),
            ("XGate", "RXGate", "X gate", 250, 290),
            ("CZGate", "CPhaseGate", "CZ gate", 240, 300),
            ("CXGate", "CRXGate", "CNOT", 240, 290),
            ("CSGate", "CPhaseGate", "controlled S gate", 110, 190),
            ("CYGate", "CRYGate", "controlled Y gate", 240, 290),
        ]
    )
    t = rng.randint(low, high) / 100
    two = aim[0] == "C"
    one, other = rng.sample(sorted({*NOISES} - {"bit"}), 2)
    code1, words1, _ = (x.replace("STRENGTH", str(p1)) for x in NOISES[one])
    code2, words2, _ = (x.replace("STRENGTH", str(p2)) for x in NOISES[other])
    at1, at2 = (", [0]", ", [1]") if two else ("", "")
    where1, where2 = (" on qubit 0", " on qubit 1") if two else ("", "")
    kind = rng.choice(["process", "average", "error", "gap", "ratio", "sweep"])
    read, words, want = {
        "process": ("return process_fidelity(channel, target)", "the process fidelity", "f"),
        "average": ("return average_gate_fidelity(channel, target)", "the average gate fidelity", "a"),
        "error": ("return gate_error(channel, target)", "the gate error (1 - average gate fidelity)",
                  "1 - a"),
        "gap": ("return process_fidelity(SuperOp(made), target) - process_fidelity(channel, target)",
                "how much process fidelity the noise costs on top of the coherent error (fidelity of the "
                "noiseless gate minus fidelity of the noisy one)", "c - f"),
        "ratio": ("return gate_error(channel, target) / gate_error(channel, made)",
                  f"the gate error with respect to the target divided by the gate error with respect to "
                  f"the {made[:-4]}({t}) that is really applied", "(1 - a) / (1 - b)"),
        "sweep": ("return [process_fidelity(channel.power(k), target.power(k)) for k in (1, 2, 3)]",
                  "the list of the process fidelities of 1, 2 and 3 repetitions of the noisy gate with "
                  "respect to as many repetitions of the target",
                  "[np.trace(np.linalg.matrix_power(np.kron(g.conj(), g), k).conj().T @ "
                  "np.linalg.matrix_power(s, k)).real / len(s) for k in (1, 2, 3)]"),
    }[kind]  # fmt: skip
    body = f"""
target = Operator({aim}())
made = Operator({made}({t}))
channel = SuperOp(made).compose({code1}{at1}).compose({code2}{at2})
{read}
"""
    used = ["Kraus", "Operator", "PTM", "Pauli", "SuperOp", "average_gate_fidelity", "gate_error",
            "process_fidelity"]  # fmt: skip
    names = [x for x in used if f"{x}(" in body]
    n = 2 if two else 1
    unit = "a qubit gate" if not two else "a two-qubit gate (control qubit 0, target qubit 1)"
    story = (
        f"instead of the ideal {ideal} the device applies {made[:-4]}({t}), then {words1}{where1} and "
        f"{words2}{where2}"
    )
    return Instance(
        entry_point=rng.choice(["gate_figure", "noisy_gate_figure"]),
        signature="()",
        asks=(
            f"Characterise {unit}: {story}. Return {words} with respect to the ideal gate.",
            f"A hardware model of {unit}: {story}. I need {words}; the target is the ideal gate.",
            f"Target: {ideal}. Implementation: {story}. Compute {words}.",
        ),
        imports="import numpy as np\n"
        f"from qiskit.circuit.library import {', '.join(sorted((aim, made)))}\n"
        f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""
import numpy as np
from qiskit.circuit import library
x, y, z = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])
def kraus(kind, p):
    if kind == "damping":
        return [np.diag([1, (1 - p) ** 0.5]), np.array([[0, p**0.5], [0, 0]])]
    if kind == "depolarising":
        return [(1 - 0.75 * p) ** 0.5 * np.eye(2)] + [(p / 4) ** 0.5 * m for m in (x, y, z)]
    return [(1 - p) ** 0.5 * np.eye(2), p**0.5 * (z if kind == "phase" else x)]
def wide(m, q):
    return m if {n} == 1 else (np.kron(np.eye(2), m) if q == 0 else np.kron(m, np.eye(2)))
g = library.{aim}().to_matrix()
u = library.{made}({t}).to_matrix()
d = len(g)
ks = [wide(l, 1) @ wide(k, 0) @ u for k in kraus("{one}", {p1}) for l in kraus("{other}", {p2})]
s = sum(np.kron(k.conj(), k) for k in ks)
f = sum(abs(np.trace(g.conj().T @ k)) ** 2 for k in ks) / d**2
a = (d * f + 1) / (d + 1)
b = (sum(abs(np.trace(u.conj().T @ k)) ** 2 for k in ks) / d + 1) / (d + 1)
c = abs(np.trace(g.conj().T @ u)) ** 2 / d**2
got = candidate()
assert np.allclose(got, {want}, atol=1e-8)
""",
        params={"story": story, "words": words},
    )
