from qiskit import QuantumCircuit
from qiskit.providers.aer import AerSimulator

sim = AerSimulator()
qc = QuantumCircuit(2)
qc.h(range(2))
qc.save_statevector()
out = sim.run(qc).result().get_statevector()
print(out)
