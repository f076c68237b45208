from qiskit import QuantumCircuit
from qiskit_aer import AerSimulator

qc = QuantumCircuit(2, 2)
qc.h(0)
qc.measure(0, 0)
with qc.if_test((0, 1)) as otherwise:
    qc.x(1)
with otherwise:
    qc.id(1)
qc.measure(1, 1)
print(AerSimulator().run(qc, shots=30).result().get_counts())
