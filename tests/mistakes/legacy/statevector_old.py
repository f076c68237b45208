import qiskit
from qiskit import QuantumCircuit
import numpy as np

qc = QuantumCircuit(2)
qc.u2(0, np.pi, 0)
qc.u1(np.pi / 4, 1)
qc.cu1(np.pi / 2, 0, 1)
backend = qiskit.Aer.get_backend('statevector_simulator')
state = qiskit.execute(qc, backend).result().get_statevector()
print(np.round(state, 3))
