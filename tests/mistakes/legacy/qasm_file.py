from qiskit import QuantumCircuit

circuit = QuantumCircuit(1)
circuit.h(0)
circuit.qasm(filename='hadamard.qasm')
print(QuantumCircuit.from_qasm_file('hadamard.qasm').count_ops())
