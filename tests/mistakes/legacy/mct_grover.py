from qiskit import QuantumCircuit, Aer, execute

n = 3
qc = QuantumCircuit(n, n)
qc.h(range(n))
for _ in range(2):
    qc.h(n - 1)
    qc.mct(list(range(n - 1)), n - 1)
    qc.h(n - 1)
    qc.h(range(n))
    qc.x(range(n))
    qc.h(n - 1)
    qc.mct(list(range(n - 1)), n - 1)
    qc.h(n - 1)
    qc.x(range(n))
    qc.h(range(n))
qc.measure(range(n), range(n))
counts = execute(qc, Aer.get_backend('qasm_simulator'), shots=400).result().get_counts()
assert max(counts, key=counts.get) == '111'
