"""What the families of Aer share: circuits in their tests, and import lines."""

# A generic circuit, and the classes of states and operators.
GENERIC = """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Clifford, DensityMatrix, Operator, Pauli, SparsePauliOp, StabilizerState
from qiskit.quantum_info import Statevector, SuperOp, partial_trace, random_clifford
rng = np.random.default_rng(np.random.randint(2**31))
def generic(n, depth=2):
    qc = QuantumCircuit(n)
    for _ in range(depth):
        for q in range(n):
            qc.u(*rng.uniform(0.3, 1.3, 3), q)
        for q in range(n - 1):
            qc.cx(q, q + 1)
    return qc
"""


def saving_imports(names: tuple[str, ...], body: str, returns: str) -> list[str]:
    """Import lines of a body that simulates, with those of `names` of quantum_info that it uses."""
    info = [n for n in names if f"{n}(" in body or returns == n]
    lines = ["import numpy as np"] * (returns == "np.ndarray") + [
        "from qiskit import QuantumCircuit"
    ]
    return [
        *lines,
        *[f"from qiskit.quantum_info import {', '.join(info)}"] * bool(info),
        "from qiskit_aer import AerSimulator",
    ]
