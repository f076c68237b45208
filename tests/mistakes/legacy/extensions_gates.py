from qiskit import QuantumCircuit
from qiskit.extensions import UnitaryGate, HamiltonianGate
import numpy as np

matrix = np.array([[0, 1], [1, 0]])
qc = QuantumCircuit(2)
qc.append(UnitaryGate(matrix), [0])
qc.append(HamiltonianGate(matrix, 0.4), [1])
print(qc.decompose().count_ops())
