from qiskit import QuantumCircuit, ParameterVector
from qiskit.quantum_info import Statevector

p = ParameterVector('p', 3)
qc = QuantumCircuit(3)
for i in range(3):
    qc.rx(p[i], i)
qc = qc.bind_parameters([0.1, 0.2, 0.3])
print(Statevector.from_instruction(qc).probabilities())
