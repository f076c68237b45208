from qiskit import QuantumCircuit
from qiskit.primitives import StatevectorEstimator
from qiskit.quantum_info import SparsePauliOp

table = {"zz": SparsePauliOp("ZZ")}
qc = QuantumCircuit(2)
qc.h(0)
qc.cx(0, 1)
values = [StatevectorEstimator().run([(qc, op)]).result()[0].data.evs for op in table.values()]
print(values)
