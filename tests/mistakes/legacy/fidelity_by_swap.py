from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister, execute, Aer

q = QuantumRegister(3)
c = ClassicalRegister(1)
qc = QuantumCircuit(q, c)
qc.h(q[1])
qc.h(q[0])
qc.fredkin(q[0], q[1], q[2])
qc.h(q[0])
qc.measure(q[0], c[0])
nShots = 800
counts = execute(qc, Aer.get_backend('qasm_simulator'), shots=nShots).result().get_counts()
b = counts['1'] if '1' in counts else 0
print(1 - 2 * b / nShots)
