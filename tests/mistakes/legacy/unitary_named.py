from qiskit import QuantumCircuit, Aer, execute
from math import pi

circuit = QuantumCircuit(2)
circuit.h(0)
circuit.cu3(pi / 2, 0, 0, 0, 1)
backend = Aer.get_backend('unitary_simulator')
unitary = execute(circuit, backend).result().get_unitary()
print(unitary.shape)
