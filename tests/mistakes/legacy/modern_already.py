from qiskit import QuantumCircuit
from qiskit.primitives import StatevectorSampler

qc = QuantumCircuit(2)
qc.h(0)
qc.cx(0, 1)
qc.measure_all()
print(StatevectorSampler(seed=5).run([qc], shots=20).result()[0].data.meas.get_counts())
