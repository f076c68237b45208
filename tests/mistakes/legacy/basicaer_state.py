from qiskit import BasicAer, QuantumCircuit, transpile

qc = QuantumCircuit(2)
qc.h(0)
qc.cx(0, 1)
backend = BasicAer.get_backend('statevector_simulator')
tqc = transpile(qc, backend)
vector = backend.run(tqc).result().get_statevector()
print(abs(vector[0]) ** 2)
