"""Source of generic states and of random sums of Paulis, which tests carry with them."""

_DRAWN = """    qc = QuantumCircuit(n)
    for q in range(n):
        qc.u(*rng.uniform(0.4, 2.5, 3), q)
    for q in range(n - 1):
        qc.crx(rng.uniform(0.5, 2.5), q, q + 1)
    return qc
def random_sum(labels):
    return SparsePauliOp(labels, rng.uniform(0.3, 1.2, len(labels)) * rng.choice([-1, 1], len(labels)))
def dense(op):
    return sum(c * p.to_matrix() for p, c in zip(op.paulis, op.coeffs))
"""
# For the families of observables.
MEASURED = f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, Pauli, SparsePauliOp, Statevector, partial_trace
rng = np.random.default_rng(np.random.randint(2**31))
def state_circuit(n):
{_DRAWN}"""
# For the families of simulation.
SIMULATED = f"""
import numpy as np
from scipy.linalg import expm
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Pauli, SparsePauliOp, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
def prepared(n):
{_DRAWN}"""
