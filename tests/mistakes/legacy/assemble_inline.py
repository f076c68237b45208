from qiskit import QuantumCircuit, assemble
from qiskit import Aer

sim = Aer.get_backend('aer_simulator')
qc = QuantumCircuit(1, 1)
qc.initialize([0, 1], 0)
qc.measure(0, 0)
counts = sim.run(assemble(qc)).result().get_counts()
print(counts)
