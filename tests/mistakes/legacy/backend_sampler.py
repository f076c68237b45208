from qiskit import QuantumCircuit
from qiskit.primitives import BackendSampler
from qiskit_aer import AerSimulator

qc = QuantumCircuit(2)
qc.h(0)
qc.measure_all()
sampler = BackendSampler(AerSimulator())
dist = sampler.run(qc).result().quasi_dists[0]
print(dist)
