from qiskit import QuantumCircuit

qc = QuantumCircuit(2, 2)
qc.h(0)
qc.cx(0, 1)
qc.measure(0, 0)
text = qc.qasm()
print(text)
again = QuantumCircuit.from_qasm_str(text)
assert again.qasm() == text
