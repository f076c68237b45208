"""Measures of states and probability distributions."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.states import HELP

ENTROPIES = """
def sent(m, base=2):
    return -sum(w * np.log(w) / np.log(base) for w in np.linalg.eigvalsh(m) if w > 1e-14)
def root(m):
    w, u = np.linalg.eigh(m)
    return (u * np.sqrt(np.maximum(w, 0))) @ u.conj().T
def fid(a, b):
    return np.linalg.norm(root(a) @ root(b), "nuc") ** 2
def turned(r, *qubits):
    n = len(r).bit_length() - 1
    for q in qubits:
        r = np.swapaxes(r.reshape([2] * 2 * n), n - 1 - q, 2 * n - 1 - q)
    return r.reshape(2**n, 2**n)
def conc(r):
    y = np.kron(word("Y"), word("Y"))
    w = np.sqrt(np.maximum(np.sort(np.linalg.eigvals(r @ y @ r.conj() @ y).real), 0))
    return max(0, w[3] - w[2] - w[1] - w[0])
"""


def _measure(rng: Random, a: int, b: int, n: int) -> tuple[str, str, str]:
    """(code, words, oracle) of a measure of the two-qubit state `pair`; `r` in the oracle."""
    base = rng.choice([2, 3, 4, 10])
    logs = f"logarithms to base {base}"
    label = rng.choice(["0+", "+1", "r0", "1r", "+r", "r-"])
    kets = {"0": "[1, 0]", "1": "[0, 1]", "+": "[1, 1]", "-": "[1, -1]", "r": "[1, 1j]"}
    ket = f"np.kron({kets[label[0]]}, {kets[label[1]]})"
    table = [
        (f"entropy(pair, base={base})", f"its von Neumann entropy ({logs})", f"sent(r, {base})"),
        (
            f"mutual_information(pair, base={base})",
            f"the mutual information of its two qubits ({logs})",
            f"sent(reduced(r, [0]), {base}) + sent(reduced(r, [1]), {base}) - sent(r, {base})",
        ),
        ("concurrence(pair)", "its concurrence", "conc(r)"),
        ("concurrence(pair) ** 2", "its tangle (squared concurrence)", "conc(r) ** 2"),
        (
            "entanglement_of_formation(pair)",
            "its entanglement of formation in ebits",
            "sent(np.diag([(1 + (1 - conc(r) ** 2) ** 0.5) / 2, (1 - (1 - conc(r) ** 2) ** 0.5) / 2]))",
        ),
        ("float(np.real(purity(pair)))", "its purity", "np.trace(r @ r).real"),
        (
            "float((4 / 3) * (1 - np.real(purity(pair))))",
            "its normalised linear entropy (4/3)(1 - Tr rho^2)",
            "4 / 3 * (1 - np.trace(r @ r).real)",
        ),
        (
            f'state_fidelity(pair, Statevector.from_label("{label}"))',
            f"its fidelity with the product state |{label}> (right character: the lower qubit)",
            f"np.vdot({ket}, r @ {ket}).real / np.vdot({ket}, {ket}).real",
        ),
        (
            f"shannon_entropy(pair.probabilities(), base={base})",
            f"the Shannon entropy of its outcome distribution in the computational basis ({logs})",
            f"sent(np.diag(np.diag(r)), {base})",
        ),
        (
            "float(np.sum(np.abs(pair.data)) - np.sum(pair.probabilities()))",
            "its l1 coherence (the sum of the moduli of all off-diagonal elements)",
            "np.abs(r).sum() - 1",
        ),
        (
            "shannon_entropy(pair.probabilities()) - entropy(pair)",
            "its relative entropy of coherence in bits (entropy of the diagonal minus entropy)",
            "sent(np.diag(np.diag(r))) - sent(r)",
        ),
    ]
    return rng.choice(table)


@family(
    "measures",
    "intermediate",
    oracle="value",
    skills=("partial-trace", "entropy", "entanglement"),
    why="partial_trace takes the subsystems that are traced out; entropies take the base of the log.",
    tolerance=1e-6,
)
def pair_measure(rng: Random) -> Instance:
    """A measure of two qubits inside a larger state."""
    n = rng.choice([3, 3, 4])
    a, b = sorted(rng.sample(range(n), 2))
    code, words, want = _measure(rng, a, b, n)
    noise = rng.choice([0, 0, rng.randint(5, 30) / 100])
    given = rng.choice(["Statevector", "DensityMatrix", "QuantumCircuit"])
    rest = [q for q in range(n) if q not in (a, b)]
    source = "Statevector(state)" if given == "QuantumCircuit" else "state"
    body = f"pair = partial_trace({source}, {rest})\n"
    told = f"qubits {a} and {b}"
    if noise:
        keep = round(1 - noise, 2)
        body += f"pair = {keep} * pair + {noise} * DensityMatrix(np.eye(4) / 4)\n"
        told += f", after white noise: {keep} times their state plus {noise} times I/4"
    body += f"return {code}\n"
    used = ["DensityMatrix", "Statevector", "concurrence", "entanglement_of_formation", "entropy",
            "mutual_information", "negativity", "partial_trace", "purity", "shannon_entropy",
            "state_fidelity"]  # fmt: skip
    names = [x for x in used if f"{x}(" in body.replace("shannon_entropy(", "shannon_(")
             or f"{x}." in body or x == given
             or (x == "shannon_entropy" and x in body)]  # fmt: skip
    imports = ["import numpy as np"] if "np." in body else []
    imports += ["from qiskit import QuantumCircuit"] if given == "QuantumCircuit" else []
    imports.append(f"from qiskit.quantum_info import {', '.join(names)}")
    make = {
        "Statevector": "state = Statevector(v)\n    r = np.outer(v, v.conj())",
        "DensityMatrix": f"r = 0.9 * np.outer(v, v.conj()) + 0.1 * mixed({n})\n"
        "    state = DensityMatrix(r)",
        "QuantumCircuit": f"state = QuantumCircuit({n})\n    state.append(library.StatePreparation(v), "
        f"range({n}))\n    r = np.outer(v, v.conj())",
    }[given]
    about = {
        "Statevector": f"a {n}-qubit Statevector",
        "DensityMatrix": f"a {n}-qubit DensityMatrix",
        "QuantumCircuit": f"a {n}-qubit circuit without measurements (its state is the output from all "
        "zeros)",
    }[given]
    entangling = f"({0.2 if given == 'DensityMatrix' else 0.35}) * pure({n})"
    return Instance(
        entry_point=rng.choice(["pair_measure", "two_qubit_figure", "measure_of_pair"]),
        signature=f"(state: {given}) -> float",
        asks=(
            f"`state` is {about}. Return for the reduced state of {told}: {words}.",
            f"Reduce {about} to {told}. Of this two-qubit state I need {words} as a float.",
            f"Input `state`: {about}. Compute, for {told} (everything else traced out), {words}.",
            f"We monitor only two qubits of {n}: {told}. Write the function that returns {words}, given "
            f"{about}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{HELP}{ENTROPIES}
from qiskit import QuantumCircuit
for turn in range(3):
    m = np.array([[1, 0, 0, 1], [0, 1, 1, 0], [0, 1, -1, 0], [1, 0, 0, -1]]) / 2**0.5
    v = full(m, [{b}, {a}], {n})[:, 0]
    v = full(library.RYGate(0.4 + 0.3 * turn).to_matrix(), [{a}], {n}) @ v + {entangling}
    v /= np.linalg.norm(v)
    {make}
    r = reduced(r, [{a}, {b}])
    r = (1 - {noise}) * r + {noise} * np.eye(4) / 4
    assert abs(candidate(state) - ({want})) < 1e-6
""",
        params={"qubits": [a, b], "noise": noise, "words": words},
    )


@family(
    "measures",
    "intermediate",
    oracle="value",
    skills=("schmidt", "bipartition"),
    why="schmidt_decomposition returns (coefficient, vector of A, vector of B), B being the qubits "
    "that are named.",
    tolerance=1e-7,
)
def schmidt_analysis(rng: Random) -> Instance:
    """What the Schmidt decomposition of a pure state across a cut tells."""
    n = rng.choice([3, 4])
    size = rng.choice([1, 2])
    part = sorted(rng.sample(range(n), size))
    k = rng.choice([1, 2]) if 2 <= size <= n - 2 else 1
    base = rng.choice([2, 3, 10])
    cut = rng.randint(3, 30) / 100
    parts = "qubit " + str(part[0]) if size == 1 else f"qubits {part[0]} and {part[1]}"
    table = [
        ("np.sort([c for c, _, _ in terms])[::-1]",
         "the Schmidt coefficients in descending order as an array", "s"),
        ("np.sort([-np.log(c**2) for c, _, _ in terms])",
         "the entanglement spectrum (-ln of the squared Schmidt coefficients) in ascending order",
         "-np.log(s**2)"),
        (f"shannon_entropy([c**2 for c, _, _ in terms], base={base})",
         f"the entanglement entropy across the cut with logarithms to base {base}",
         f"-(s**2 @ np.log(s**2)) / np.log({base})"),
        ("float(1 / sum(c**4 for c, _, _ in terms))",
         "the participation number 1 / sum of the fourth powers of the Schmidt coefficients",
         "1 / (s**4).sum()"),
        (f"sum(1 for c, _, _ in terms if c > {cut})",
         f"the number of Schmidt coefficients above {cut}", f"int((s > {cut}).sum())"),
        (f"float(sum(sorted((c**2 for c, _, _ in terms), reverse=True)[{k}:]))",
         f"the weight (sum of squared coefficients) lost when only the {k} largest Schmidt term(s) "
         "are kept", f"(s[{k}:] ** 2).sum()"),
        ("max(terms, key=lambda term: term[0])[2]",
         f"the Schmidt vector of {parts} that belongs to the largest coefficient, as a Statevector "
         "(free global phase)", "vec"),
        ("max(terms, key=lambda term: term[0])[1]",
         f"the Schmidt vector of all qubits except {parts} that belongs to the largest coefficient, "
         "as a Statevector (free global phase)", "rest"),
        ("float(np.log2(sum(c for c, _, _ in terms) ** 2))",
         "the logarithmic negativity across the cut, i.e. log2 of the squared sum of the Schmidt "
         "coefficients", "2 * np.log2(s.sum())"),
    ]  # fmt: skip
    code, words, want = rng.choice(table)
    extra, told, oracle = rng.choice(
        [
            ("", "", ""),
            ("state = state.reverse_qargs()\n", "Reverse the qubit order of `state` first. ",
             f"v = v.reshape([2] * {n}).T.reshape(-1)"),
            (f"state = state.evolve(CZGate(), [{part[0]}, {next(q for q in range(n) if q not in part)}])\n",
             f"First apply a CZ gate between qubit {part[0]} and qubit "
             f"{next(q for q in range(n) if q not in part)}. ",
             f"v = act(v, np.diag([1, 1, 1, -1]), "
             f"[{part[0]}, {next(q for q in range(n) if q not in part)}])"),
        ]
    )  # fmt: skip
    body = f"{extra}terms = schmidt_decomposition(state, {part})\nreturn {code}\n"
    imports = ["import numpy as np"] if "np." in body else []
    imports += ["from qiskit.circuit.library import CZGate"] if "CZ" in body else []
    more = ", shannon_entropy" if "shannon" in body else ""
    imports.append(f"from qiskit.quantum_info import Statevector, schmidt_decomposition{more}")
    compare = (
        f"assert abs(abs(np.vdot(got.data, {want})) - 1) < 1e-6 and isinstance(got, Statevector)"
        if want in ("vec", "rest")
        else f"assert np.allclose(np.asarray(got), {want}, atol=1e-7)"
    )
    far = [q for q in range(n) if q not in part]
    axes = [n - 1 - q for q in reversed(part)] + [n - 1 - q for q in reversed(far)]
    return Instance(
        entry_point="across_cut",
        signature="(state: Statevector)",
        asks=(
            f"{told}Split the {n}-qubit Statevector `state` into {parts} against the others and return "
            f"{words}.",
            f"For a pure state of {n} qubits (a Statevector) and the bipartition {part} | {far}: {told}"
            f"Then return {words}, from a Schmidt decomposition.",
            f"{told}How entangled are {parts} with the rest of this {n}-qubit Statevector? Give {words}.",
            f"Argument: Statevector on {n} qubits. {told}Cut: {parts} on one side. Result: {words}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{HELP}
for scale in (0.3, 0.6, 1.0, 1.4):
    v = scale * pure({n}) + np.eye({2**n})[{2**n - 3}]
    v /= np.linalg.norm(v)
    got = candidate(Statevector(v))
    {oracle or "pass"}
    t = v.reshape([2] * {n}).transpose({axes})
    u, s, w = np.linalg.svd(t.reshape({2**size}, -1), full_matrices=False)
    vec, rest = u[:, 0], w[0]
    {compare}
""",
        params={"part": part, "words": words, "first": told},
    )


@family(
    "measures",
    "basic",
    oracle="value",
    skills=("counts", "distributions"),
    why="hellinger_* and average_data take dictionaries of counts as they are.",
    tolerance=1e-9,
)
def distribution_figures(rng: Random) -> Instance:
    """Distances of counts, entropies and averages over them."""
    n = rng.choice([2, 3])
    keys = [format(k, f"0{n}b") for k in range(2**n)]
    values = [rng.randint(-9, 9) / 2 for _ in keys]
    while len(set(values)) < 3:
        values = [rng.randint(-9, 9) / 2 for _ in keys]
    ideal = {k: rng.randint(1, 9) for k in rng.sample(keys, 3)}
    total = sum(ideal.values())
    ideal = {k: round(v / total, 3) for k, v in ideal.items()}
    ideal[max(ideal)] = round(1 - sum(v for k, v in ideal.items() if k != max(ideal)), 3)
    base = rng.choice([2, 3, 10])
    mask = rng.choice([3, 5, 6, 1] if n == 3 else [3, 2, 1])
    where = " and ".join(str(q) for q in range(n) if mask >> q & 1)
    zs = "".join("Z" if mask >> q & 1 else "I" for q in reversed(range(n)))
    floor = rng.randint(2, 9)
    pre = rng.choice(["none", "drop", "flip"])
    front = {
        "none": "",
        "drop": f"counts = {{key: value for key, value in counts.items() if value >= {floor}}}\n",
        "flip": "counts = {key[::-1]: value for key, value in counts.items()}\n",
    }[pre]
    told = {
        "none": "",
        "drop": f"Entries with fewer than {floor} counts are dropped before anything else. ",
        "flip": "The bit strings of `counts` come with qubit 0 on the left and have to be reversed into "
        "Qiskit's order first. ",
    }[pre]
    oracle = {
        "none": "c = dict(counts)",
        "drop": f"c = {{k: x for k, x in counts.items() if x >= {floor}}}",
        "flip": "c = {k[::-1]: x for k, x in counts.items()}",
    }[pre]
    overlap = f"sum((c.get(k, 0) / s * w) ** 0.5 for k, w in {ideal}.items())"
    table = [
        (f"return hellinger_fidelity(counts, {ideal})",
         f"the Hellinger fidelity of the counts with the distribution {ideal}", f"{overlap} ** 2"),
        (f"return hellinger_distance(counts, {ideal})",
         f"the Hellinger distance of the counts from the distribution {ideal}",
         f"(1 - {overlap}) ** 0.5"),
        (f"return average_data(counts, {values})",
         f"the mean of the diagonal observable with the eigenvalues {values} (in the order of the "
         "integer that the bit string spells)",
         f"sum({values}[int(k, 2)] * x for k, x in c.items()) / s"),
        (f'signs = {{key: (-1) ** sum(int(bit) for bit, pauli in zip(key, "{zs}") if pauli == "Z")'
         " for key in counts}\nreturn average_data(counts, signs)",
         f"the expectation value of Z on qubit(s) {where} (a product; the last character is qubit 0)",
         f"sum((-1) ** bin(int(k, 2) & {mask}).count('1') * x for k, x in c.items()) / s"),
        (f"total = sum(counts.values())\n"
         f"return shannon_entropy([value / total for value in counts.values()], base={base})",
         f"the Shannon entropy of the relative frequencies with logarithms to base {base}",
         f"-sum(x / s * np.log(x / s) for x in c.values()) / np.log({base})"),
        (f"uniform = {{format(k, '0{n}b'): 1 for k in range({2**n})}}\n"
         "return hellinger_fidelity(counts, uniform)",
         f"the Hellinger fidelity with the uniform distribution over all {n}-bit strings",
         f"sum((x / s) ** 0.5 for x in c.values()) ** 2 / {2**n}"),
        (f"total = sum(counts.values())\n"
         f"return {n} - shannon_entropy([value / total for value in counts.values()])",
         f"the number of bits by which the Shannon entropy of the frequencies falls short of {n}",
         f"{n} + sum(x / s * np.log2(x / s) for x in c.values())"),
    ]  # fmt: skip
    even = ("Shannon", "uniform")  # the same for reversed strings
    code, words, want = rng.choice(
        [row for row in table if pre != "flip" or not any(word in row[1] for word in even)]
    )
    names = ["average_data", "hellinger_distance", "hellinger_fidelity", "shannon_entropy"]
    return Instance(
        entry_point=rng.choice(["figure_of_counts", "evaluate_counts", "summarise"]),
        signature="(counts: dict[str, int]) -> float",
        asks=(
            f"`counts` maps {n}-bit outcome strings to how often they were seen. {told}Return {words}.",
            f"From a counts dictionary over {n} qubits, compute {words}. {told}",
            f"{told}Given counts of {n}-qubit measurements, which may lack outcomes, I need {words}.",
            f"Write a small evaluation of measurement counts ({n} bits per key, not every key needs to be "
            f"present): it returns {words}. {told}",
        ),
        imports=f"from qiskit.quantum_info import {', '.join(x for x in names if x in code)}",
        body=f"{front}{code}\n",
        test=f"""
import numpy as np
rng = np.random.default_rng(np.random.randint(2**31))
for missing in (1, 0, 0):
    counts = {{k: int(x) for k, x in zip({keys}, rng.integers(20, 400, {2**n}))}}
    if missing:
        counts["{keys[1]}"] = {floor - 1}
        counts["{keys[-2]}"] = {floor}
        del counts["{keys[0]}"]
    {oracle}
    s = sum(c.values())
    want = {want}
    assert abs(candidate(dict(counts)) - want) < 1e-9
""",
        params={"words": words, "before": pre},
    )
