from qiskit import QuantumCircuit, execute, Aer

s = '1011'
circuit = QuantumCircuit(len(s) + 1, len(s))
circuit.h(range(len(s)))
circuit.x(len(s))
circuit.h(len(s))
for ii, yesno in enumerate(reversed(s)):
    if yesno == '1':
        circuit.cnot(ii, len(s))
circuit.h(range(len(s)))
circuit.measure(range(len(s)), range(len(s)))
counts = execute(circuit, backend=Aer.get_backend('qasm_simulator'), shots=1).result().get_counts()
assert list(counts) == [s]
