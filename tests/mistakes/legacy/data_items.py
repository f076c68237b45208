from qiskit import QuantumCircuit

qc = QuantumCircuit(2, 1)
qc.rx(0.5, 0)
qc.cz(0, 1)
names = []
for item in qc.data:
    names.append(item[0].name)
print(names, qc.data[0][0].params, [q.index for q in qc.data[1][1]])
