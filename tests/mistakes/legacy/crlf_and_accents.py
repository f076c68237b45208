# Étude : état de Bell
from qiskit import Aer, execute, QuantumCircuit
état = QuantumCircuit(2, 2)
état.h(0); état.cnot(0, 1)
état.measure([0, 1], [0, 1])
print("résultat :", execute(état, Aer.get_backend('qasm_simulator')).result().get_counts())
