from qiskit import QuantumCircuit
from qiskit.opflow import PauliSumOp
from qiskit.quantum_info import Statevector

hamiltonian = PauliSumOp.from_list([('ZZ', 0.5), ('XI', 0.25), ('IX', 0.25)])
qc = QuantumCircuit(2)
qc.h([0, 1])
value = Statevector(qc).expectation_value(hamiltonian)
print(value.real)
