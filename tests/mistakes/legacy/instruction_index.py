from qiskit import QuantumCircuit

qc = QuantumCircuit(3)
qc.h(0)
qc.cx(0, 1)
qc.cx(1, 2)
for inst, qargs, cargs in qc.data:
    if inst.name == 'cx':
        print(inst.name, [q.index for q in qargs])
