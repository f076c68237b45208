"""Bell pair, counted on the old QASM simulator."""
from qiskit import QuantumCircuit, Aer, execute

circuit = QuantumCircuit(2, 2)
circuit.h(0)
circuit.cx(0, 1)
circuit.measure([0, 1], [0, 1])

simulator = Aer.get_backend('qasm_simulator')
result = execute(circuit, backend=simulator, shots=2048).result()
counts = result.get_counts(circuit)
print("Counts:", counts)
