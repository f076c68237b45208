from qiskit import QuantumCircuit, BasicAer, execute

msg = "10"
qc = QuantumCircuit(2, 2)
qc.h(0)
qc.cx(0, 1)
if msg[1] == "1":
    qc.z(0)
if msg[0] == "1":
    qc.x(0)
qc.cx(0, 1)
qc.h(0)
qc.measure([0, 1], [0, 1])
backend = BasicAer.get_backend("qasm_simulator")
counts = execute(qc, backend, shots=10).result().get_counts()
assert list(counts) == [msg]
