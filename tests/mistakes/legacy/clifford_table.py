from qiskit.quantum_info import Clifford, Pauli, SparsePauliOp
from qiskit import QuantumCircuit

qc = QuantumCircuit(2)
qc.h(0)
qc.cx(0, 1)
cliff = Clifford(qc)
print(cliff.table.shape)
p = Pauli.from_label('XY')
op = SparsePauliOp([p, Pauli('ZZ')])
print(op.table)
