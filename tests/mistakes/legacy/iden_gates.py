from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator

qc = QuantumCircuit(3)
qc.iden(0)
qc.i(1)
qc.u1(0.4, 2)
qc.u2(0.1, 0.2, 0)
qc.u3(0.1, 0.2, 0.3, 1)
qc.toffoli(0, 1, 2)
qc.fredkin(0, 1, 2)
print(Operator(qc).dim)
