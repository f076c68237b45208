from qiskit import QuantumCircuit
import numpy as np

qc = QuantumCircuit(2)
qc.diagonal([1, 1, 1, -1], [0, 1])
qc.isometry(np.eye(2), [0], [])
qc.squ(np.array([[0, 1], [1, 0]]), 1)
qc.ucry([0.1, 0.2], [0], 1)
print(qc.size())
