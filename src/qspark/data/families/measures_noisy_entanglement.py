"""Entanglement of noisy states and witnesses for it."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.measures import ENTROPIES
from qspark.data.families.states import HELP

NOISES = {
    "damping": (
        "Kraus([np.diag([1, np.sqrt(1 - STRENGTH)]), np.array([[0, np.sqrt(STRENGTH)], [0, 0]])])",
        "amplitude damping with probability STRENGTH",
        "sum(k @ r @ k.T for k in (full(np.diag([1, (1 - STRENGTH) ** 0.5]), [QUBIT], SIZE), "
        "full(np.array([[0, (STRENGTH) ** 0.5], [0, 0]]), [QUBIT], SIZE)))",
    ),
    "phase": (
        "Kraus([np.sqrt(1 - STRENGTH) * np.eye(2), np.sqrt(STRENGTH) * np.diag([1, -1])])",
        "a phase flip (Z) with probability STRENGTH",
        "(1 - STRENGTH) * r + STRENGTH * full(word('Z'), [QUBIT], SIZE) @ r @ full(word('Z'), "
        "[QUBIT], SIZE)",
    ),
    "bit": (
        'SuperOp((1 - STRENGTH) * np.eye(4) + STRENGTH * np.kron(*[Pauli("X").to_matrix()] * 2))',
        "a bit flip (X) with probability STRENGTH",
        "(1 - STRENGTH) * r + STRENGTH * full(word('X'), [QUBIT], SIZE) @ r @ full(word('X'), "
        "[QUBIT], SIZE)",
    ),
    "depolarising": (
        "PTM(np.diag([1] + [1 - STRENGTH] * 3))",
        "a depolarising channel that replaces the qubit by I/2 with probability STRENGTH",
        "(1 - STRENGTH) * r + STRENGTH / 4 * sum(full(word(x), [QUBIT], SIZE) @ r @ full(word(x), "
        "[QUBIT], SIZE) for x in 'IXYZ')",
    ),
}


def _filled(text: str, strength: str, qubit: int, size: int) -> str:
    text = text.replace("STRENGTH", strength).replace("QUBIT", str(qubit))
    return text.replace("SIZE", str(size))


@family(
    "measures",
    "advanced",
    oracle="value",
    skills=("entanglement", "mixed-states", "channels"),
    why="A measure of a noisy state is that of the mixture, not the mixture of the measures.",
    tolerance=1e-6,
)
def entanglement_under_noise(rng: Random) -> Instance:
    """How a measure of a two-qubit state falls with the strength of a noise."""
    q = rng.randrange(2)
    one, two = rng.sample(sorted(NOISES), 2)
    fixed = rng.randint(4, 25) / 100
    second = rng.random() < 0.7
    code1, words1, oracle1 = (_filled(x, "p", q, 2) for x in NOISES[one])
    code2, words2, oracle2 = (_filled(x, str(fixed), 1 - q, 2) for x in NOISES[two])
    readers = [
        ("concurrence(rho)", "the concurrence", "conc(r)"),
        ("entanglement_of_formation(rho)", "the entanglement of formation",
         "sent(np.diag([(1 + (1 - conc(r) ** 2) ** 0.5) / 2, (1 - (1 - conc(r) ** 2) ** 0.5) / 2]))"),
        ("mutual_information(rho)", "the mutual information in bits",
         "sent(reduced(r, [0])) + sent(reduced(r, [1])) - sent(r)"),
        (f"entropy(partial_trace(rho, [{1 - q}])) - entropy(rho)",
         f"the coherent information S(qubit {q}) - S(both) in bits",
         f"sent(reduced(r, [{q}])) - sent(r)"),
        ("state_fidelity(rho, psi)", "the fidelity with the noiseless state",
         "np.vdot(v, r @ v).real"),
        ("np.real(rho.purity())", "the purity", "np.trace(r @ r).real"),
    ]  # fmt: skip
    read, words, want = rng.choice(readers)
    more = f"\n    rho = rho.evolve({code2}, [{1 - q}])" if second else ""
    body = f"""
values = []
for p in strengths:
    rho = DensityMatrix(psi).evolve({code1}, [{q}]){more}
    values.append({read})
return np.array(values)
"""
    used = ["DensityMatrix", "Kraus", "PTM", "Pauli", "Statevector", "SuperOp", "concurrence",
            "entanglement_of_formation", "entropy", "mutual_information", "partial_trace",
            "state_fidelity"]  # fmt: skip
    names = [x for x in used if f"{x}(" in body or x == "Statevector"]
    noise = f"{words1} on qubit {q}" + (f" and then {words2} on qubit {1 - q}" if second else "")
    return Instance(
        entry_point=rng.choice(["noise_curve", "decay_curve", "scan_noise"]),
        signature="(psi: Statevector, strengths: list[float]) -> np.ndarray",
        asks=(
            f"A two-qubit Statevector `psi` suffers {noise}. For every p in `strengths` return {words} "
            "of the resulting two-qubit state; the result is an array.",
            f"How fast does {words} of a two-qubit pure state `psi` decay under {noise}? Return an "
            "array with the value for each of the given `strengths` p.",
            f"Scan a noise parameter. Initial state: the Statevector `psi` of two qubits. Noise: "
            f"{noise}. Quantity: {words}. Output: NumPy array, one entry per p in `strengths`.",
        ),
        imports=f"import numpy as np\nfrom qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{HELP}{ENTROPIES}
for turn in range(2):
    v = 0.25 * pure(2) + np.array([1, 0.3, -0.2j, 0.8])
    v /= np.linalg.norm(v)
    strengths = [0.02, 0.11, 0.3]
    got = candidate(Statevector(v), strengths)
    assert np.shape(got) == (3,)
    for p, x in zip(strengths, got):
        r = np.outer(v, v.conj())
        r = {oracle1}
        {"r = " + oracle2 if second else "pass"}
        assert abs(x - ({want})) < 1e-6
""",
        params={"noise": noise, "words": words},
    )


@family(
    "measures",
    "intermediate",
    oracle="value",
    skills=("partial-transpose", "bipartition"),
    why="negativity takes the transposed subsystems; the sum of the other ones gives the same value.",
    tolerance=1e-7,
)
def negativity_across_cuts(rng: Random) -> Instance:
    """Negativities of several bipartitions of a noisy state of three or four qubits."""
    n = rng.choice([3, 4])
    noise = rng.randint(5, 35) / 100
    kind = rng.choice(["each", "one", "list", "min", "log"] + (["pair"] if n == 4 else []))
    part = sorted(rng.sample(range(n), rng.choice([1, 2]) if n == 4 else 1))
    q = part[0]
    others = [x for x in range(n) if x != q]
    other = rng.choice(others)
    neg = "-np.minimum(np.linalg.eigvalsh(turned(r, {})), 0).sum()"
    args = ", ".join(map(str, part))
    table = {
        "each": (f"return {{q: negativity(rho, [q]) for q in {sorted(rng.sample(range(n), n - 1))}}}",
                 "", ""),
        "one": (f"return negativity(rho, {part})",
                f"the negativity of the cut between qubits {part} and the others",
                neg.format(args)),
        "list": (f"return np.array([negativity(rho, [q]) for q in {[q, other]}])",
                 f"an array of the negativities of qubit {q} against the rest and of qubit {other} "
                 "against the rest",
                 f"[{neg.format(q)}, {neg.format(other)}]"),
        "min": (f"return float(np.linalg.eigvalsh(rho.partial_transpose({part}).data)[0])",
                f"the smallest eigenvalue of the partial transpose over qubits {part}",
                f"np.linalg.eigvalsh(turned(r, {args}))[0]"),
        "log": (f"return float(np.log2(2 * negativity(rho, {part}) + 1))",
                f"the logarithmic negativity (base 2) of the cut between qubits {part} and the others",
                f"np.log2(np.abs(np.linalg.eigvalsh(turned(r, {args}))).sum())"),
        "pair": (f"joint = negativity(rho, [{q}])\n"
                 f"alone = negativity(partial_trace(rho, [{other}]), [{q - (other < q)}])\n"
                 "return joint - alone",
                 f"by how much the negativity of qubit {q} against the rest drops when qubit {other} is "
                 "lost (traced out)",
                 f"({neg.format(q)}) + np.minimum(np.linalg.eigvalsh(turned(reduced(r, "
                 f"{[x for x in range(n) if x != other]}), {q - (other < q)})), 0).sum()"),
    }  # fmt: skip
    code, words, want = table[kind]
    if kind == "each":
        chosen = code[code.index("in [") + 3 : -1]
        words = f"a dict from each qubit of {chosen} to its negativity against all other qubits"
        want = f"{{q: -np.minimum(np.linalg.eigvalsh(turned(r, q)), 0).sum() for q in {chosen}}}"
    mix = rng.choice(["white", "zero", "none"])
    front = {
        "white": f"white = DensityMatrix(np.eye(state.dim) / state.dim)\n"
        f"rho = {round(1 - noise, 2)} * DensityMatrix(state) + {noise} * white\n",
        "zero": f'ground = DensityMatrix.from_label("0" * {n})\n'
        f"rho = {round(1 - noise, 2)} * DensityMatrix(state) + {noise} * ground\n",
        "none": "rho = DensityMatrix(state)\n",
    }[mix]
    told = {
        "white": f"{noise} of the maximally mixed state is mixed into it (and {round(1 - noise, 2)} of it "
        "kept)",
        "zero": f"it is replaced by the all-zeros state with probability {noise}",
        "none": "no noise is added",
    }[mix]
    oracle = {
        "white": f"r = {1 - noise} * r + {noise} * np.eye(len(r)) / len(r)",
        "zero": f"r = {1 - noise} * r\n    r[0, 0] += {noise}",
        "none": "pass",
    }[mix]
    body = f"{front}{code}\n"
    more = [x for x in ("negativity", "partial_trace") if f"{x}(" in body]
    compare = (
        "assert set(got) == set(want) and all(abs(got[k] - want[k]) < 1e-7 for k in want)"
        if kind == "each"
        else "assert np.allclose(np.asarray(got), want, atol=1e-7)"
    )
    return Instance(
        entry_point="cut_negativity",
        signature="(state: Statevector)",
        asks=(
            f"Given a pure {n}-qubit state (a Statevector); {told}. Return {words}.",
            f"For a {n}-qubit Statevector `state` compute {words}. Before that, {told}.",
            f"Input: Statevector of {n} qubits. Mixture: {told}. Output: {words}.",
            f"I test how robust the entanglement of {n} qubits is: {told}. I need {words}.",
        ),
        imports=("import numpy as np\n" if "np." in body else "")
        + "from qiskit.quantum_info import "
        + ", ".join(["DensityMatrix", "Statevector", *more]),
        body=body,
        test=f"""{HELP}{ENTROPIES}
for turn in range(3):
    v = pure({n})
    r = np.outer(v, v.conj())
    got = candidate(Statevector(v))
    {oracle}
    want = {want}
    {compare}
""",
        params={"words": words, "mix": mix},
    )


@family(
    "measures",
    "advanced",
    oracle="value",
    skills=("witness", "operators"),
    why="A projector witness is alpha I - |phi><phi| with alpha the largest squared Schmidt "
    "coefficient of phi.",
    tolerance=1e-7,
)
def entanglement_witness(rng: Random) -> Instance:
    """An entanglement witness built for a target state, and what it tells about a state."""
    n = rng.choice([3, 4])
    part = sorted(rng.sample(range(n), 1 if n == 3 else rng.choice([1, 2])))
    side = "qubit " + " and ".join(map(str, part)) if n == 3 else f"qubits {part}"
    build = rng.choice(["projector", "transpose"])
    kind = rng.choice(
        ["value", "operator", "flag", "threshold", "margin", "floor"]
        + (["scaled"] if build == "projector" else [])
    )
    if build == "projector":
        body = f"""
coefficients = [term[0] for term in schmidt_decomposition(target, {part})]
alpha = max(coefficients) ** 2
witness = Operator(alpha * np.eye(target.dim)) - target.to_operator()
"""
        told = (
            f"W = a I - |t><t|, a being the largest squared Schmidt coefficient of the target |t> with "
            f"respect to {side} and the rest"
        )
        oracle = (
            f"w = np.linalg.eigvalsh(reduced(np.outer(t, t.conj()), {part}))[-1] * np.eye({2**n}) - "
            "np.outer(t, t.conj())"
        )
    else:
        body = f"""
transposed = DensityMatrix(target).partial_transpose({part})
vector = Statevector(np.linalg.eigh(transposed.data)[1][:, 0])
witness = DensityMatrix(vector).partial_transpose({part}).to_operator()
"""
        told = (
            f"W = the partial transpose over {side} of |e><e|, where |e> is the eigenvector of "
            f"the lowest eigenvalue of the partial transpose (over {side}) of the target's "
            "density matrix"
        )
        oracle = (
            f"e = np.linalg.eigh(turned(np.outer(t, t.conj()), *{part}))[1][:, 0]\n"
            f"    w = turned(np.outer(e, e.conj()), *{part})"
        )
    readers = {
        "value": ("return float(np.real(rho.expectation_value(witness)))",
                  "the expectation value Tr(W rho) as a float", "np.trace(w @ r).real"),
        "operator": ("return witness if np.real(rho.expectation_value(witness)) < 0 else None",
                     "W as an Operator if Tr(W rho) < 0, else None",
                     "w if np.trace(w @ r).real < 0 else None"),
        "flag": ("return SparsePauliOp.from_operator(witness)",
                 "W as a SparsePauliOp (its expansion in Pauli strings)", "w"),
        "floor": ("return float(np.linalg.eigvalsh(witness.data)[0])", "the lowest eigenvalue of W "
                  "(`rho` is not needed then)", "np.linalg.eigvalsh(w)[0]"),
        "scaled": ("scale = np.real(np.trace(witness.data))\n"
                   "return float(np.real(rho.expectation_value(witness)) / scale)",
                   "Tr(W rho) after W has been scaled to unit trace",
                   "np.trace(w @ r).real / np.trace(w).real"),
        "threshold": ("pure = np.real(target.expectation_value(witness))\n"
                      "return float(np.real(rho.expectation_value(witness)) / pure)",
                      "the ratio of Tr(W rho) to the value <t|W|t> on the target",
                      "np.trace(w @ r).real / np.vdot(t, w @ t).real"),
        "margin": ("white = np.real(np.trace(witness.data)) / target.dim\n"
                   "pure = np.real(rho.expectation_value(witness))\n"
                   "return float(max(0.0, pure / (pure - white)))",
                   "the largest weight p of white noise for which the mixture (1 - p) rho + p I/d still "
                   "has Tr(W ...) <= 0 (zero where rho itself is not detected)",
                   "max(0, np.trace(w @ r).real / (np.trace(w @ r).real - np.trace(w).real / len(w)))"),
    }  # fmt: skip
    read, words, want = readers[kind]
    body += read + "\n"
    if kind == "margin":
        body = body.replace(
            "return float(max(0.0, pure / (pure - white)))",
            "return float(pure / (pure - white)) if pure < 0 else 0.0",
        )
        want = f"({want}) if np.trace(w @ r).real < 0 else 0"
    names = ["DensityMatrix", "Operator", "SparsePauliOp", "Statevector", "schmidt_decomposition"]
    names = [x for x in names if f"{x}(" in body or x in ("DensityMatrix", "Statevector")
             or f"{x}." in body]  # fmt: skip
    compare = (
        "assert (got is None) == (want is None)\n        if got is not None:\n            assert "
        "isinstance(got, Operator) and np.allclose(got.data, want, atol=1e-7)"
        if kind == "operator"
        else (
            "assert isinstance(got, SparsePauliOp) and np.allclose(got.to_matrix(), want, atol=1e-5)"
            if kind == "flag"
            else "assert abs(got - want) < 1e-7"
        )
    )
    return Instance(
        entry_point="witness_check",
        signature="(target: Statevector, rho: DensityMatrix)",
        asks=(
            f"Build an entanglement witness for {n} qubits: {told}. For the DensityMatrix `rho` return "
            f"{words}.",
            f"`target` is an entangled pure {n}-qubit state |t>, `rho` a DensityMatrix from an "
            f"experiment. With {told}, give {words}.",
            f"Detect entanglement of {n} qubits without tomography. Witness: {told}. Result: {words}.",
            f"How do I turn a target Statevector ({n} qubits) into a witness and apply it to rho? I mean "
            f"{told}. The function returns {words}.",
        ),
        imports=f"import numpy as np\nfrom qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{HELP}{ENTROPIES}
from qiskit.quantum_info import SparsePauliOp
for turn in range(3):
    t = 0.4 * pure({n})
    t[[0, -1]] += [0.8, 0.5j]
    t /= np.linalg.norm(t)
    for p in (0.08, 0.2, 0.5, 0.95):
        r = (1 - p) * np.outer(t, t.conj()) + p * mixed({n})
        got = candidate(Statevector(t), DensityMatrix(r))
        {oracle.replace(chr(10), chr(10) + "    ")}
        want = {want}
        {compare}
""",
        params={"told": told, "words": words},
    )
