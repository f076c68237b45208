"""Operators and states as objects: Pauli operators, expectation values, probabilities."""

import random

from qspark.data.tiny.families.base import Family, Instance, Wrong, pick


def pauli_operator(rng: random.Random) -> Instance:
    """A weighted Pauli product on named qubits of a register."""
    n = rng.randint(3, 7)
    p, q = pick(rng, n, 2)
    while p + q == n - 1:
        p, q = pick(rng, n, 2)
    one, two = rng.choice("XYZ"), rng.choice("XYZ")
    weight = rng.randint(2, 9)
    body = 'return SparsePauliOp.from_sparse_list([("{pauli}", {qubits}, {w})], num_qubits={n})'
    label = ["I"] * n
    label[n - 1 - p], label[n - 1 - q] = one, two
    test = f"""
from qiskit.quantum_info import SparsePauliOp
got = candidate()
assert isinstance(got, SparsePauliOp)
assert got.num_qubits == {n}
assert got.equiv(SparsePauliOp("{"".join(label)}", {weight}))
"""
    return Instance(
        entry_point="pauli_operator",
        asks=(
            f'The operator "{one}{two}" on qubits {[p, q]} with coefficient {weight}, for {n} qubits.',
            f'Return "{one}{two}" acting on qubits {[p, q]}, weight {weight}, as an operator on {n} qubits.',
            f'Build the Pauli operator "{one}{two}" on {[p, q]}, times {weight}, of {n} qubits.',
            f'A Pauli product "{one}{two}" at qubits {[p, q]} with weight {weight} on {n} qubits.',
            f'Take the Paulis "{one}{two}" on qubits {[p, q]}, scaled by {weight}, {n} qubits in all.',
        ),
        imports="from qiskit.quantum_info import SparsePauliOp",
        body=body.format(pauli=one + two, qubits=[p, q], w=weight, n=n),
        test=test,
        wrong=(
            Wrong(
                "S03",
                body.format(pauli=one + two, qubits=[n - 1 - p, n - 1 - q], w=weight, n=n),
                0.3,
            ),
            Wrong(
                "H01",
                f'return SparsePauliOp.from_label("{one + two}", {[p, q]}, {weight}, {n})',
                0.7,
            ),
        ),
        params={"n": n, "qubits": [p, q], "pauli": one + two, "weight": weight},
    )


def uniform_expectation(rng: random.Random) -> Instance:
    """An expectation value in a state that is given as a circuit."""
    n = rng.randint(3, 8)
    q = rng.choice([i for i in range(n) if 2 * i != n - 1])
    pauli = rng.choice("XYZ")
    body = """
op = SparsePauliOp.from_sparse_list([("{pauli}", [{q}], 1)], num_qubits={n})
return Statevector(qc).{call}
"""
    fill = {"pauli": pauli, "n": n, "q": q}
    test = f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp, Statevector
for a in (0.3, 1.1):
    qc = QuantumCircuit({n})
    for i in range({n}):
        qc.ry(a + 0.2 * i, i)
        qc.rz(a - 0.3 * i, i)
    op = SparsePauliOp.from_sparse_list([("{pauli}", [{q}], 1)], num_qubits={n})
    value = candidate(qc)
    assert abs(value - Statevector(qc).expectation_value(op)) < 1e-9
"""
    return Instance(
        entry_point="expectation",
        args="qc",
        asks=(
            f"The expectation value of {pauli} on qubit {q} of the {n} qubits of qc.",
            f"Return the mean of {pauli} on qubit {q} for the {n} qubit circuit qc.",
            f"Compute the expectation of {pauli} on qubit {q} of {n} qubits after qc.",
            f"Evaluate {pauli} on qubit {q} in the state of {n} qubits that qc prepares.",
            f"Give the expectation of {pauli} at qubit {q} for qc on {n} qubits.",
        ),
        imports="from qiskit.quantum_info import SparsePauliOp, Statevector",
        body=body.format(**fill, call="expectation_value(op)"),
        test=test,
        wrong=(
            Wrong("H01", body.format(**fill, call="expectation(op)"), 0.9),
            Wrong(
                "S03", body.format(pauli=pauli, n=n, q=n - 1 - q, call="expectation_value(op)"), 0.2
            ),
        ),
        params={"n": n, "qubit": q, "pauli": pauli},
    )


def marginal(rng: random.Random) -> Instance:
    """The probabilities of some of the qubits."""
    n = 8
    qubits = sorted(pick(rng, n, rng.randint(2, 3)))
    test = f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
for a in (0.3, 1.1):
    qc = QuantumCircuit({n})
    for i in range({n}):
        qc.ry(a + 0.2 * i, i)
    want = Statevector(qc).probabilities_dict({qubits})
    got = candidate(qc)
    assert set(got) == set(want)
    assert all(abs(got[k] - want[k]) < 1e-9 for k in want)
"""
    return Instance(
        entry_point="marginal",
        args="qc",
        asks=(
            f"The probabilities of qubits {qubits} in the state of qc, as a dict.",
            f"Return a dict of outcome probabilities of qubits {qubits} of qc.",
            f"Compute the marginal distribution on {qubits} of the circuit qc as a dict.",
            f"How likely is each outcome on qubits {qubits} after qc? Return a dict.",
            f"Give the outcome probabilities on {qubits} for qc as a dict.",
        ),
        imports="from qiskit.quantum_info import Statevector",
        body=f"return Statevector(qc).probabilities_dict({qubits})",
        test=test,
        wrong=(
            Wrong("S31", f"return Statevector(qc).probabilities({qubits})", 1.2),
            Wrong(
                "D08", f"return Statevector(qc).probabilities_dict({[q + 1 for q in qubits]})", 0.2
            ),
        ),
        params={"qubits": qubits},
    )


FAMILIES = (
    Family("pauli_operator", "operators", "intermediate", pauli_operator),
    Family("expectation", "operators", "intermediate", uniform_expectation),
    Family("marginal", "operators", "basic", marginal),
)
