"""Random sequences of group elements and ensembles of random objects."""

from random import Random

from qspark.data.families.base import Instance, angle, family
from qspark.data.families.measures import ENTROPIES
from qspark.data.families.paulis import letters
from qspark.data.families.quantum_random import MORE
from qspark.data.families.states import HELP

GATES = {"CXGate": "CNOT", "CZGate": "CZ", "CYGate": "controlled Y", "SXGate": "square-root-of-X",
         "SGate": "S", "HGate": "Hadamard"}  # fmt: skip


@family(
    "quantum_random",
    "advanced",
    oracle="unitary",
    skills=("randomized-benchmarking", "inverse", "seeds"),
    why="The last gate of a benchmarking sequence is the adjoint of the product of all before it.",
    tolerance=1e-7,
)
def benchmarking_sequence(rng: Random) -> Instance:
    """Random sequences of group elements that add up to a wanted operation."""
    dihedral = rng.random() < 0.3
    group = "CNOTDihedral" if dihedral else "Clifford"
    draw = "random_cnotdihedral" if dihedral else "random_clifford"
    n = 2 if dihedral else rng.choice([1, 2, 2])
    one = n == 1
    gate = (
        "CXGate" if dihedral else rng.choice(["SXGate", "SGate", "HGate"] if one else sorted(GATES))
    )
    a, b = rng.sample(range(n), 2) if n > 1 else (0, 0)
    at = f"[{a}, {b}]" if gate[0] == "C" else f"[{a}]"
    where = f" with control {a} and target {b}" if gate[0] == "C" else f" on qubit {a}"
    use = rng.choice(
        ["plain", "interleaved", "interleaved", "mirror"] + ([] if dihedral else ["target"] * 2)
    )
    last = "".join(rng.choice("XYZHS") for _ in range(n))
    while n > 1 and last == last[::-1]:
        last = "".join(rng.choice("XYZHS") for _ in range(n))
    u_gate = f"full(library.{gate}().to_matrix(), {at}, {n})"
    extra = f"    circuit.append({gate}(), {at})\n"
    more = f"    total = total.compose({group}({gate}()), qargs={at})\n"
    if dihedral:
        more = f"    step = QuantumCircuit(2)\n    step.cx({a}, {b})\n"
        more += f"    total = total.compose({group}(step))\n"
    inter = use == "interleaved"
    keep = use != "mirror"
    lines = "generator = np.random.default_rng(seed)\n"
    lines += f"circuit = QuantumCircuit({n})\n"
    lines += f"total = {group}(QuantumCircuit({n}))\n" if keep else ""
    lines += f"for _ in range(length):\n    element = {draw}({n}, seed=generator)\n"
    lines += f"    circuit.append(element.to_instruction(), range({n}))\n"
    lines += "    total = total.compose(element)\n" if keep else ""
    lines += (extra + more) if inter else ""
    lines += "    circuit.barrier()\n"
    close = f"circuit.append(total.adjoint().to_instruction(), range({n}))\n"
    named = f"a {GATES[gate]} gate{where}"
    tail, told, want, size = {
        "plain": (close,
        "does nothing as a whole (up to a global phase): the last instruction is the inverse "
                  "of the product of the others", f"np.eye({2**n})", "length + 1"),
        "interleaved": (close, f"has {named} after each of them, before the barrier, and does nothing as a "
                        "whole (up to a global phase), because one last instruction undoes everything",
                        f"np.eye({2**n})", "2 * length + 1"),
        "target": (f'closing = total.adjoint().compose(Clifford.from_label("{last}"))\n'
                   f"circuit.append(closing.to_instruction(), range({n}))\n",
                   f"acts as a whole like the operator with the label {last} (qubit 0 on the right, up to a "
                   "global phase), thanks to one closing Clifford instruction",
                   f"Operator.from_label('{last}').data", "length + 1"),
        "mirror": (f"mirrored = circuit.inverse()\ncircuit.append({gate}(), {at})\n"
                   "circuit.compose(mirrored, inplace=True)\n",
                   f"is continued by {named} and then by the inverse of the first part, instruction by "
                   "instruction in reverse order", f"u.conj().T @ {u_gate} @ u", "2 * length + 1"),
    }[use]  # fmt: skip
    measured = rng.random() < 0.4
    body = (
        lines
        + tail
        + ("circuit.measure_all()\nreturn circuit\n" if measured else "return circuit\n")
    )
    names = sorted({draw} | ({group} if keep else set()), key=str.lower)
    gates = [gate] if f"{gate}(" in body else []
    told += "; at the end all qubits are measured with measure_all" if measured else ""
    what = {1: "one qubit", 2: "two qubits", 3: "three qubits"}[n]
    kind = f"random elements of the {'CNOT-dihedral' if dihedral else 'Clifford'} group"
    strip = ".remove_final_measurements(inplace=False)" if measured else ""
    return Instance(
        entry_point=rng.choice(["benchmark_circuit", "rb_sequence", "random_sequence"]),
        signature="(length: int, seed: int) -> QuantumCircuit",
        asks=(
            f"Build a circuit on {what} of `length` {kind} ({draw}, all from one NumPy generator seeded with "
            f"`seed`), each a single instruction followed by a barrier. The circuit {told}.",
            f"Randomised benchmarking on {what}: append `length` {kind} as instructions, with a "
            f"barrier after "
            f"each, all determined by `seed` (use {draw}), so that the circuit {told}.",
            f"Return a QuantumCircuit of {what}: `length` {kind}, chosen reproducibly by `seed` with {draw}, "
            f"one instruction and one barrier each; it {told}.",
        ),
        imports="import numpy as np\nfrom qiskit import QuantumCircuit\n"
        + (f"from qiskit.circuit.library import {gates[0]}\n" if gates else "")
        + f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{HELP}{MORE}
def first_part(qc, count):
    part, seen = qc.copy_empty_like(), 0
    for item in qc.data:
        if item.operation.name == "barrier":
            seen += 1
        elif seen < count:
            part.append(item.operation, item.qubits)
    return Operator(part).data
def shape(m):
    lead = m.ravel()[np.argmax(np.abs(m.ravel()) > 0.1)]
    return str(np.round(m * np.conj(lead) / abs(lead), 4) + 0.0)
prints = []
for length, seed in ((2, 5), (6, 11), (6, 12)):
    qc = candidate(length, seed)
    assert {"qc.count_ops()['measure'] == " + str(n) if measured else "qc.num_clbits == 0"}
    qc = qc{strip}
    names = [item.operation.name for item in qc.data]
    assert qc.num_qubits == {n} and names.count("barrier") >= length
    assert len(names) - names.count("barrier") == {size}
    u = first_part(qc, length)
    assert Operator(qc).equiv(Operator({want}), rtol=0, atol=1e-7)
    prints.append([shape(first_part(qc, k)) for k in range(1, length + 1)])
    if {inter}:
        steps = [k for k in qc.data if k.operation.name != "barrier"][1:-1:2]
        for step in steps:
            part = qc.copy_empty_like()
            part.append(step.operation, step.qubits)
            assert Operator(part).equiv(Operator({u_gate}))
assert prints[1] != prints[2] and len(set(prints[1])) > 2
again = candidate(2, 5){strip}
assert shape(first_part(again, 2)) == prints[0][-1]
""",
        params={"use": use, "gate": gate, "group": group, "measured": measured},
    )


# (call with the generator, words, figures): a figure is (expression, words, oracle).
KINDS = {
    "random_statevector(4, seed=generator)": "Haar-random two-qubit Statevectors (random_statevector)",
    "random_statevector(8, seed=generator)": "Haar-random three-qubit Statevectors (random_statevector)",
    "random_density_matrix(4, rank=2, seed=generator)":
        "two-qubit density matrices of rank 2 (random_density_matrix, default method)",
    'random_density_matrix(4, method="Bures", seed=generator)':
        "two-qubit density matrices from the Bures measure (random_density_matrix)",
    "random_unitary(4, seed=generator)": "Haar-random two-qubit unitaries (random_unitary)",
    "random_hermitian(4, seed=generator)": "random Hermitian operators of dimension 4 (random_hermitian)",
    "random_quantum_channel(2, 2, rank=2, seed=generator)":
        "random one-qubit channels of rank 2 (random_quantum_channel)",
}  # fmt: skip


@family(
    "quantum_random",
    "advanced",
    oracle="value",
    skills=("ensembles", "seeds", "statistics"),
    why="One Generator passed to every call gives independent but reproducible draws.",
    tolerance=1e-7,
)
def ensemble_statistics(rng: Random) -> Instance:
    """A statistic of a figure over an ensemble of random objects."""
    call = rng.choice(sorted(KINDS))
    words = KINDS[call]
    label, t = letters(rng, 3 if "8" in call else 2), angle(rng)
    base = rng.choice([2, 3, 10])
    q = rng.randrange(2)
    n = 3 if "8" in call else 2
    left = [k for k in range(n) if k != q]
    if "state" in call or "density" in call:
        r = "np.outer(x.data, x.data.conj())" if "state" in call else "x.data"
        figures = [
            (f"entropy(partial_trace(thing, {left}), base={base})",
             f"the entropy of qubit {q} (logarithms to base {base})", f"sent(reduced({r}, [{q}]), {base})"),
            (f"np.real(partial_trace(thing, {left}).purity())", f"the purity of qubit {q}",
             f"np.trace(np.linalg.matrix_power(reduced({r}, [{q}]), 2)).real"),
            (f'np.real(thing.expectation_value(Pauli("{label}")))', f"the expectation value of {label}",
             f"np.trace({r} @ word('{label}')).real"),
            (f"shannon_entropy(thing.probabilities(), base={base})",
             f"the Shannon entropy (base {base}) of the outcome distribution in the computational basis",
             f"sent(np.diag(np.diag({r})), {base})"),
            (f"thing.probabilities([{q}])[1]", f"the probability of the outcome 1 on qubit {q}",
             f"reduced({r}, [{q}])[1, 1].real"),
        ]  # fmt: skip
        if n == 2:
            figures.append(("concurrence(thing)", "the concurrence", f"conc({r})"))
    elif "unitary" in call:
        figures = [
            ("abs(np.trace(thing.data)) ** "
             "2",
             "the squared modulus of the trace", "abs(np.trace(x.data)) ** 2"),
            (f"process_fidelity(thing, Operator(CPhaseGate({t})))",
             f"the process fidelity with CPhase({t})",
             f"abs(np.trace(library.CPhaseGate({t}).to_matrix().conj().T @ x.data)) ** 2 / 16"),
            ("average_gate_fidelity(thing)", "the average gate fidelity with the identity",
             "(abs(np.trace(x.data)) ** 2 + 4) / 20"),
            (f'abs(np.trace(thing.data @ Pauli("{label}").to_matrix())) / 4',
             f"the modulus of the coefficient of {label}", f"abs(np.trace(x.data @ word('{label}'))) / 4"),
        ]  # fmt: skip
    elif "hermitian" in call:
        figures = [
            (
                "np.linalg.eigvalsh(thing.data)[0]",
                "the lowest eigenvalue",
                "np.linalg.eigvalsh(x.data)[0]",
            ),
            (
                "np.diff(np.linalg.eigvalsh(thing.data))[0]",
                "the gap between the two lowest eigenvalues",
                "np.diff(np.linalg.eigvalsh(x.data))[0]",
            ),
            (
                f'np.real(np.trace(thing.data @ Pauli("{label}").to_matrix())) / 4',
                f"the coefficient of {label}",
                f"np.trace(x.data @ word('{label}')).real / 4",
            ),
            (
                "np.linalg.norm(thing.data)",
                "the Frobenius norm",
                "np.sqrt((abs(x.data) ** 2).sum())",
            ),
        ]
    else:
        sup = "SuperOp(x).data"
        figures = [
            ("process_fidelity(thing)", "the process fidelity with the identity",
             f"np.trace({sup}).real / 4"),
            (f"average_gate_fidelity(thing, Operator(RXGate({t})))",
             f"the average gate fidelity with RX({t})",
             f"(np.trace(np.kron(library.RXGate({t}).to_matrix().conj(), library.RXGate({t}).to_matrix())"
             f".conj().T @ {sup}).real / 2 + 1) / 3"),
            ("entropy(DensityMatrix(Choi(thing).data / "
             "2))",
             "the entropy (bits) of the normalised Choi matrix",
             "sent(Choi(x).data / 2)"),
            ("np.real(np.linalg.det(PTM(thing).data[1:, 1:]))",
             "the determinant of the 3 x 3 block of the Pauli transfer matrix that acts on Bloch vectors",
             f"np.linalg.det([[np.trace(word(a) @ ({sup} @ word(b).T.reshape(-1)).reshape(2, 2).T).real / 2 "
             "for b in 'XYZ'] for a in 'XYZ'])"),
        ]  # fmt: skip
    figure, what, oracle = rng.choice(figures)
    low = rng.choice([5, 10, 25, 75, 90])
    reducers = [
        ("return float(np.mean(values))", "the mean of", "np.mean(w)"),
        ("return float(np.std(values, ddof=1))", "the sample standard deviation (with n - 1) of",
         "np.sqrt(((w - w.mean()) ** 2).sum() / (len(w) - 1))"),
        ("return float(np.median(values))", "the median of", "np.median(w)"),
        ("return "
         "int(np.argmax(values))",
         "the number (from zero, in the order of drawing) of the object with "
         "the largest value of", "int(np.argmax(w))"),
        ("return np.sort(values)", "the sorted array of the values of", "np.sort(w)"),
        (f"return float(np.percentile(values, {low}))", f"the {low}th percentile (linear interpolation) of",
         f"np.percentile(w, {low})"),
        ("return float(np.std(values, ddof=1) / np.sqrt(samples))", "the standard error (sample standard "
         "deviation with n - 1, divided by the square root of n) of the mean of",
         "np.sqrt(((w - w.mean()) ** 2).sum() / (len(w) - 1) / len(w))"),
    ]  # fmt: skip
    end, how, want = rng.choice(reducers)
    body = f"""
generator = np.random.default_rng(seed)
values = []
for _ in range(samples):
    thing = {call}
    values.append({figure})
{end}
"""
    used = ["Choi", "DensityMatrix", "Operator", "PTM", "Pauli", "average_gate_fidelity", "concurrence",
            "entropy", "partial_trace", "process_fidelity", "shannon_entropy"]  # fmt: skip
    text = body.replace("shannon_entropy(", "shannon_x(")
    names = [x for x in used if f"{x}(" in text] + (
        ["shannon_entropy"] if "shannon" in body else []
    )
    names = sorted([*names, call.partition("(")[0]], key=str.lower)
    gates = [g for g in ("CPhaseGate", "RXGate") if f"{g}(" in body]
    return Instance(
        entry_point=rng.choice(["ensemble_figure", "random_statistics", "over_ensemble"]),
        signature="(samples: int, seed: int)",
        asks=(
            f"Draw `samples` {words}, one after the other, all from the same generator "
            f"np.random.default_rng(seed), and return {how} {what}.",
            f"Monte Carlo over {words}: `samples` objects, drawn in a loop with one NumPy generator "
            f"(default_rng(seed)) as the seed argument. Result: {how} {what}.",
            f"Numerical experiment: {how} {what} over `samples` {words}; the draws come one by one from "
            "numpy's default_rng(seed).",
        ),
        imports="import numpy as np\n"
        + (f"from qiskit.circuit.library import {gates[0]}\n" if gates else "")
        + f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{HELP}{ENTROPIES}{MORE}
for samples, seed in ((7, 3), (12, 40), (10, 5), (9, 81)):
    got = candidate(samples, seed)
    generator = np.random.default_rng(seed)
    w = []
    for _ in range(samples):
        x = {call}
        w.append({oracle})
    w = np.array(w)
    assert np.allclose(got, {want}, atol=1e-6)
""",
        params={"objects": words, "figure": what, "statistic": how},
    )
