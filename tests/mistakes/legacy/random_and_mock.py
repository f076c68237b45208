from qiskit.circuit.random import random_circuit
from qiskit import transpile, execute, Aer
from qiskit.test.mock import FakeBelem

circuit = random_circuit(3, 4, measure=True, seed=8)
device = FakeBelem()
mapped = transpile(circuit, device, seed_transpiler=1)
print(execute(mapped, Aer.get_backend('qasm_simulator'), shots=50).result().get_counts())
