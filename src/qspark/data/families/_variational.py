"""What the families of variational algorithms share: their requests, an ansatz, and ways to an energy."""

ANSATZ = """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector
from qiskit.quantum_info import SparsePauliOp, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
def ansatz(n, size):
    t, qc = ParameterVector("t", size), QuantumCircuit(n)
    for k in range(size):
        [qc.ry, qc.rx, qc.rz][k % 3](t[k], k % n)
        if k % 2:
            qc.cx(k % n, (k + 1) % n)
    qc.rzz(0.4, 0, 1)
    return qc
def energy(qc, h, x):
    v = Statevector(qc.assign_parameters(x)).data
    return np.vdot(v, h.to_matrix() @ v).real
def moved(x, i, d):
    x = np.array(x, dtype=float)
    x[i] += d
    return x
"""
MEANS = {
    "estimator": (
        "from qiskit.primitives import StatevectorEstimator",
        "estimator = StatevectorEstimator()\n",
        "estimator.run([(ansatz, hamiltonian, POINTS)]).result()[0].data.evs"),
    "aer": (
        "from qiskit_aer.primitives import EstimatorV2",
        "estimator = EstimatorV2(options={'run_options': {'shots': None}})\n",
        "estimator.run([(ansatz, hamiltonian, POINTS)], precision=0.0).result()[0].data.evs"),
    "states": (
        "from qiskit.quantum_info import Statevector", "",
        "np.array([Statevector(ansatz.assign_parameters(row)).expectation_value(hamiltonian).real "
        "for row in POINTS])"),
    "pubs": (
        "from qiskit.primitives import StatevectorEstimator",
        "estimator = StatevectorEstimator()\n",
        "np.array([float(found.data.evs) for found in estimator.run([(ansatz, hamiltonian, row) "
        "for row in POINTS]).result()])"),
}  # fmt: skip


def asks(openers: tuple[str, str, str, str], facts: list[str]) -> tuple[str, ...]:
    """The request in four layouts."""
    text = " ".join(facts)
    first, rest = facts[0], " ".join(facts[1:])
    return (
        f"{openers[0]} {text}",
        f"{first} {openers[1]} {rest}",
        f"{openers[2]}\n" + "\n".join(f"- {fact}" for fact in facts),
        f"{text} {openers[3]}",
    )
