from qiskit.primitives import Sampler
from qiskit import QuantumCircuit

circuit = QuantumCircuit(2, 2)
circuit.x(1)
circuit.measure([0, 1], [0, 1])
sampler = Sampler(options={"shots": 100})
dist = sampler.run([circuit]).result().quasi_dists[0].binary_probabilities()
print(dist)
