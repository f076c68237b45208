from qiskit import BasicAer, QuantumCircuit, execute

qc = QuantumCircuit(1, 1)
qc.u3(1.2, 0.1, 0.3, 0)
qc.measure(0, 0)
backend = BasicAer.get_backend('qasm_simulator')
job = execute(qc, backend, shots=300, seed_simulator=11)
counts = job.result().get_counts()
assert sum(counts.values()) == 300
