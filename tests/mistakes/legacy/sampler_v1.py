from qiskit import QuantumCircuit
from qiskit.primitives import Sampler

qc = QuantumCircuit(2)
qc.h(0)
qc.cx(0, 1)
qc.measure_all()
sampler = Sampler()
result = sampler.run(qc).result()
quasi = result.quasi_dists[0]
for outcome, probability in quasi.items():
    print(bin(outcome), round(probability, 2))
