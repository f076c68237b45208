from qiskit import QuantumCircuit, QuantumRegister, ClassicalRegister, Aer, execute

q = QuantumRegister(2, 'q')
c = ClassicalRegister(2, 'c')
pre = QuantumCircuit(q, c)
pre.h(q[0])
pre.cx(q[0], q[1])
meas = QuantumCircuit(q, c)
meas.measure(q, c)
full = pre + meas
print(execute(full, Aer.get_backend('qasm_simulator')).result().get_counts())
