from qiskit import QuantumCircuit
from qiskit.primitives import Sampler

circuits = []
for n in (1, 2):
    qc = QuantumCircuit(n)
    qc.h(range(n))
    qc.measure_all()
    circuits.append(qc)
job = Sampler().run(circuits, shots=1000)
for dist in job.result().quasi_dists:
    print(dist)
