from qiskit import QuantumCircuit
from qiskit.providers.aer import AerSimulator

qc = QuantumCircuit(2, 2)
for i in range(2):
    qc.h(i)
    qc.measure(i, i)
    if i == 1:
        qc.x(i).c_if(i, 1)  # reset by hand
qc.measure(1, 1)
print(AerSimulator().run(qc, shots=50).result().get_counts())
