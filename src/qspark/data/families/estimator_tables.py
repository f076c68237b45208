"""Estimator V2: correlation matrices and precision per PUB."""

from random import Random

from qspark.data.families._estimator import EXACT
from qspark.data.families.base import Instance, family


@family(
    "estimator",
    "advanced",
    oracle="expectation",
    skills=("correlations", "observables-array"),
    why="All products of a correlation matrix are entries of one observables array; "
    "the result has its shape.",
    tolerance=1e-7,
)
def correlation_table(rng: Random) -> Instance:
    """Correlation matrices of a state as one estimator PUB."""
    imports, build, who = rng.choice(EXACT)
    one, two = rng.choice([("X", "Z"), ("Y", "Z"), ("Z", "X"), ("X", "Y"), ("Z", "Y")])
    width = rng.choice([3, 4])
    form = rng.choice(["sparse", "label"])
    parameters = rng.random() < 0.5
    kinds = {
        "connected": (
            "evs[:-2] - np.outer(evs[-2], evs[-1])",
            f"C[i, j] = <{one}_i {two}_j> - <{one}_i><{two}_j> for all i, j",
            "both - np.outer(left, right)",
        ),
        "plain": ("evs[:-2]", f"C[i, j] = <{one}_i {two}_j> for all i, j", "both"),
        "normalised": (
            "(evs[:-2] - np.outer(evs[-2], evs[-1])) / np.sqrt(np.outer(1 - "
            "evs[-2] ** 2, 1 - evs[-1] ** 2))",
            f"C[i, j] = (<{one}_i {two}_j> - <{one}_i><{two}_j>) / sqrt((1 - "
            f"<{one}_i>^2)(1 - <{two}_j>^2)) for all i, j",
            "(both - np.outer(left, right)) / np.sqrt(np.outer(1 - left**2, 1 - right**2))",
        ),
        "square": (
            "evs[:-2] ** 2",
            f"C[i, j] = <{one}_i {two}_j>^2 for all i, j",
            "both**2",
        ),
        "bound": (
            "np.abs(evs[:-2]) - np.abs(np.outer(evs[-2], evs[-1]))",
            f"C[i, j] = |<{one}_i {two}_j>| - |<{one}_i><{two}_j>| for all i, j",
            "abs(both) - abs(np.outer(left, right))",
        ),
    }
    kind = rng.choice(list(kinds))
    code, words, want = kinds[kind]
    diagonal = f"On the diagonal, <{one}_i {two}_i> counts as 0"
    value = f"circuit, table{', values' if parameters else ''}"
    if form == "sparse":
        helper = f'''
def pair(i, j):
    return SparsePauliOp.from_sparse_list([("{one}{two}", [i, j], 1)], num_qubits=n)
def single(letter, i):
    return SparsePauliOp.from_sparse_list([(letter, [i], 1)], num_qubits=n)
'''
    else:
        helper = f'''
def pair(i, j):
    return "".join("{one}" if q == i else "{two}" if q == j else "I" for q in reversed(range(n)))
def single(letter, i):
    return "".join(letter if q == i else "I" for q in reversed(range(n)))
'''
    identity = 'SparsePauliOp("I" * n)' if form == "sparse" else '"I" * n'
    body = f"""
n = circuit.num_qubits{helper}one = {identity}
table = [[pair(i, j) if i != j else one for j in range(n)] for i in range(n)]
table += [[single("{one}", i) for i in range(n)], [single("{two}", i) for i in range(n)]]
evs = {build}.run([({value})]).result()[0].data.evs
correlations = {code}
"""
    if kind == "plain":
        body = body.replace(
            f'table += [[single("{one}", i) for i in range(n)], [single("{two}", i) for '
            f"i in range(n)]]\n",
            "",
        )
        body = body.replace("evs[:-2]", "evs.copy()")
        body = body[: body.index("def single")] + body[body.index("one = ") :]
    if kind == "square":
        body = body.replace(
            f'table += [[single("{one}", i) for i in range(n)], [single("{two}", i) for '
            f"i in range(n)]]\n",
            "",
        )
        body = body.replace("evs[:-2] ** 2", "evs**2")
        body = body[: body.index("def single")] + body[body.index("one = ") :]
    body = body.replace("correlations = ", "np.fill_diagonal(evs, 0)\ncorrelations = ")
    body += "return correlations"
    lines = ["import numpy as np", "from qiskit import QuantumCircuit", imports]
    lines += ["from qiskit.quantum_info import SparsePauliOp"] * (form == "sparse")
    more = ", values: list[float]" if parameters else ""
    bound = (
        "; `values` are its parameters' values in the order of `circuit.parameters`"
        if parameters
        else ""
    )
    return Instance(
        entry_point="correlation_matrix",
        signature=f"(circuit: QuantumCircuit{more}) -> np.ndarray",
        asks=(
            f"For the state that `circuit` prepares{bound}, return the matrix "
            f"{words} as a numpy array. {diagonal}. "
            f"Evaluate everything in one PUB of {who}.",
            f"Two-point functions: {words}, in the output state of a circuit of any "
            f"width{bound}. {diagonal}. Use {who} with "
            f"one PUB whose observables form a two-dimensional array; the value is "
            f"an n x n numpy array.",
            f"I need correlations between all pairs of qubits, namely {words} "
            f"(indices are qubit indices){bound}. {diagonal}. "
            f"Please use {who}, one PUB, and return the numpy matrix.",
        ),
        imports="\n".join(lines),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector
from qiskit.quantum_info import SparsePauliOp, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
for n in ({width}, {width - 1}):
    theta = ParameterVector("t", 2 * n)
    qc = QuantumCircuit(n)
    for q in range(n):
        qc.ry(theta[q], q)
        qc.rx(0.3 + 0.2 * q, q)
    for q in range(n - 1):
        qc.cx(q, q + 1)
        qc.rz(theta[n + q], q)
    for q in range(n):
        qc.rx(theta[n + q], q)
    values = rng.uniform(0.4, 1.2, 2 * n)
    state = Statevector(qc.assign_parameters(values))
    def mean(*where):
        term = ("".join(p for p, _ in where), [q for _, q in where], 1)
        return state.expectation_value(SparsePauliOp.from_sparse_list([term], num_qubits=n)).real
    both = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            both[i, j] = mean(("{one}", i), ("{two}", j)) if i != j else 0
    left, right = (np.array([mean((p, i)) for i in range(n)]) for p in "{one}{two}")
    got = candidate({"qc, values.tolist()" if parameters else "qc.assign_parameters(values)"})
    assert isinstance(got, np.ndarray) and got.shape == (n, n)
    assert np.allclose(got, {want}, atol=1e-7)
""",
        params={"kind": kind, "paulis": one + two, "form": form},
    )


@family(
    "estimator",
    "intermediate",
    oracle="value",
    skills=("precision", "estimator-pub"),
    why="The precision of a PUB takes precedence over that of run; metadata keep the "
    "target precision.",
    false_alarm=1e-6,
)
def pub_precision(rng: Random) -> Instance:
    """EstimatorPub objects with their own precision, made or run."""
    fine, coarse = rng.choice([0.02, 0.025, 0.03, 0.015]), rng.choice([0.05, 0.06, 0.04, 0.08])
    seed, cut = rng.randint(1, 99), rng.choice([2, 3])
    letter = rng.choice("XYZ")
    rule, pubs, run, wanted = rng.choice(
        [
            (
                f"circuits of more than {cut} qubits get the precision {fine}, the "
                f"others the {coarse} given to `run`",
                f"[EstimatorPub.coerce((qc, PAULI), precision={fine} if "
                f"qc.num_qubits > {cut} else None) for qc in circuits]",
                f"precision={coarse}",
                f"{fine} if w > {cut} else {coarse}",
            ),
            (
                f"the first circuit has the precision {fine} and all others the "
                f"{coarse} given to `run`",
                f"[(qc, PAULI, None, {fine}) if i == 0 else (qc, PAULI) for i, qc "
                f"in enumerate(circuits)]",
                f"precision={coarse}",
                f"{fine} if i == 0 else {coarse}",
            ),
            (
                f"the circuit at position i has the precision {fine} * (i + 1)",
                f"[(qc, PAULI, None, {fine} * (i + 1)) for i, qc in enumerate(circuits)]",
                "",
                f"{fine} * (i + 1)",
            ),
            (
                f"even positions get the precision {coarse}, odd ones {fine}",
                f"[EstimatorPub(qc, ObservablesArray(PAULI), precision=({coarse}, "
                f"{fine})[i % 2]) for i, qc in enumerate(circuits)]",
                "",
                f"({coarse}, {fine})[i % 2]",
            ),
        ]
    )
    placed = rng.choice(["last", "first"])
    label = (
        f'"{letter}" + "I" * (qc.num_qubits - 1)'
        if placed == "last"
        else f'"I" * (qc.num_qubits - 1) + "{letter}"'
    )
    said = f"{letter} on the {placed} qubit"
    imports, build, who = rng.choice(
        [
            (
                "from qiskit.primitives import StatevectorEstimator",
                f"StatevectorEstimator(seed={seed})",
                "`StatevectorEstimator`",
            ),
            (
                "from qiskit.primitives import BackendEstimatorV2\nfrom qiskit_aer "
                "import AerSimulator",
                f'BackendEstimatorV2(backend=AerSimulator(), options={{"seed_simulator": {seed}}})',
                "`BackendEstimatorV2` on an `AerSimulator`",
            ),
        ]
    )
    returns, last, end, check = rng.choice(
        [
            (
                "list[tuple[float, float]]",
                'return [(float(pub.data.evs), pub.metadata["target_precision"]) '
                "for pub in results]",
                "a list of tuples: the expectation value and the target precision "
                "in the metadata of the result",
                "values = [v for v, _ in got]\n    assert np.allclose([p for _, p in got], wanted)",
            ),
            (
                "tuple[np.ndarray, list[float]]",
                "evs = np.array([pub.data.evs for pub in results])\n"
                'return evs, [pub.metadata["target_precision"] for pub in results]',
                "a tuple of the array of expectation values and the list of target "
                "precisions in the metadata",
                "values, found = got\n    assert np.allclose(found, wanted)",
            ),
        ]
    )
    lines = {*imports.split("\n"), "from qiskit import QuantumCircuit"}
    extra = [n for n in ("EstimatorPub", "ObservablesArray") if n in pubs]
    if extra:
        mine = next(x for x in lines if x.startswith("from qiskit.primitives"))
        lines.discard(mine)
        lines.add(f"from qiskit.primitives import {', '.join(sorted([*extra, mine.split()[-1]]))}")
    if "np." in returns + last:
        lines.add("import numpy as np")
    body = (
        f"estimator = {build}\npubs = {pubs.replace('PAULI', label)}\nresults = "
        f"estimator.run(pubs{', ' + run if run else ''}).result()\n{last}"
    )
    return Instance(
        entry_point="estimate_all",
        signature=f"(circuits: list[QuantumCircuit]) -> {returns}",
        asks=(
            f"Estimate {said} of every circuit (any widths, no measurements) in one "
            f"job of {who}: {rule}. Return {end}.",
            f"One job, several precisions. Observable: {said}, whatever the number "
            f"of qubits. {rule[0].upper()}{rule[1:]}. "
            f"Primitive: {who} with seed {seed}. Output, in the order of `circuits`: {end}.",
            f"How can PUBs of one call of `run` have different precisions? I use "
            f"{who}; {rule}. The observable is {said} "
            f"of each circuit. Return {end}.",
        ),
        imports="\n".join(sorted(lines, key=lambda x: ("numpy" not in x, x))),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
rng = np.random.default_rng(np.random.randint(2**31))
for widths in ([{cut + 1}, {cut}, {cut + 2}, 1], [{cut}, {cut + 1}, 1, {cut + 2}]):
    circuits, exact, wanted = [], [], []
    for i, w in enumerate(widths):
        qc = QuantumCircuit(w, name=f"qc{{i}}")
        angles = rng.uniform(0.4, 2.6, (w, 3))
        angles[0] += 0.3
        for q in range(w):
            qc.u(*angles[q], q)
        theta, phi, _ = angles[{"w - 1" if placed == "last" else "0"}]
        x, y, z = np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)
        exact.append({letter.lower()})
        circuits.append(qc)
        wanted.append({wanted})
    got = candidate(circuits)
    {check}
    assert np.all(np.abs(np.subtract(values, exact)) < 5.7 * np.array(wanted))
""",
        params={"rule": rule, "letter": letter, "returns": returns},
    )
